/** Bundles each Lambda function into one file, so that an instance starts by reading that file and nothing else. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { copyPageFiles } from './page-files.ts';

/** Every function of the stack; each is `functions/<name>/index.ts` and exports `handler`. */
export const FUNCTION_NAMES = [
  'api',
  'verdicts',
  'docs',
  'dispatcher',
  'audit-sealer',
  'domain-work',
  'identity-provider-work',
  'grant-work',
  'connection-work',
  'revocation-work',
  'event-work',
  'webhook-work',
  'sync-order-work',
  'sync-work',
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

export interface BundleOptions {
  /** Holds `<name>/index.ts` of every function. */
  readonly source: string;
  /** Gets `<name>/index.mjs` and its source map. What was there before is removed. */
  readonly target: string;
  /** For reading stack traces of a deployed function; half of the time goes into them. */
  readonly sourceMaps?: boolean;
}

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
export const BUNDLE_FOLDERS = {
  source: join(PROJECT, 'functions'),
  target: join(PROJECT, 'dist', 'functions'),
};

/** Some CommonJS packages inside the bundle call `require` for Node's own modules, which an ES module does not have. */
const REQUIRE_FOR_COMMONJS =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** One esbuild run for all functions. The AWS SDK goes in: the runtime's own changes under us and starts slower. */
export async function bundle({ source, target, sourceMaps = true }: BundleOptions = BUNDLE_FOLDERS): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await build({
    absWorkingDir: PROJECT,
    entryPoints: Object.fromEntries(FUNCTION_NAMES.map((name) => [`${name}/index`, join(source, name, 'index.ts')])),
    outdir: target,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    treeShaking: true,
    minify: false, // stack traces stay readable without the map
    sourcemap: sourceMaps,
    sourcesContent: false,
    banner: { js: REQUIRE_FOR_COMMONJS },
    logLevel: 'silent', // what is wrong is in the error it throws
  });
  await copyPageFiles(join(target, 'docs', 'pages'));
}
