import { operation } from '../api/operation.ts';
import { listOf } from '../api/paging.ts';
import { AuditQuery } from './query.ts';
import { AuditEventView } from './view-schema.ts';

export const listAuditEvents = operation({
  id: 'listAuditEvents',
  tag: 'Audit',
  summary: 'List or export audit events, newest first',
  description:
    'Filters hold together. At most 1,000 events are looked at for one page: a page may be short, or empty, and still have a next one. An export (`format` other than `json`) has its next page in the `Link` header (RFC 8288, `rel="next"`). A cursor is good for the same filters only, in any format.',
  method: 'GET',
  path: '/v1/federations/{federationId}/audit-events',
  action: 'audit-event.read',
  status: 200,
  query: AuditQuery,
  answer: listOf(AuditEventView),
  otherMediaTypes: ['application/jsonl', 'text/csv'],
});
