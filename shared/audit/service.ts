/** What callers ask of the audit. */
import type { ListQuery, Pager } from '../api/paging.ts';
import { auditItem, auditShards } from '../platform/audit-item.ts';
import type { Table } from '../platform/table.ts';
import type { Federation } from '../tenants/schema.ts';
import { mergeNewestFirst, viewAuditEvent } from './rules.ts';

export interface AuditParts {
  readonly table: Table;
  readonly pager: Pager;
}

export const auditService = ({ table, pager }: AuditParts) => ({
  /** Newest first. Each shard is asked for a page, since all of the newest may lie in one. */
  async list(federation: Federation, query: ListQuery) {
    const name = `audit-events ${federation.id}`;
    const after = pager.after(query, name);
    const pages = await Promise.all(
      auditShards(federation.id).map((partition) =>
        table.query({ partition, limit: query.limit, newestFirst: true, ...(after !== undefined && { after }) }),
      ),
    );
    const shards = pages.map(({ items, more }) => ({ events: items.map((item) => auditItem.parse(item)), more }));
    const { events, isLast } = mergeNewestFirst(shards, query.limit);
    return pager.answer(events.map(viewAuditEvent), name, isLast ? undefined : events.at(-1)?.id);
  },
});
export type AuditService = ReturnType<typeof auditService>;
