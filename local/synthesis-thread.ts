/** Bundles the functions and synthesizes the stack, in a thread: the CDK takes a second and much memory, once. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import * as z from 'zod';
import { bundle } from '../infra/bundle.ts';

const { folder, functions } = z.object({ folder: z.string(), functions: z.string() }).parse(workerData);
const bundles = join(folder, 'functions');
const [{ synthesize }] = await Promise.all([
  import('../infra/synthesize.ts'), // the CDK, while esbuild works
  bundle({ source: functions, target: bundles, sourceMaps: false }),
]);
synthesize({ bundles, outdir: join(folder, 'cdk.out') });
await rm(bundles, { recursive: true }); // the assembly has copies
