/** A file that is its owner's only. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './start-fault.ts';

const OWNER_ONLY = 0o600;

/** Its text; undefined when there is none. */
export async function readSecretFile(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim() || undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** All of it or nothing: with half a sealing key, what is sealed would be lost. */
export async function writeSecretFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.new`;
  await rm(unfinished, { force: true });
  await writeFile(unfinished, `${text}\n`, { mode: OWNER_ONLY, flush: true });
  await rename(unfinished, file);
}
