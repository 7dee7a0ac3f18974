/** What callers ask of the audit. */
import { ANSWER_BYTES_MAX, type List, type Pager } from '../api/paging.ts';
import { TextAnswer } from '../api/text-answer.ts';
import type { AuditEvent } from '../platform/audit-item.ts';
import type { Table } from '../platform/table.ts';
import { formatInstant } from '../platform/time.ts';
import type { Federation } from '../tenants/schema.ts';
import { EXPORTS } from './export.ts';
import { type AuditFilter, type AuditQuery, filterOf, limitOf } from './query.ts';
import { readPage, sourceOf } from './read.ts';
import { viewAuditEvent } from './rules.ts';
import { canonicalText } from './seal-rules.ts';
import type { AuditEventView } from './view-schema.ts';

export interface AuditParts {
  readonly table: Table;
  readonly pager: Pager;
}

export const auditService = ({ table, pager }: AuditParts) => ({
  /** Newest first: a list as JSON, or an export in another format, whose next page is in its Link header. */
  async list(federation: Federation, query: AuditQuery): Promise<List<AuditEventView> | TextAnswer> {
    const filter = filterOf(query);
    const limit = limitOf(query);
    const name = `audit-events ${federation.id} ${canonicalText(filter)}`;
    const after = pager.after(query, name);
    const source = sourceOf(table, federation.id, filter, limit);
    const read = (textOf: (event: AuditEvent) => string) =>
      readPage(source, filter, { after, limit, bytes: ANSWER_BYTES_MAX, textOf });
    if (query.format === 'json') {
      const { events, last } = await read((event) => JSON.stringify(viewAuditEvent(event)));
      return pager.answer(events.map(viewAuditEvent), name, last);
    }
    const { contentType, header, line } = EXPORTS[query.format];
    const { texts, last } = await read(line);
    const { nextCursor } = pager.answer([], name, last);
    const next = nextCursor === undefined ? {} : { link: linkOf(federation, query, limit, nextCursor) };
    return new TextAnswer(contentType, header + texts.join(''), next);
  },
});
export type AuditService = ReturnType<typeof auditService>;

/** The next page of the same export (RFC 8288), relative to the address that was asked. */
function linkOf(federation: Federation, query: AuditQuery, limit: number, cursor: string): string {
  const parameters = new URLSearchParams({ format: query.format, limit: String(limit) });
  for (const [name, value] of Object.entries(textsOf(filterOf(query))))
    if (value !== undefined) parameters.set(name, value);
  parameters.set('cursor', cursor);
  return `</v1/federations/${federation.id}/audit-events?${parameters}>; rel="next"`;
}

const textsOf = ({ from, to, ...texts }: AuditFilter): Record<string, string | undefined> => ({
  ...texts,
  from: from === undefined ? undefined : formatInstant(from),
  to: to === undefined ? undefined : formatInstant(to),
});
