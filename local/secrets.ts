/** The template's generated secrets: made once, kept in the data folder for its owner only. */
import { randomInt } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { Resolve } from './identities.ts';
import { codeOf } from './start-fault.ts';
import { ofType, propertiesOf, type Template } from './template.ts';

const Secret = z.strictObject({
  Description: z.string().optional(),
  GenerateSecretString: z.strictObject({ ExcludePunctuation: z.literal(true), PasswordLength: z.int().positive() }),
});

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const OWNER_ONLY = 0o600;

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
    const before = await kept(file);
    const value = given ?? before ?? randomText(GenerateSecretString.PasswordLength);
    if (value !== before) await write(file, value);
    values.set(arn, value);
  }
  return { values, bootstrapKeyFile };
}

async function kept(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim() || undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** All of it or nothing: with half a sealing key, what is sealed would be lost. */
async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.new`;
  await rm(unfinished, { force: true });
  await writeFile(unfinished, `${text}\n`, { mode: OWNER_ONLY, flush: true });
  await rename(unfinished, file);
}

const randomText = (length: number): string =>
  Array.from({ length }, () => LETTERS_AND_DIGITS[randomInt(LETTERS_AND_DIGITS.length)]).join('');
