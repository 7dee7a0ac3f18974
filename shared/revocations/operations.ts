import { operation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import { NewRevocation } from './schema.ts';
import { RevocationClusterView, RevocationView } from './view-schema.ts';

export const revokeKeys = operation({
  id: 'revokeKeys',
  tag: 'Revocations',
  summary: 'Make every cluster forget the signing keys of an identity provider',
  description:
    'From the moment it answers no verdict uses a key fetched before it; the next one fetches the issuer’s keys afresh.',
  method: 'POST',
  path: '/v1/identity-providers/{identityProviderId}/revocations',
  action: 'revocation.write',
  status: 202,
  body: NewRevocation,
  answer: RevocationView,
});

export const listRevocations = operation({
  id: 'listRevocations',
  tag: 'Revocations',
  summary: 'List the revocations of an identity provider',
  method: 'GET',
  path: '/v1/identity-providers/{identityProviderId}/revocations',
  action: 'revocation.read',
  status: 200,
  query: ListQuery,
  answer: listOf(RevocationView),
});

export const getRevocation = operation({
  id: 'getRevocation',
  tag: 'Revocations',
  summary: 'Read a revocation with its progress',
  method: 'GET',
  path: '/v1/revocations/{revocationId}',
  action: 'revocation.read',
  status: 200,
  answer: RevocationView,
});

export const listRevocationClusters = operation({
  id: 'listRevocationClusters',
  tag: 'Revocations',
  summary: 'List the progress of a revocation, cluster by cluster',
  method: 'GET',
  path: '/v1/revocations/{revocationId}/clusters',
  action: 'revocation.read',
  status: 200,
  query: ListQuery,
  answer: listOf(RevocationClusterView),
});
