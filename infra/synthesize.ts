/** The app, synthesized in this process: without the CDK's command line, Docker or an AWS account. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { BUNDLE_FOLDERS } from './bundle.ts';
import { SallyportStack } from './stack.ts';

export const STACK_NAME = 'Sallyport';
/** Three public resolvers of three operators: a domain is not lapsed because one of them is down. */
const RESOLVERS_DEFAULT = '1.1.1.1,8.8.8.8,9.9.9.9';

export interface SynthesizeOptions {
  /** Where the bundled functions are. */
  readonly bundles?: string;
  readonly outdir?: string;
  /** Adds checks, CloudFormation's own among them. Left out: none, which is seconds faster. */
  readonly checks?: (app: App) => void;
}

export const OUT_FOLDER = join(fileURLToPath(new URL('..', import.meta.url)), 'cdk.out');

/** Writes the cloud assembly to `outdir` and returns that folder. @throws when a check finds an error */
export function synthesize({
  bundles = BUNDLE_FOLDERS.target,
  outdir = OUT_FOLDER,
  checks,
}: SynthesizeOptions): string {
  const app = new App({
    outdir,
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: checks !== undefined,
  });
  const resolvers = z.string().default(RESOLVERS_DEFAULT).parse(app.node.tryGetContext('resolvers'));
  new SallyportStack(app, STACK_NAME, {
    bundles,
    resolvers,
    description: 'Sallyport: workforce identity federation for databases',
  });
  checks?.(app);
  return app.synth().directory;
}
