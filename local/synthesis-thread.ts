/** Bundles the functions and synthesizes the stack, in a thread: the CDK takes a second and much memory, once. */
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import * as z from 'zod';
import { BUNDLE_FOLDERS, bundle } from '../infra/bundle.ts';
import { synthesize } from '../infra/synthesize.ts';

const { folder, functions = BUNDLE_FOLDERS.source } = z
  .object({ folder: z.string(), functions: z.string().optional() })
  .parse(workerData);
const bundles = join(folder, 'functions');
await bundle({ source: functions, target: bundles });
synthesize({ bundles, outdir: join(folder, 'cdk.out') });
