/** The stack, and stacks around a single construct, with bundles that hold next to nothing. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FUNCTION_NAMES } from '../../infra/bundle.ts';
import { SallyportStack } from '../../infra/stack.ts';

/** A folder for each function, with an empty module. */
export function emptyBundles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bundles-'));
  for (const name of FUNCTION_NAMES) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'index.mjs'), `// ${name}\n`);
  }
  return folder;
}

export const aBundle = (): string => join(emptyBundles(), 'api');

export const stackTemplate = (): Template =>
  Template.fromStack(
    new SallyportStack(new App({ analyticsReporting: false }), 'Sallyport', {
      bundles: emptyBundles(),
      resolvers: '192.0.2.53',
    }),
  );

/** A stack with what `make` puts into it. */
export function templateWith(make: (stack: Stack) => void): Template {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Test');
  make(stack);
  return Template.fromStack(stack);
}
