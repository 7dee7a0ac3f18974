import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, Problem, renderProblem } from '../../shared/platform/problems.ts';

const SOURCES = globSync('{shared,functions}/**/*.ts')
  .filter((path) => !path.endsWith('platform/problems.ts'))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');

describe('the problem catalogue', () => {
  it.each(Object.keys(CATALOGUE))('%s is thrown somewhere', (type) => {
    expect(SOURCES).toMatch(new RegExp(`Problem\\(\\s*'${type}'`));
  });

  it('renders the members of RFC 9457, and its cause nowhere', () => {
    const problem = new Problem('unavailable', { what: 'The table' }, { cause: new Error('secret') });
    const rendered = renderProblem(problem, 'c1');
    expect(rendered).toEqual({
      type: 'https://sallyport.dev/problems/unavailable',
      title: 'It cannot be decided or stored now',
      status: 503,
      detail: 'The table did not answer in time. Try again; nothing was changed.',
      instance: 'urn:sallyport:call:c1',
    });
    expect(JSON.stringify(rendered)).not.toContain('secret');
  });
});
