/** The template that is deployed to AWS, made from the same sources; kept for as long as these do not change. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PROJECT_FOLDER } from './settings.ts';
import { codeOf, reasonOf, StartFault } from './start-fault.ts';
import { type Assembly, readAssembly } from './template.ts';

const STACK = 'Sallyport';
const KEPT = join(PROJECT_FOLDER, 'node_modules', '.cache', 'sallyport');
/** Longer than any system runs that could still load a function from it. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** @param functions holds the functions' sources @throws StartFault when they or the stack are wrong */
export async function synthesizedStack(functions = join(PROJECT_FOLDER, 'functions')): Promise<Assembly> {
  const folder = join(KEPT, await fingerprint(functions));
  if (await isThere(folder)) {
    const now = new Date();
    await utimes(folder, now, now); // in use
  } else {
    await removeUnused();
    await make(folder, functions);
  }
  return readAssembly(join(folder, 'cdk.out'), STACK);
}

async function make(folder: string, functions: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  const workerData = { folder: unfinished, functions };
  const thread = new Worker(new URL('synthesis-thread.ts', import.meta.url), { workerData });
  await new Promise<void>((resolve, reject) => {
    thread.once('error', (error: unknown) => reject(new StartFault(`The stack cannot be built: ${reasonOf(error)}`)));
    thread.once('exit', () => resolve());
  });
  await rename(unfinished, folder).catch(async (error: unknown) => {
    if (!(await isThere(folder))) throw error; // else another start was faster
    await rm(unfinished, { recursive: true, force: true });
  });
}

/** Of everything that bundles and template are made from. */
async function fingerprint(functions: string): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  const ours = ['functions', 'shared', 'infra'].map((name) => join(PROJECT_FOLDER, name));
  const folders = new Set([functions, ...ours]); // whoever brings their own functions may use ours in them
  const files = await Promise.all([...folders].map(filesIn));
  const single = ['package-lock.json', 'docs/openapi.json'].map((name) => join(PROJECT_FOLDER, name));
  for (const file of [...files.flat(), ...single]) {
    hash.update(`\0${file}\0`).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function removeUnused(): Promise<void> {
  await mkdir(KEPT, { recursive: true });
  for (const name of await readdir(KEPT)) {
    const folder = join(KEPT, name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY })); // another start's
    if (Date.now() - mtimeMs > KEPT_MS) await rm(folder, { recursive: true, force: true });
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    },
  );
