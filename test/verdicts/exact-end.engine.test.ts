import { expect, it } from 'vitest';
import { planCreation } from '../../shared/grants/plans.ts';
import type { Grant } from '../../shared/grants/schema.ts';
import { identityProviderItem, identityProviderKey } from '../../shared/identity-providers/store.ts';
import { DAY_MS, formatInstant, HOUR_MS } from '../../shared/platform/time.ts';
import { aGrant, T0 } from '../grants/a-grant.ts';
import { anEngine } from '../rig/engine.ts';
import { verdictsOn } from '../simulation/grants-functions.ts';
import { anOrganization, aTokenOf } from '../simulation/grants-world.ts';
import { seedOf } from '../simulation/seed.ts';
import { Seeded } from '../simulation/seeded.ts';

const GRANTS = 1000;
const ASKED = 60;
/** Grants made in one transaction. */
const TOGETHER = 25;

it(`A5 of ${GRANTS} grants that end in one second, with no worker at all, each ends at its own millisecond`, {
  timeout: 60_000,
}, async () => {
  const seed = seedOf();
  const random = new Seeded(seed);
  const engine = anEngine(T0);
  const { ids, commit, table, time } = engine;
  const organization = await anOrganization(engine, 0, T0 + DAY_MS);
  const [identityProviderId = '', clusterId = ''] = [organization.identityProviderIds[0], organization.clusterIds[0]];
  const idp = await identityProviderItem.read(table, identityProviderKey(identityProviderId));
  if (!idp) throw new Error('the identity provider is not stored');
  const { federationId, organizationId, projectId } = organization;
  const end = T0 + 6 * HOUR_MS;
  const grants = Array.from({ length: GRANTS }, (_, index): Grant => {
    const principal = { type: 'GROUP', name: `team-${index}` } as const;
    const place = { federationId, organizationId, projectId, identityProviderId };
    return aGrant({ id: ids.next('grt'), ...place, principal, expiresAt: end + random.between(0, 1000) });
  });
  const cause = { actor: { type: 'SYSTEM', id: 'test' }, now: T0, correlationId: 'test', source: null } as const;
  const surroundings = {
    connection: { epoch: 1, disconnectedAt: null },
    clusterIds: [],
    frozen: [],
    standings: new Map(),
  };
  for (let from = 0; from < GRANTS; from += TOGETHER) {
    const writes = grants
      .slice(from, from + TOGETHER)
      .flatMap((grant) => planCreation(grant, { surroundings, now: T0, intervalId: ids.next('evt') }).writes);
    await commit({ writes, audit: [], events: [] }, cause);
  }

  const introspect = verdictsOn(engine);
  const sample = Array.from({ length: ASKED }, () => grants[random.between(0, GRANTS)] ?? grants[0]);
  for (const grant of sample) {
    if (!grant || grant.expiresAt === null) throw new Error('a grant has no end');
    const bearer = {
      issuerUri: idp.issuerUri,
      audience: idp.audience,
      subject: 'alice',
      groups: [grant.principal.name],
    };
    const token = aTokenOf({ ...bearer, from: T0, until: T0 + DAY_MS });
    time.set(grant.expiresAt - 1);
    const before = await introspect({ clusterId, token });
    const expiresAt = formatInstant(grant.expiresAt);
    expect(before, `seed ${seed}`).toMatchObject({ active: true, expiresAt, grants: [grant.id] });
    time.set(grant.expiresAt);
    expect(await introspect({ clusterId, token }), `seed ${seed}`).toEqual({ active: false });
  }
});
