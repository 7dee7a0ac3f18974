/** `npm run docs`: writes what is made from the code, so that a reader of the repository has it, too. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedDocs } from './generated-docs.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
for (const [name, text] of Object.entries(await generatedDocs())) await writeFile(join(folder, name), text);
