/**
 * What scenarios need again and again, told over HTTP only. Each call makes things of its own, with names that no other
 * has, so that scenarios can share one system. Each throws with the system's own words when it is refused.
 */
import { randomUUID } from 'node:crypto';
import type { Schemas } from '../../client/index.ts';
import type { DnsPeer } from '../peers/dns-server.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import type { Person } from '../peers/issuer-provider.ts';
import type { Answer } from './answer.ts';
import type { Api } from './client.ts';
import type { SystemControl } from './system-control.ts';
import { done, typedClient } from './typed-client.ts';

type Role = 'OWNER' | 'ACCESS_ADMINISTRATOR' | 'REQUESTER' | 'INCIDENT_RESPONDER' | 'AUDITOR' | 'DATA_PLANE';
/** What a key is for: the scope of api.md, and the federation that the key is made in. */
interface Scope {
  readonly federationId: string;
  readonly type: 'FEDERATION' | 'ORGANIZATION' | 'PROJECT' | 'CLUSTER';
  readonly id: string;
}
interface Federation {
  readonly federationId: string;
  readonly scope: Scope;
}
export interface Project {
  readonly federationId: string;
  readonly organizationId: string;
  readonly projectId: string;
  /** An introspection cluster of the project. */
  readonly clusterId: string;
  readonly scopes: { readonly [Level in 'federation' | 'organization' | 'project' | 'cluster']: Scope };
}
export interface ConnectedIdp {
  readonly identityProviderId: string;
  readonly issuer: Issuer;
}

type ProvedByRecord = Schemas['Domain'] & { readonly proof: Schemas['RecordProof'] };
type ProvedByFile = Schemas['Domain'] & { readonly proof: Schemas['FileProof'] };

export interface Stories {
  aFederation(): Promise<Federation>;
  /** A federation (or the given one) with an organization, a project, and an introspection cluster. */
  aProject(federation?: Federation): Promise<Project>;
  aCluster(project: Pick<Project, 'projectId'>, body?: object): Promise<string>;
  /** A domain to be proved by a TXT record, not looked at yet. */
  aDomain(federation: Pick<Project, 'federationId'>, name?: string): Promise<ProvedByRecord>;
  /** The same, to be proved by a file. */
  aDomainByFile(federation: Pick<Project, 'federationId'>, name?: string): Promise<ProvedByFile>;
  /** The domain after one look made now. */
  aLookAt(domain: { readonly id: string }): Promise<Schemas['Domain']>;
  /** A domain with its TXT record published and verified at once. */
  aVerifiedDomain(federation: Pick<Project, 'federationId'>, name?: string): Promise<ProvedByRecord>;
  anIdp(federation: Pick<Project, 'federationId'>, issuer: Issuer, body?: object): Promise<Schemas['IdentityProvider']>;
  /** The issuer registered as an IdP for groups (`body` says otherwise) and connected to the project's organization. */
  aConnectedIdp(project: Project, issuer: Issuer, body?: object): Promise<ConnectedIdp>;
  aKey(role: Role, scope: Scope): Promise<string>;
  /** Six hours of `readWriteAnyDatabase` for `db-oncall` on all clusters, unless `body` says otherwise. */
  aGrant(project: Project, idp: ConnectedIdp, body?: object, key?: string): Promise<Schemas['Grant']>;
  /** A real token, dated by the system's clock. */
  aToken(issuer: Issuer, person: Person): Promise<string>;
  introspect(clusterId: string, token: string, key?: string): Promise<Answer>;
}

/** A name that nobody else has, in this run or in an earlier one on the same data. */
export const unique = (start: string): string => `${start}-${randomUUID().slice(0, 8)}`;
/** Below a real public suffix: names like `.test` are refused as domains (S4). */
export const uniqueDomainName = (): string => `${unique('acme')}.com`;

/** @param api a client whose own key is an owner's of everything: the bootstrap key. */
export function stories(api: Api, system: SystemControl, dns: DnsPeer): Stories {
  const owner = typedClient(system.url, system.bootstrapKey);

  const aFederation = async (): Promise<Federation> => {
    const { id } = await done(owner.POST('/v1/federations', { body: { name: unique('Acme') } }));
    return { federationId: id, scope: { federationId: id, type: 'FEDERATION', id } };
  };
  const aCluster: Stories['aCluster'] = async ({ projectId }, more) => {
    const connector = { type: 'introspection' } as const;
    const body = { name: unique('payments'), tier: 'SELF_MANAGED', mongoDbVersion: '7.0.12', connector, ...more };
    const path = { projectId };
    return (await done(owner.POST('/v1/projects/{projectId}/clusters', { params: { path }, body }))).id;
  };
  const anIdp: Stories['anIdp'] = ({ federationId }, issuer, more) => {
    const body = {
      name: unique('Acme sign-in'),
      issuerUri: issuer.issuerUri,
      clientId: issuer.clientId,
      audience: issuer.audience,
      authorizationType: 'GROUP' as const,
      groupsClaim: issuer.groupsClaim,
      requestedScopes: ['openid'],
      ...more,
    };
    const path = { federationId };
    return done(owner.POST('/v1/federations/{federationId}/identity-providers', { params: { path }, body }));
  };

  const addDomain = (
    { federationId }: Pick<Project, 'federationId'>,
    domainName: string,
    method: Schemas['NewDomain']['method'],
  ) =>
    done(
      owner.POST('/v1/federations/{federationId}/domains', {
        params: { path: { federationId } },
        body: { displayName: 'Acme', domainName, method },
      }),
    );
  const aDomain: Stories['aDomain'] = async (federation, domainName = uniqueDomainName()) => {
    const { proof, ...domain } = await addDomain(federation, domainName, 'DNS_RECORD');
    if (!('recordName' in proof)) throw new Error(`${domainName} was added without saying which record to publish`);
    return { ...domain, proof };
  };
  const aLookAt: Stories['aLookAt'] = ({ id }) =>
    done(owner.POST('/v1/domains/{domainId}/verifications', { params: { path: { domainId: id } } }));

  return {
    aFederation,
    aCluster,
    anIdp,
    aDomain,
    aLookAt,
    async aDomainByFile(federation, domainName = uniqueDomainName()) {
      const { proof, ...domain } = await addDomain(federation, domainName, 'HTML_FILE_UPLOAD');
      if (!('url' in proof)) throw new Error(`${domainName} was added without saying which file to publish`);
      return { ...domain, proof };
    },
    async aProject(federation) {
      const { federationId, scope } = federation ?? (await aFederation());
      const organization = await done(
        owner.POST('/v1/federations/{federationId}/organizations', {
          params: { path: { federationId } },
          body: { name: unique('Acme databases') },
        }),
      );
      const project = await done(
        owner.POST('/v1/organizations/{organizationId}/projects', {
          params: { path: { organizationId: organization.id } },
          body: { name: unique('Payments') },
        }),
      );
      const clusterId = await aCluster({ projectId: project.id });
      return {
        federationId,
        organizationId: organization.id,
        projectId: project.id,
        clusterId,
        scopes: {
          federation: scope,
          organization: { federationId, type: 'ORGANIZATION', id: organization.id },
          project: { federationId, type: 'PROJECT', id: project.id },
          cluster: { federationId, type: 'CLUSTER', id: clusterId },
        },
      };
    },
    async aVerifiedDomain(federation, domainName) {
      const { id, proof } = await aDomain(federation, domainName);
      await dns.set(proof.recordName, 'TXT', proof.recordValue);
      const checked = await aLookAt({ id });
      if (checked.status !== 'VERIFIED') throw new Error(`${id} is ${checked.status}: ${JSON.stringify(checked)}`);
      return { ...checked, proof };
    },
    async aConnectedIdp(project, issuer, body) {
      const { id } = await anIdp(project, issuer, body);
      const params = { path: { organizationId: project.organizationId } };
      const connection = { identityProviderId: id };
      await done(owner.POST('/v1/organizations/{organizationId}/connections', { params, body: connection }));
      return { identityProviderId: id, issuer };
    },
    async aKey(role, { federationId, type, id }) {
      const body = { name: unique(role), role, scope: { type, id } };
      const params = { path: { federationId } };
      const { key } = await done(owner.POST('/v1/federations/{federationId}/api-keys', { params, body }));
      if (!key) throw new Error(`the ${role} key was made, but not shown`);
      return key;
    },
    aGrant({ projectId }, { identityProviderId }, more, key) {
      const caller = key === undefined ? owner : typedClient(system.url, key);
      const body = {
        principal: { type: 'GROUP' as const, name: 'db-oncall' },
        identityProviderId,
        roles: { builtIn: 'readWriteAnyDatabase' as const },
        duration: 'PT6H',
        ...more,
      };
      return done(caller.POST('/v1/projects/{projectId}/grants', { params: { path: { projectId } }, body }));
    },
    aToken: async (issuer, person) => issuer.token({ now: await system.now(), ...person }),
    introspect: (clusterId, token, key) => api.form(`/v1/clusters/${clusterId}/introspect`, { token }, { key }),
  };
}
