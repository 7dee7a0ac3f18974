import { expect, it } from 'vitest';
import { answerBytes, pagerOf } from '../../shared/api/paging.ts';
import { firstVersion } from '../../shared/api/view.ts';
import { BOOTSTRAP } from '../../shared/callers/schema.ts';
import { GrantQuery } from '../../shared/grants/filters.ts';
import { grantList } from '../../shared/grants/list.ts';
import { grantItem } from '../../shared/grants/store.ts';
import { sealerOf } from '../../shared/platform/seal.ts';
import { anEngine } from '../rig/engine.ts';
import { aGrant, T0 } from './a-grant.ts';

const CAUSE = { actor: { type: 'CALLER', id: 'bootstrap' }, now: T0, correlationId: 'test', source: null } as const;
/** What a Lambda function may answer with (Lambda quotas). */
const LAMBDA_BYTES = 6 * 1024 * 1024;

it('A6 a page of the largest grants is no longer than an answer may be, and the next one goes on after it', {
  timeout: 60_000,
}, async () => {
  const { table, ids, commit, clock } = anEngine(T0);
  const place = { federationId: ids.next('fed'), organizationId: ids.next('org') };
  const project = { id: ids.next('prj'), ...place, name: 'Payments', ...firstVersion(T0) };
  const privileges = Array.from({ length: 100 }, (_, at) => ({
    role: 'read' as const,
    database: `d${at}`,
    collection: '中'.repeat(255),
  }));
  const grants = Array.from({ length: 80 }, () =>
    aGrant({ ...place, projectId: project.id, id: ids.next('grt'), roles: { custom: [], privileges } }),
  );
  for (let from = 0; from < grants.length; from += 25) {
    const writes = grants.slice(from, from + 25).map((grant) => grantItem.create(grant, () => 'stale'));
    await commit({ writes, audit: [], events: [] }, CAUSE);
  }
  const call = {
    ...{ ...CAUSE, caller: BOOTSTRAP, action: 'grant.read' as const, dryRun: false, origin: '', ifMatch: undefined },
    transact: async () => Promise.reject(new Error('a list changes nothing')),
  };
  const list = grantList({ table, pager: pagerOf(sealerOf('s'.repeat(64)), clock) });
  const first = await list(call, project, GrantQuery.parse({ limit: '100' }));
  expect(answerBytes(JSON.stringify(first))).toBeLessThan(LAMBDA_BYTES);
  const second = await list(call, project, GrantQuery.parse({ limit: '100', cursor: first.nextCursor }));
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(grants.map(({ id }) => id).sort());
});
