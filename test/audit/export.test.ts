import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRow } from '../../shared/audit/csv.ts';
import { EXPORTS } from '../../shared/audit/export.ts';
import { ocsfOf, PRODUCT } from '../../shared/audit/ocsf.ts';
import { AuditQuery, limitOf } from '../../shared/audit/query.ts';
import { T0 } from '../grants/a-grant.ts';
import { anAuditEvent } from './an-audit-event.ts';

/** A reader of RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (let at = 0; at < text.length; ) {
    const row: string[] = [];
    for (;;) {
      let cell = '';
      if (text[at] === '"') {
        for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
          if (text[at] === '"') at += 1;
          cell += text[at];
        }
        at += 1;
      } else while (at < text.length && text[at] !== ',' && text[at] !== '\r') cell += text[at++];
      row.push(cell);
      if (text[at++] !== ',') break;
    }
    at += 1; // the line feed
    rows.push(row);
  }
  return rows;
}

const cells = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'a;\t\r\n=+-@＝＋－＠",') }));

describe('CSV', () => {
  it('is read back as it was, but for an apostrophe where a formula would begin', () =>
    fc.assert(
      fc.property(fc.array(fc.array(cells, { minLength: 2, maxLength: 4 })), (rows) => {
        const read = parseCsv(rows.map(csvRow).join(''));
        const without = (table: string[][]) => table.map((row) => row.map((cell) => cell.replaceAll("'", '')));
        expect(without(read)).toEqual(without(rows));
        for (const cell of read.flat()) expect(cell).not.toMatch(/^[\t\r\n]|(^|[;\t\r\n])[=+\-@＝＋－＠]/);
        for (const [cell, shown] of rows.flat().map((cell, at) => [cell, read.flat()[at]]))
          if (!/[;=+\-@＝＋－＠\t\r\n]/.test(cell ?? '')) expect(shown).toBe(cell);
      }),
    ));

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['＝1', "'＝1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠1', "'＠1"],
    ['\t1', "'\t1"],
    ['\r1', "'\r1"],
    ['\n1', "'\n1"],
    ['\t=1', "'\t'=1"],
    ['a;=1', "a;'=1"],
    ['a\t@1', "a\t'@1"],
    ['a\r\n-1', "a\r\n'-1"],
    ['a;;＝1', "a;;'＝1"],
    ['a=1;b', 'a=1;b'],
  ])('makes %j a text', (cell, safe) => {
    expect(parseCsv(csvRow([cell, 'x']))).toEqual([[safe, 'x']]);
  });

  it('has a row for each event, with before and after as JSON', () => {
    const { header, line } = EXPORTS.csv;
    const event = anAuditEvent({ actor: { type: 'CALLER', id: 'cis_1', subject: '=cmd' }, after: { name: 'a,"b"' } });
    const [names = [], cells = []] = parseCsv(header + line(event));
    expect(Object.fromEntries(names.map((name, at) => [name, cells[at]]))).toEqual({
      id: event.id,
      at: new Date(T0).toISOString(),
      actorType: 'CALLER',
      actorId: 'cis_1',
      actorSubject: "'=cmd",
      action: 'grant.create',
      resourceType: 'grant',
      resourceId: 'grt_1',
      source: '192.0.2.1',
      correlationId: 'c',
      before: 'null',
      after: '{"name":"a,\\"b\\""}',
    });
  });
});

describe('JSON lines', () => {
  it('have the event as the list shows it, in one line', () => {
    const text = EXPORTS.jsonl.line(anAuditEvent({ after: { name: 'two\nlines' } }));
    expect(text.split('\n')).toHaveLength(2);
    expect(JSON.parse(text)).toMatchObject({ at: new Date(T0).toISOString(), after: { name: 'two\nlines' } });
  });
});

describe('OCSF', () => {
  it('is an API Activity with what its class requires', () => {
    expect(
      ocsfOf(anAuditEvent({ before: { a: 1 }, actor: { type: 'CALLER', id: 'idp_1', subject: 'alice' } })),
    ).toEqual({
      category_uid: 6,
      category_name: 'Application Activity',
      class_uid: 6003,
      class_name: 'API Activity',
      activity_id: 3,
      activity_name: 'Update',
      type_uid: 600303,
      type_name: 'API Activity: Update',
      time: T0,
      severity_id: 1,
      severity: 'Informational',
      status_id: 1,
      status: 'Success',
      metadata: {
        version: '1.3.0',
        product: PRODUCT,
        uid: 'evt_01JDG3ZV8WQK2M5N7P9R1T3V5X',
        correlation_uid: 'c',
        tenant_uid: 'fed_1',
        log_name: 'audit',
      },
      actor: { user: { uid: 'idp_1', name: 'alice', type: 'User', type_id: 1 } },
      api: { operation: 'grant.create', service: { name: 'Sallyport' }, request: { uid: 'c' } },
      resources: [{ uid: 'grt_1', type: 'grant' }],
      src_endpoint: { ip: '192.0.2.1' },
      unmapped: { before: { a: 1 }, after: { name: 'x' } },
    });
  });

  it.each([
    [null, {}, 600301],
    [{}, {}, 600303],
    [{}, null, 600304],
    [null, null, 600399],
  ])('before %j and after %j is type %i', (before, after, type_uid) => {
    expect(ocsfOf(anAuditEvent({ before, after })).type_uid).toBe(type_uid);
  });

  it('names the system itself where nobody called', () => {
    const event = anAuditEvent({ actor: { type: 'SYSTEM', id: 'grant-work' }, source: null });
    expect(ocsfOf(event)).toMatchObject({
      actor: { app_name: 'Sallyport', user: { uid: 'grant-work', type_id: 3 } },
      src_endpoint: { name: 'Sallyport', svc_name: 'grant-work' },
    });
  });

  it('names this release', () => {
    expect(PRODUCT.version).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
  });
});

describe('the query', () => {
  const issues = (query: object) => AuditQuery.safeParse(query).error?.issues.map(({ path }) => path.join('.'));
  it.each([
    [{}, 25],
    [{ limit: '100' }, 100],
    [{ format: 'csv' }, 1000],
    [{ format: 'ocsf', limit: '7' }, 7],
  ])('%j asks for %i', (query, limit) => {
    expect(limitOf(AuditQuery.parse(query))).toBe(limit);
  });

  it.each([
    [{ limit: '101' }, 'limit'],
    [{ limit: '0', format: 'csv' }, 'limit'],
    [{ limit: '1001', format: 'csv' }, 'limit'],
    [{ format: 'xml' }, 'format'],
    [{ actor: '' }, 'actor'],
    [{ from: 'yesterday' }, 'from'],
    [{ from: '2026-01-02T00:00:00Z', to: '2026-01-02T01:00:00+01:00' }, 'to'],
  ])('%j is refused at %s', (query, field) => {
    expect(issues(query)).toEqual([field]);
  });
});
