/** The template's generated secrets: made once, kept in the data folder for its owner only. */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import type { Resolve } from './identities.ts';
import { readSecretFile, writeSecretFile } from './secret-file.ts';
import { ofType, propertiesOf, type Template } from './template.ts';

const Secret = z.strictObject({
  Description: z.string().optional(),
  GenerateSecretString: z.strictObject({ ExcludePunctuation: z.literal(true), PasswordLength: z.int().positive() }),
});

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export interface Secrets {
  /** By ARN. */
  readonly values: ReadonlyMap<string, string>;
  /** The file of the first owner's key. */
  readonly bootstrapKeyFile: string;
}

/** @param bootstrapKey takes the place of the generated one, and stays when it is no longer given */
export async function keepSecrets(
  template: Template,
  resolve: Resolve,
  dataFolder: string,
  bootstrapKey?: string,
): Promise<Secrets> {
  const bootstrapArn = resolve(template.Outputs.BootstrapKeySecret?.Value ?? null);
  const bootstrapKeyFile = join(dataFolder, 'bootstrap-key');
  const values = new Map<string, string>();
  for (const [name, { Properties }] of ofType(template, 'AWS::SecretsManager::Secret')) {
    const { GenerateSecretString } = propertiesOf(Secret, name, resolve(Properties));
    const arn = z.string().parse(resolve({ Ref: name }));
    const isBootstrapKey = arn === bootstrapArn;
    const file = isBootstrapKey ? bootstrapKeyFile : join(dataFolder, 'secrets', name);
    const given = isBootstrapKey ? bootstrapKey : undefined;
    const before = await readSecretFile(file);
    const value = given ?? before ?? randomText(GenerateSecretString.PasswordLength);
    if (value !== before) await writeSecretFile(file, value);
    values.set(arn, value);
  }
  return { values, bootstrapKeyFile };
}

const randomText = (length: number): string =>
  Array.from({ length }, () => LETTERS_AND_DIGITS[randomInt(LETTERS_AND_DIGITS.length)]).join('');
