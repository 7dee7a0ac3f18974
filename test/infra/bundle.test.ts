import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { BUNDLE_FOLDERS, bundle, FUNCTION_NAMES } from '../../infra/bundle.ts';

describe('bundling', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-sources-'));
  const [source, target] = [join(folder, 'functions'), join(folder, 'dist')];

  beforeAll(async () => {
    for (const name of FUNCTION_NAMES) {
      mkdirSync(join(source, name), { recursive: true });
      const lines = [
        "import { createHash } from 'node:crypto';",
        "import { unused, used } from '../shared.ts';",
        `export const handler = async (): Promise<string> => used('${name}' satisfies string) + createHash('md5').digest('hex');`,
      ];
      writeFileSync(join(source, name, 'index.ts'), lines.join('\n'));
    }
    const shared =
      "export const used = (name: string) => name + ' ';\nexport const unused = () => 'nobody calls this';";
    writeFileSync(join(source, 'shared.ts'), shared);
    await bundle({ source, target });
  });

  it('makes one module with its map for each function', () => {
    expect(readdirSync(target).sort()).toEqual([...FUNCTION_NAMES].sort());
    for (const name of FUNCTION_NAMES) {
      const files = readdirSync(join(target, name)).filter((file) => file !== 'pages');
      expect(files.sort()).toEqual(['index.mjs', 'index.mjs.map']);
    }
  });

  it('puts what the docs show beside their function, and beside no other', () => {
    expect(readdirSync(join(target, 'docs', 'pages')).sort()).toEqual([
      'favicon-32x32.png',
      'index.html',
      'openapi.json',
      'start.js',
      'swagger-ui-bundle.js',
      'swagger-ui.css',
    ]);
    expect(readdirSync(join(target, 'api'))).not.toContain('pages');
  });

  it('leaves out what is not used, and exports the handler', async () => {
    const file = join(target, 'grant-work', 'index.mjs');
    expect(readFileSync(file, 'utf8')).not.toContain('nobody calls this');
    const { handler } = await import(pathToFileURL(file).href);
    expect(await handler()).toBe('grant-work d41d8cd98f00b204e9800998ecf8427e');
  });

  it('carries nothing of the OpenAPI document in a function, not even in that of the docs', async () => {
    const ours = join(folder, 'ours');
    await bundle({ source: BUNDLE_FOLDERS.source, target: ours, sourceMaps: false });
    for (const name of FUNCTION_NAMES) {
      expect(readFileSync(join(ours, name, 'index.mjs'), 'utf8')).not.toContain('x-sallyport-action');
    }
  });

  it('removes what was there before', async () => {
    writeFileSync(join(target, 'left-behind.mjs'), '');
    await bundle({ source, target, sourceMaps: false });
    expect(readdirSync(target)).not.toContain('left-behind.mjs');
    expect(readdirSync(join(target, 'api'))).toEqual(['index.mjs']);
  });
});
