/** Vitest's globalSetup for tests of stores and workers: an engine in memory, with the table as the stack makes it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { TestProject } from 'vitest/node';
import { SallyportTable } from '../../infra/table.ts';
import { startDynamoDb } from '../../local/engines/dynamodb.ts';
import { createTables } from '../../local/tables.ts';
import { readAssembly } from '../../local/template.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    engine: { readonly endpoint: string; readonly tableName: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-engine-'));
  const app = new App({ outdir: folder, analyticsReporting: false });
  new SallyportTable(new Stack(app, 'Engine'), 'Items');
  app.synth();
  const engine = await startDynamoDb();
  const { template } = await readAssembly(folder, 'Engine');
  const [tableName] = await createTables(template, engine.endpoint);
  if (tableName === undefined) throw new Error('the stack has no table');
  project.provide('engine', { endpoint: engine.endpoint, tableName });
  return async () => {
    await engine.stop();
    await rm(folder, { recursive: true });
  };
}
