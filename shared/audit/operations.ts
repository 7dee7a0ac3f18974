import { operation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import { AuditEventView } from './view-schema.ts';

export const listAuditEvents = operation({
  id: 'listAuditEvents',
  tag: 'Audit',
  summary: 'List audit events, newest first',
  method: 'GET',
  path: '/v1/federations/{federationId}/audit-events',
  action: 'audit-event.read',
  status: 200,
  query: ListQuery,
  answer: listOf(AuditEventView),
});
