/** What the page /docs is made of, put beside its function: nothing of it comes from another address. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const OWN = ['index.html', 'start.js'];
const OF_SWAGGER_UI = ['swagger-ui-bundle.js', 'swagger-ui.css', 'favicon-32x32.png'];

/** @param target gets the files, flat */
export async function copyPageFiles(target: string): Promise<void> {
  const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  await mkdir(target, { recursive: true });
  const copies = [
    ...OWN.map((name) => [join(PROJECT, 'shared', 'openapi', 'page', name), name] as const),
    ...OF_SWAGGER_UI.map((name) => [join(swaggerUi, name), name] as const),
  ];
  await Promise.all(copies.map(([from, name]) => copyFile(from, join(target, name))));
  const document: unknown = JSON.parse(await readFile(join(PROJECT, 'docs', 'openapi.json'), 'utf8'));
  await writeFile(join(target, 'openapi.json'), JSON.stringify(document));
}
