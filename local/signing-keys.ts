/** The template's keys that sign: made once, kept among the secrets of the data folder. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import type { Resolve } from './identities.ts';
import { readSecretFile, writeSecretFile } from './secret-file.ts';
import { ofType, propertiesOf, type Template } from './template.ts';

const Key = z.strictObject({
  Description: z.string().optional(),
  KeySpec: z.literal('ECC_NIST_P256'),
  KeyUsage: z.literal('SIGN_VERIFY'),
  KeyPolicy: z.json().optional(), // engines take every call
});

/** @returns private keys by ID */
export async function keepSigningKeys(
  template: Template,
  resolve: Resolve,
  dataFolder: string,
): Promise<ReadonlyMap<string, KeyObject>> {
  const keys = new Map<string, KeyObject>();
  for (const [name, { Properties }] of ofType(template, 'AWS::KMS::Key')) {
    propertiesOf(Key, name, resolve(Properties));
    const file = join(dataFolder, 'secrets', name);
    const before = await readSecretFile(file);
    const pem = before ?? newKey();
    if (pem !== before) await writeSecretFile(file, pem);
    keys.set(z.string().parse(resolve({ Ref: name })), createPrivateKey(pem));
  }
  return keys;
}

const newKey = (): string =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey.trim();
