import { operation } from '../api/operation.ts';
import { ListQuery } from '../api/paging.ts';
import { DomainChange, NewDomain } from './schema.ts';

export const createDomain = operation({
  id: 'createDomain',
  tag: 'Domains',
  summary: 'Create a domain',
  method: 'POST',
  path: '/v1/federations/{federationId}/domains',
  action: 'domain.write',
  status: 201,
  body: NewDomain,
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
});

export const getDomain = operation({
  id: 'getDomain',
  tag: 'Domains',
  summary: 'Read a domain',
  method: 'GET',
  path: '/v1/domains/{domainId}',
  action: 'domain.read',
  status: 200,
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
});

export const deleteDomain = operation({
  id: 'deleteDomain',
  tag: 'Domains',
  summary: 'Delete a domain',
  method: 'DELETE',
  path: '/v1/domains/{domainId}',
  action: 'domain.write',
  status: 204,
});

export const verifyDomain = operation({
  id: 'verifyDomain',
  tag: 'Domains',
  summary: 'Look for the proof of a domain now',
  method: 'POST',
  path: '/v1/domains/{domainId}/verifications',
  action: 'domain.write',
  status: 200,
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
});
