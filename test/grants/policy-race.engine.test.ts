import { describe, expect, it } from 'vitest';
import { newPolicy } from '../../shared/access-policies/rules.ts';
import { AccessPolicyReplacement } from '../../shared/access-policies/schema.ts';
import { accessPolicyItem } from '../../shared/access-policies/store.ts';
import type { Call } from '../../shared/api/call.ts';
import { pagerOf } from '../../shared/api/paging.ts';
import { transact } from '../../shared/api/transact.ts';
import { firstVersion } from '../../shared/api/view.ts';
import { connectionItem } from '../../shared/connections/store.ts';
import { NewGrant } from '../../shared/grants/schema.ts';
import { grantService } from '../../shared/grants/service.ts';
import { grantItem, grantKey } from '../../shared/grants/store.ts';
import { identityProviderItem } from '../../shared/identity-providers/store.ts';
import type { Commit } from '../../shared/platform/commit.ts';
import { sealerOf } from '../../shared/platform/seal.ts';
import { anIdentityProvider } from '../identity-providers/an-identity-provider.ts';
import { anEngine } from '../rig/engine.ts';
import { T0 } from './a-grant.ts';

const CAUSE = { actor: { type: 'CALLER', id: 'key_test' }, now: T0, correlationId: 'test', source: null } as const;

/** A project with a connected identity provider, and a caller whose commits let somebody else in just before. */
async function aWorld() {
  const engine = anEngine(T0);
  const { table, ids, clock, commit } = engine;
  const place = { federationId: ids.next('fed'), organizationId: ids.next('org') };
  const project = { id: ids.next('prj'), ...place, name: 'Payments', ...firstVersion(T0) };
  const idp = anIdentityProvider({ id: ids.next('idp'), federationId: place.federationId, authorizationType: 'GROUP' });
  const connection = connectionItem.parse({
    ...{ ...place, ...firstVersion(T0), identityProviderId: idp.id, id: place.organizationId },
    ...{ status: 'CONNECTED', epoch: 1, disconnectedAt: null, sweep: null },
  });
  const made = [identityProviderItem.create(idp, () => 'stale'), connectionItem.create(connection, () => 'stale')];
  await commit({ writes: made, audit: [], events: [] }, CAUSE);
  const grants = grantService({ table, ids, pager: pagerOf(sealerOf('s'.repeat(64)), clock) });

  let policy = newPolicy(project, T0);
  const setRules = async (...rules: object[]) => {
    const isNew = policy.version === 0;
    policy = { ...policy, ...AccessPolicyReplacement.parse({ rules }) };
    const write = isNew
      ? accessPolicyItem.create({ ...policy, version: 1 }, () => 'stale')
      : accessPolicyItem.replace(policy);
    await commit({ writes: [write], audit: [], events: [] }, CAUSE);
    policy = { ...policy, version: policy.version + 1 };
  };
  const callWith = (before: () => Promise<void>): Call => {
    let isFirst = true;
    const late: Commit = async (...args) => {
      if (isFirst) await before();
      isFirst = false;
      await commit(...args);
    };
    return {
      ...CAUSE,
      caller: { kind: 'BOOTSTRAP', id: 'bootstrap', actor: CAUSE.actor, holds: [], requestsPerMinute: null },
      action: 'grant.write',
      dryRun: false,
      origin: '',
      ifMatch: undefined,
      transact: (attempt) =>
        transact({ table, commit: late, clock, cause: CAUSE, dryRun: false, alongside: () => [] }, attempt),
    };
  };
  const wish = NewGrant.parse({
    principal: { type: 'GROUP', name: 'db-oncall' },
    identityProviderId: idp.id,
    roles: { builtIn: 'readAnyDatabase' },
    duration: 'PT6H',
  });
  const create = (before: () => Promise<void>) => grants.create(callWith(before), project, wish);
  const find = async (id: string) => {
    const grant = await grantItem.read(table, grantKey(id));
    if (!grant) throw new Error(`${id} is not there`);
    return grant;
  };
  return { grants, setRules, callWith, create, find };
}
const nobody = async () => undefined;
const SHORT = { name: 'short', longestDuration: 'PT1H' };

describe('A6 a policy that is set while a grant is being made', () => {
  it.each([
    ['the first one', 0],
    ['another one', 1],
  ])('counts for it: %s', async (_what, already) => {
    const { create, setRules } = await aWorld();
    if (already > 0) await setRules({ name: 'anything' });
    await expect(create(() => setRules(SHORT))).rejects.toMatchObject({ type: 'refused-by-policy' });
  });

  it('counts for an extension', async () => {
    const { create, setRules, grants, callWith, find } = await aWorld();
    const { id } = await create(nobody);
    const extend = grants.change(
      callWith(() => setRules(SHORT)),
      await find(id),
      { duration: 24 * 3_600_000 },
    );
    await expect(extend).rejects.toMatchObject({ type: 'refused-by-policy' });
  });

  it('that takes the grant lets it be made, and is named', async () => {
    const { create, setRules } = await aWorld();
    expect(await create(() => setRules({ name: 'long', longestDuration: 'P1D' }))).toMatchObject({
      policyRule: 'long',
    });
  });
});
