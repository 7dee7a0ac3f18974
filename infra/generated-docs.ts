/** Files that are made from the code, by their path in the project. A test fails when one is stale. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { clientTypes } from '../client/generate.ts';
import { type Action, RIGHTS } from '../shared/callers/rights.ts';
import { openApiDocument } from '../shared/openapi/document.ts';
import { problemsPage } from '../shared/openapi/problems-page.ts';
import { rightsPage } from '../shared/openapi/rights.ts';

const Package = z.object({ version: z.string() });

export async function generatedDocs(): Promise<Record<string, string>> {
  const { version } = Package.parse(JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')));
  const actions = Object.keys(RIGHTS).filter((name): name is Action => name in RIGHTS);
  const document = `${JSON.stringify(openApiDocument(version), null, 2)}\n`;
  return {
    'docs/openapi.json': document,
    'docs/problems.md': problemsPage(),
    'docs/rights.md': rightsPage(actions),
    'client/schema.ts': await clientTypes(document),
  };
}
