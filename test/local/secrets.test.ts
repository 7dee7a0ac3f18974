import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolverFor } from '../../local/identities.ts';
import { keepSecrets } from '../../local/secrets.ts';
import type { Template } from '../../local/template.ts';

const secret = (PasswordLength: number) => ({
  Type: 'AWS::SecretsManager::Secret',
  Properties: { GenerateSecretString: { ExcludePunctuation: true, PasswordLength } },
});
const template: Template = {
  Resources: { FirstKey: secret(48), Sealing: secret(64) },
  Outputs: { BootstrapKeySecret: { Value: { Ref: 'FirstKey' } } },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const keep = (bootstrapKey?: string) => keepSecrets(template, resolverFor(template, ''), folder, bootstrapKey);

describe('generated secrets', () => {
  it('are made once, of the length that the template says, and are for their owner only', async () => {
    const { values, bootstrapKeyFile } = await keep();
    expect([...values.values()].map((value) => value.length)).toEqual([48, 64]);
    for (const value of values.values()) expect(value).toMatch(/^[A-Za-z0-9]+$/);
    for (const file of [bootstrapKeyFile, join(folder, 'secrets', 'Sealing')]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    expect((await keep()).values).toEqual(values);
  });

  it('give way to a first owner’s key that is given, which then stays', async () => {
    const { values: before } = await keep();
    const { values, bootstrapKeyFile } = await keep('k'.repeat(32));
    const changed = [...values].filter(([arn, value]) => before.get(arn) !== value);
    expect(changed).toEqual([['arn:aws:secretsmanager:us-east-1:000000000000:secret:FirstKey', 'k'.repeat(32)]]);
    expect(readFileSync(bootstrapKeyFile, 'utf8')).toBe(`${'k'.repeat(32)}\n`);
    expect((await keep()).values).toEqual(values);
  });
});
