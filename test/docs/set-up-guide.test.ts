/** The guide's tables of codes against the code that gives them: one that is added or renamed must be explained. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const project = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const sources = (folder: string): string =>
  readdirSync(project(folder))
    .map((name) => readFileSync(project(`${folder}/${name}`), 'utf8'))
    .join('\n');
const guide = readFileSync(project('docs/guides/set-up.md'), 'utf8');
/** Codes in the first column of any table, each row naming one or more; a field of a body has no hyphen. */
const explained = [...guide.matchAll(/^\| (`[^|]+`) +\|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`(proved|[a-z0-9]+(?:-[a-z0-9]+)+)`/g)].map(([, code = '']) => code),
);

const domains = sources('shared/domains');
const givenByDomains = [...domains.matchAll(/(?:code: |notProved\(\s*|unknown\(\s*)'([a-z-]+)'/g)].map(
  ([, code = '']) => code,
);
/** A file that could not be read: its code ends with why, as `http-failure.ts` names it to a tenant. */
const unreadable = [
  ...readFileSync(project('shared/platform/http-failure.ts'), 'utf8').matchAll(/publicCode: '([a-z-]+)'/g),
].map(([, reason]) => `file-${reason}`);

describe('docs/guides/set-up.md', () => {
  it('explains every code that a look at a domain can give', () => {
    expect(givenByDomains.length).toBeGreaterThan(15);
    expect([...givenByDomains, ...unreadable].filter((code) => !explained.includes(code))).toEqual([]);
  });

  it('explains no code that is not there any more', () => {
    const known = [domains, sources('shared/identity-providers'), sources('shared/platform')].join('\n');
    expect(explained.length).toBeGreaterThan(25);
    const gone = explained.filter((code) => !known.includes(code) && !code.startsWith('file-'));
    expect(gone).toEqual([]);
  });
});
