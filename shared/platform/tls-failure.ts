/** Pure. What is wrong with a server's TLS, in words for the person who runs it; by the codes of Node and OpenSSL. */
import { quote } from './evidence.ts';

const CHAIN =
  'its certificate leads to no public authority, or the certificates between are not served. Use one of a public authority, and serve its whole chain.';
const NOT_PUBLIC = 'its certificate is not of a public authority. Use one that is.';
const NO_TLS = 'it speaks no TLS on that port. Serve HTTPS there, or give the port that does.';
const TOO_OLD = 'it speaks only TLS older than 1.2. Enable 1.2 or newer.';

const REASONS: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'its certificate has run out. Renew it.'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet. Check its dates.'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', NOT_PUBLIC],
  ['SELF_SIGNED_CERT_IN_CHAIN', NOT_PUBLIC],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', CHAIN],
  ['UNABLE_TO_GET_ISSUER_CERT', CHAIN],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', CHAIN],
  ['EPROTO', NO_TLS],
  ['ERR_SSL_WRONG_VERSION_NUMBER', NO_TLS],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', NO_TLS],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', TOO_OLD],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', TOO_OLD],
]);
const OTHER = 'Serve a valid certificate for that name, with its chain, over TLS 1.2 or newer.';

/** What follows "offered no acceptable TLS": the code, what it means, what to do. */
export function tlsReason(error: unknown, code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `(${code}): its certificate is for ${quote(namesOf(error))}. Use one for that name.`;
  }
  const reason = REASONS.get(code);
  return reason === undefined ? `(${code}). ${OTHER}` : `(${code}): ${reason}`;
}

/** The names in the certificate, which Node adds to its error; they are the server's own words. */
function namesOf(error: unknown): string {
  const certificate = error instanceof Error && 'cert' in error ? error.cert : undefined;
  const isNamed = typeof certificate === 'object' && certificate !== null && 'subjectaltname' in certificate;
  return isNamed ? String(certificate.subjectaltname).replaceAll('DNS:', '') : 'another name';
}
