/** Sallyport with stub functions, as a process of its own: what `npm start` runs, but for the functions. */
import { fileURLToPath } from 'node:url';
import { run } from '../../local/run.ts';

await run({ functions: fileURLToPath(new URL('functions', import.meta.url)) });
