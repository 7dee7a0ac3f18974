import { operation } from '../api/operation.ts';
import { ListQuery } from '../api/paging.ts';

export const listAuditEvents = operation({
  id: 'listAuditEvents',
  tag: 'Audit',
  summary: 'List audit events, newest first',
  method: 'GET',
  path: '/v1/federations/{federationId}/audit-events',
  action: 'audit-event.read',
  status: 200,
  query: ListQuery,
});
