/**
 * The set-up guide is held to the code: every finding that a look at a domain can end in is explained there, and what the
 * guide names (findings, problems, operations, fields) exists. Codes are read from the sources, where they are written.
 */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { PublicCode } from '../../shared/platform/http-failure.ts';
import { CATALOGUE } from '../../shared/platform/problems.ts';

interface Schema {
  readonly $ref?: string | undefined;
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
}
const Schema: z.ZodType<Schema> = z.object({
  $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  get anyOf() {
    return z.array(Schema).optional();
  },
  get oneOf() {
    return z.array(Schema).optional();
  },
});
const Operation = z.object({
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: Schema })) }).optional(),
});
const OPENAPI = z
  .object({
    paths: z.record(z.string(), z.record(z.string(), z.unknown())),
    components: z.object({ schemas: z.record(z.string(), Schema) }),
  })
  .parse(JSON.parse(readFileSync('docs/openapi.json', 'utf8')));
const GUIDE = readFileSync('docs/guides/set-up.md', 'utf8');
const sourcesOf = (pattern: string): string => globSync(pattern).map(readText).join('\n');
const readText = (path: string): string => readFileSync(path, 'utf8');
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found);

/** Completed by the compiler: a file that could not be fetched is `file-` and one of these. */
const PUBLIC_CODES: Record<PublicCode, true> = {
  'bad-request': true,
  'bad-url': true,
  'too-large': true,
  encoding: true,
  protocol: true,
  tls: true,
  unreachable: true,
};
const domains = sourcesOf('shared/domains/*.ts');
const domainCodes = new Set([
  ...all(domains, /(?:\bcode: |\b(?:proved|notProved|unknown)\(\s*)'([a-z-]+)'/g),
  ...all(domains, /`([a-z]+-)\$\{\w+\.publicCode\}`/g).flatMap((start) =>
    Object.keys(PUBLIC_CODES).map((code) => start + code),
  ),
]);

const idps = sourcesOf('shared/identity-providers/*.ts');
const called = (name: string): string[] => all(idps, new RegExp(`\\b${name}\\)?\\(\\s*'([a-z0-9-]+)'`, 'g'));
const documents = all(idps, /`\$\{which\}(-[a-z-]+)`/g).flatMap((end) => [`discovery${end}`, `key-set${end}`]);
const keys = (severity: string): string[] =>
  all(idps, new RegExp(`'([a-z0-9-]+)': \\{\\s*severity: '${severity}'`, 'g'));
const idpCodes: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['ERROR', new Set([...called('error'), ...documents, ...keys('ERROR')])],
  ['WARNING', new Set([...called('warning'), ...keys('WARNING')])],
  ['INFO', new Set([...called('info'), ...keys('INFO')])],
]);

const sectionOf = (title: string): string => GUIDE.split(/^## /m).find((section) => section.includes(title)) ?? '';
const firstCells = (text: string): string[] => all(text, /^\|([^|]+)\|/gm);
const codesIn = (text: string): string[] => all(text, /`([a-z0-9]+(?:-[a-z0-9]+)*)`/g);

describe('the set-up guide', () => {
  it('explains everything that a look at a domain can end in', () => {
    expect([...domainCodes]).toEqual(
      expect.arrayContaining([
        'proved',
        'no-record',
        'file-missing',
        'file-tls',
        'domain-owned-elsewhere',
        'domain-lapsing',
      ]),
    );
    const explained = firstCells(sectionOf('. The domain\n')).flatMap(codesIn);
    expect([...domainCodes].filter((code) => !explained.includes(code))).toEqual([]);
  });

  it('names no finding and no problem that does not exist', () => {
    const known = new Set([
      ...domainCodes,
      ...[...idpCodes.values()].flatMap((codes) => [...codes]),
      ...Object.keys(CATALOGUE),
    ]);
    const named = codesIn(GUIDE).filter((code) => code.includes('-'));
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((code) => !known.has(code))).toEqual([]);
  });

  it('gives findings of identity providers the severity that they have', () => {
    const cells = firstCells(GUIDE).flatMap((cell) => {
      const [, severity = ''] = /^ (ERROR|WARNING|INFO) /.exec(cell) ?? [];
      return severity === '' ? [] : codesIn(cell).map((code) => ({ severity, code }));
    });
    expect(cells.length).toBeGreaterThan(15);
    expect(cells.filter(({ severity, code }) => !idpCodes.get(severity)?.has(code))).toEqual([]);
  });

  it('calls operations that there are, with fields that they take', () => {
    const calls = all(GUIDE, /^```sh\n([^`]*)^```$/gm).flatMap(callsIn);
    expect(calls.length).toBeGreaterThan(20);
    const wrong = calls.filter(({ method, path, fields }) => {
      const known = fieldsOf(method, path);
      return known === undefined || fields.some((field) => !known.includes(field));
    });
    expect(wrong).toEqual([]);
  });
});

interface Called {
  readonly method: string;
  readonly path: string;
  readonly fields: readonly string[];
}
/** `post /v1/… '{…}'` and `curl … "$API/v1/…"`, over several lines. */
function callsIn(block: string): Called[] {
  const plain = [...block.matchAll(/\b(post|get|put|patch|delete) '?(\/v1\/[^\s'?]+)[^\s{]*(?: '(\{[^']*\})')?/g)];
  const curled = [...block.matchAll(/curl [^\n]*"\$API(\/v1\/[^\s"?]+)[^\n]*/g)];
  return [
    ...plain.map(([, method = '', path = '', body]) => ({
      method,
      path,
      fields: body ? Object.keys(JSON.parse(body)) : [],
    })),
    ...curled.map(([line, path = '']) => ({ method: line.includes('--data') ? 'post' : 'get', path, fields: [] })),
  ];
}

/** What the body of the operation may have at its top level; undefined: there is no such operation. */
function fieldsOf(method: string, path: string): string[] | undefined {
  const given = path.split('/');
  const fits = (template: string): boolean => {
    const parts = template.split('/');
    const fitsAt = (part: string, i: number): boolean =>
      part === given[i] || (/^\{/.test(part) && /_…$/.test(given[i] ?? ''));
    return parts.length === given.length && parts.every(fitsAt);
  };
  const [, item] = Object.entries(OPENAPI.paths).find(([template]) => fits(template)) ?? [];
  const operation = Operation.optional().parse(item?.[method]);
  return operation && propertiesOf(operation.requestBody?.content['application/json']?.schema ?? {});
}
function propertiesOf({ $ref = '', properties = {}, anyOf = [], oneOf = [] }: Schema): string[] {
  const referred = OPENAPI.components.schemas[$ref.split('/').at(-1) ?? ''];
  return [...Object.keys(properties), ...[...anyOf, ...oneOf, ...(referred ? [referred] : [])].flatMap(propertiesOf)];
}
