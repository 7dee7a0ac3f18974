/** The synthesized stack, with stub functions. */
import { fileURLToPath } from 'node:url';
import { synthesizedStack } from '../../local/synthesis.ts';
import type { Assembly } from '../../local/template.ts';

export const stubStack = (): Promise<Assembly> =>
  synthesizedStack(fileURLToPath(new URL('functions', import.meta.url)));
