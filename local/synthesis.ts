/** The template that is deployed to AWS, made from the same sources. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { reasonOf, StartFault } from './start-fault.ts';
import { type Assembly, readAssembly } from './template.ts';

const STACK = 'Sallyport';

/**
 * @param folder gets the bundles and the cloud assembly; what was in it is removed
 * @param functions holds the functions' sources; left out: the project's own
 * @throws StartFault
 */
export async function synthesizeInto(folder: string, functions?: string): Promise<Assembly> {
  await rm(folder, { recursive: true, force: true });
  const thread = new Worker(new URL('synthesis-thread.ts', import.meta.url), { workerData: { folder, functions } });
  await new Promise<void>((resolve, reject) => {
    thread.once('error', (error: unknown) => reject(new StartFault(`The stack cannot be built: ${reasonOf(error)}`)));
    thread.once('exit', () => resolve());
  });
  return readAssembly(join(folder, 'cdk.out'), STACK);
}
