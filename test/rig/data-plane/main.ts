/** `local/main.ts` with a connector more: what it reaches is `test/peers/data-plane.ts`. */
import { fileURLToPath } from 'node:url';
import { run } from '../../../local/run.ts';

await run({ functions: fileURLToPath(new URL('functions', import.meta.url)) });
