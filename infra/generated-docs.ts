/** Pages of docs/ that are made from the code, by file name. A test fails when one is stale. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { type Action, RIGHTS } from '../shared/callers/rights.ts';
import { openApiDocument } from '../shared/openapi/document.ts';
import { problemsPage } from '../shared/openapi/problems-page.ts';
import { rightsPage } from '../shared/openapi/rights.ts';

const Package = z.object({ version: z.string() });

export async function generatedDocs(): Promise<Record<string, string>> {
  const { version } = Package.parse(JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')));
  const actions = Object.keys(RIGHTS).filter((name): name is Action => name in RIGHTS);
  return {
    'openapi.json': `${JSON.stringify(openApiDocument(version), null, 2)}\n`,
    'problems.md': problemsPage(),
    'rights.md': rightsPage(actions),
  };
}
