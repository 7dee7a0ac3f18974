import { operation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import { DomainChange, NewDomain } from './schema.ts';
import { AttemptView, DomainView } from './view-schema.ts';

export const createDomain = operation({
  id: 'createDomain',
  tag: 'Domains',
  summary: 'Create a domain',
  description:
    'Answers with exactly what to publish. The first look is made one minute later, as one made at once would be remembered as a no.',
  method: 'POST',
  path: '/v1/federations/{federationId}/domains',
  action: 'domain.write',
  status: 201,
  body: NewDomain,
  answer: DomainView,
  problems: ['name-taken'],
});

export const listDomains = operation({
  id: 'listDomains',
  tag: 'Domains',
  summary: 'List domains',
  method: 'GET',
  path: '/v1/federations/{federationId}/domains',
  action: 'domain.read',
  status: 200,
  query: ListQuery,
  answer: listOf(DomainView),
});

export const getDomain = operation({
  id: 'getDomain',
  tag: 'Domains',
  summary: 'Read a domain',
  method: 'GET',
  path: '/v1/domains/{domainId}',
  action: 'domain.read',
  status: 200,
  answer: DomainView,
});

export const changeDomain = operation({
  id: 'changeDomain',
  tag: 'Domains',
  summary: 'Change a domain',
  method: 'PATCH',
  path: '/v1/domains/{domainId}',
  action: 'domain.write',
  status: 200,
  body: DomainChange,
  answer: DomainView,
});

export const deleteDomain = operation({
  id: 'deleteDomain',
  tag: 'Domains',
  summary: 'Delete a domain',
  method: 'DELETE',
  path: '/v1/domains/{domainId}',
  action: 'domain.write',
  status: 204,
  answer: DomainView,
  problems: ['still-in-use'],
});

export const verifyDomain = operation({
  id: 'verifyDomain',
  tag: 'Domains',
  summary: 'Look for the proof of a domain now',
  description: 'One look, made now; the answer is the domain as that look leaves it.',
  method: 'POST',
  path: '/v1/domains/{domainId}/verifications',
  action: 'domain.write',
  status: 200,
  answer: DomainView,
  problems: ['domain-expired'],
});

export const listVerifications = operation({
  id: 'listVerifications',
  tag: 'Domains',
  summary: 'List the looks at a domain, newest first',
  method: 'GET',
  path: '/v1/domains/{domainId}/verifications',
  action: 'domain.read',
  status: 200,
  query: ListQuery,
  answer: listOf(AttemptView),
});
