/** One sentence for each heading of the docs. */
import type { Tag } from '../api/operation.ts';

export const ABOUT: Readonly<Record<Tag, string>> = {
  Federations: 'Companies: the boundary that nothing crosses.',
  Organizations: 'What identity providers are connected to.',
  Projects: 'Clusters, and the grants for them.',
  Clusters: 'Databases that people are let into.',
  Domains: 'Domain names, proved by DNS or a file, and looked at again every day.',
  'Identity providers': 'OIDC issuers, and whose people sign in with them.',
  Connections: 'Which organization trusts which identity provider.',
  'Custom roles': 'Roles of a project’s own, which grants name.',
  'Access policies': 'What grants a project takes, rule by rule.',
  Grants: 'Roles on clusters for users and groups, for good or for a time.',
  Verdicts: 'What a database gateway asks at every use.',
  Freezes: 'Stopping a principal, a project or a federation at once, reversibly.',
  Revocations: 'Making every cluster forget signing keys.',
  Callers: 'Who may call this API: keys, clients, pipelines, people.',
  Hooks: 'Signed events of ticket and incident systems, and what each makes happen.',
  Webhooks: 'Where events are sent to, signed; each attempt can be seen, and made again.',
  Audit: 'Who did what, when, before and after.',
  About: 'The API itself.',
};
