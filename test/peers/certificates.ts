/**
 * X.509 certificates made in memory when a test starts: no key in the repository, nothing that runs out, no openssl.
 * Just enough DER (ITU-T X.690) for RFC 5280 section 4.1 with ECDSA P-256.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface Certificate {
  readonly certificatePem: string;
  readonly keyPem: string;
}
interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
}
export interface Authority {
  readonly certificatePem: string;
  /** A server certificate for DNS names and IPv4 addresses. `expired`: it ended in 2001. */
  issue(names: readonly string[], options?: { readonly expired?: boolean }): Certificate;
}

const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BITS: 0x03,
  OCTETS: 0x04,
  OID: 0x06,
  UTF8: 0x0c,
  GENERALIZED_TIME: 0x18,
  SEQUENCE: 0x30,
  SET: 0x31,
};
const OID = {
  commonName: '550403',
  ecdsaWithSha256: '2a8648ce3d040302',
  subjectAltName: '551d11',
  keyUsage: '551d0f',
  basicConstraints: '551d13',
};
const ALWAYS = { from: '20000101000000Z', until: '29991231235959Z' };
const LONG_AGO = { from: '20000101000000Z', until: '20010101000000Z' };

function der(tag: number, ...parts: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  const length = content.length;
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...header]), content]);
}
const hex = (tag: number, digits: string): Buffer => der(tag, Buffer.from(digits, 'hex'));
const sequence = (...parts: Buffer[]): Buffer => der(TAG.SEQUENCE, ...parts);
const bits = (content: Buffer): Buffer => der(TAG.BITS, Buffer.from([0]), content);
const context = (number: number, ...parts: (Buffer | string)[]): Buffer => der(0xa0 | number, ...parts);
const distinguished = (name: string): Buffer =>
  sequence(der(TAG.SET, sequence(hex(TAG.OID, OID.commonName), der(TAG.UTF8, name))));
const critical = hex(TAG.BOOLEAN, 'ff');
const extension = (oid: string, value: Buffer, ...flags: Buffer[]): Buffer =>
  sequence(hex(TAG.OID, oid), ...flags, der(TAG.OCTETS, value));
const altName = (name: string): Buffer =>
  isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, name);
const pem = (content: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${content.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

function certificate(name: string, publicKey: KeyObject, issuer: Issuer, extensions: Buffer[], time = ALWAYS): string {
  const algorithm = sequence(hex(TAG.OID, OID.ecdsaWithSha256));
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)]); // positive: the first bit is 0
  const toSign = sequence(
    context(0, hex(TAG.INTEGER, '02')), // version 3
    der(TAG.INTEGER, serial),
    algorithm,
    distinguished(issuer.name),
    sequence(der(TAG.GENERALIZED_TIME, time.from), der(TAG.GENERALIZED_TIME, time.until)),
    distinguished(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    context(3, sequence(...extensions)),
  );
  return pem(sequence(toSign, algorithm, bits(sign('sha256', toSign, issuer.key))));
}

/** A certificate authority of its own. */
export function authority(name: string): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name, key: keys.privateKey };
  const isAuthority = extension(OID.basicConstraints, sequence(critical), critical);
  const maySign = extension(OID.keyUsage, der(TAG.BITS, Buffer.from([0x02, 0x04])), critical);
  return {
    certificatePem: certificate(name, keys.publicKey, issuer, [isAuthority, maySign]),
    issue(names, { expired = false } = {}) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const alternatives = extension(OID.subjectAltName, sequence(...names.map(altName)));
      return {
        certificatePem: certificate('server', own.publicKey, issuer, [alternatives], expired ? LONG_AGO : ALWAYS),
        keyPem: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}
