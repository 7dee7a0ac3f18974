/** One organization with its clusters, identity providers and people. */
import { newCluster } from '../../shared/clusters/rules.ts';
import { clusterItem } from '../../shared/clusters/store.ts';
import { planConnect } from '../../shared/connections/plans.ts';
import { newConnection } from '../../shared/connections/rules.ts';
import { planCustomRoles } from '../../shared/custom-roles/plans.ts';
import { newCustomRoles, newRole, withRole } from '../../shared/custom-roles/rules.ts';
import { planCreation } from '../../shared/identity-providers/plans.ts';
import type { WriterParts } from '../../shared/platform/boot.ts';
import { type Instant, SECOND_MS } from '../../shared/platform/time.ts';
import { newFederation, newOrganization, newProject } from '../../shared/tenants/rules.ts';
import { federationItem, organizationItem, projectItem } from '../../shared/tenants/store.ts';
import { anIdentityProvider, ISSUER } from '../identity-providers/an-identity-provider.ts';
import { publicJwk } from '../tokens/a-key.ts';
import { compact } from '../tokens/a-token.ts';
import { CUSTOM_ROLE, type Ids } from './grants-asked.ts';
import type { Person, Principal } from './grants-model.ts';

export interface Organization extends Ids {
  readonly clusterIds: readonly string[];
  readonly identityProviderIds: readonly string[];
  readonly people: readonly (Person & { readonly token: string })[];
  /** Whom grants name, with the identity provider that knows them. */
  readonly principals: readonly { readonly identityProviderId: string; readonly principal: Principal }[];
}

const CLUSTERS = 3;
const GROUPS = ['db-oncall', 'analysts', 'auditors'];
/** Each with some of the groups; who signs in by name has none. */
const PEOPLE = [
  { subject: 'alice', groups: ['db-oncall'] },
  { subject: 'bob', groups: ['db-oncall', 'analysts'] },
  { subject: 'carol', groups: ['analysts', 'auditors', 'strangers'] },
];

/** @param until tokens live longer than the history */
export async function anOrganization(
  { commit, ids, clock }: Pick<WriterParts, 'commit' | 'ids' | 'clock'>,
  index: number,
  until: Instant,
): Promise<Organization> {
  const now = clock();
  const federation = newFederation(ids.next('fed'), `F${index}`, now);
  const organization = newOrganization(ids.next('org'), 'Databases', federation, now);
  const project = newProject(ids.next('prj'), 'Payments', organization, now);
  const connector = { type: 'introspection' } as const;
  const wish = {
    kind: 'CLUSTER',
    tier: 'SELF_MANAGED',
    mongoDbVersion: '7.0.12',
    connector,
    verdictMaxAge: 0,
  } as const;
  const clusters = Array.from({ length: CLUSTERS }, (_, at) =>
    newCluster(ids.next('cls'), { ...wish, name: `c${at}` }, project, now),
  );
  const identityProviders = (['GROUP', 'USER'] as const).map((authorizationType) =>
    anIdentityProvider({
      ...{ id: ids.next('idp'), federationId: federation.id, authorizationType, name: authorizationType },
      ...{ shortName: authorizationType.toLowerCase(), issuerUri: `${ISSUER}/${authorizationType}`, checkedAt: until },
    }),
  );
  const audited = { actor: { type: 'SYSTEM', id: 'setting-up' }, now, correlationId: 'set-up', source: null } as const;
  const tenants = [
    federationItem.create(federation, stale),
    organizationItem.create(organization, stale),
    projectItem.create(project, stale),
  ];
  const role = newRole({ name: CUSTOM_ROLE, ...FIND, inheritedRoles: [] }, now);
  const plans = [
    { writes: [...tenants, ...clusters.map((cluster) => clusterItem.create(cluster, stale))] },
    ...identityProviders.map(planCreation),
    ...identityProviders.map(({ id }) => {
      const place = { federationId: federation.id, organizationId: organization.id };
      return planConnect(undefined, newConnection(place, id, now));
    }),
    planCustomRoles(project, withRole(newCustomRoles(project.id), role), { verb: 'create', before: null, after: role }),
  ];
  for (const { writes } of plans) await commit({ writes, audit: [], events: [] }, audited);

  const people = identityProviders.flatMap(({ id, authorizationType: type, issuerUri, audience }) =>
    PEOPLE.map(({ subject, groups }) => {
      const token = aTokenOf({ issuerUri, audience, subject, groups, from: now, until });
      return { identityProviderId: id, type, subject, groups, token };
    }),
  );
  const principals = identityProviders.flatMap(({ id: identityProviderId, authorizationType: type }) =>
    (type === 'GROUP' ? GROUPS : PEOPLE.map(({ subject }) => subject)).map((name) => ({
      identityProviderId,
      principal: { type, name },
    })),
  );
  return {
    ...{ federationId: federation.id, organizationId: organization.id, projectId: project.id, people, principals },
    clusterIds: clusters.map(({ id }) => id),
    identityProviderIds: identityProviders.map(({ id }) => id),
  };
}

interface Bearer {
  readonly issuerUri: string;
  readonly audience: string;
  readonly subject: string;
  readonly groups: readonly string[];
  readonly from: Instant;
  readonly until: Instant;
}
/** Signed by nobody, which `verdictsOn` does not look at. */
export function aTokenOf({ issuerUri: iss, audience: aud, subject: sub, groups, from, until }: Bearer): string {
  const times = { iat: Math.floor(from / SECOND_MS) - 1, exp: Math.floor(until / SECOND_MS) };
  const { alg, kid } = publicJwk;
  return compact(JSON.stringify({ alg, kid }), JSON.stringify({ iss, aud, sub, groups, ...times }));
}

const stale = (): 'stale' => 'stale';
const FIND = { actions: [{ action: 'FIND' as const, resources: [{ database: 'sales', collection: '' }] }] };
