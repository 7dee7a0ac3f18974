import { describe, expect, it } from 'vitest';
import { proverOf } from '../../shared/hooks/prove.ts';
import { OLDER_SECRET_MS, rotated } from '../../shared/hooks/rules.ts';
import { sealedSecret } from '../../shared/hooks/secret.ts';
import { hookItem } from '../../shared/hooks/store.ts';
import { type Sealer, sealerOf } from '../../shared/platform/seal.ts';
import type { Table } from '../../shared/platform/table.ts';
import { T0 } from '../grants/a-grant.ts';
import { pagerDuty } from '../peers/hook-senders.ts';
import { anEngine } from '../rig/engine.ts';
import { aHook } from './a-hook.ts';

const [TODAY, YESTERDAY] = ['the secret of today, drawn', 'the secret of yesterday, given'];
const CAUSE = { actor: { type: 'CALLER', id: 'key_test' }, now: T0, correlationId: 'test', source: null } as const;

/** A hook whose secret was rotated at `T0`, and a count of what proving reads and opens. */
async function aProver() {
  const engine = anEngine(T0);
  const sealer = sealerOf('s'.repeat(64));
  const id = engine.ids.next('hok');
  const seal = (secret: string) => sealedSecret(sealer, id, secret);
  const signing = { format: 'pagerduty-v3' } as const;
  const first = aHook({ id, signing, secrets: [{ sealed: seal(YESTERDAY), endsAt: null }] });
  const hook = rotated(first, seal(TODAY), T0);
  await engine.commit({ writes: [hookItem.create(hook, () => 'stale')], audit: [], events: [] }, CAUSE);
  const work = { reads: 0, opened: 0 };
  const table: Table = {
    ...engine.table,
    get(key) {
      work.reads += 1;
      return engine.table.get(key);
    },
  };
  const counting: Sealer = {
    ...sealer,
    open(text, purpose) {
      work.opened += 1;
      return sealer.open(text, purpose);
    },
  };
  const prove = proverOf({ table, sealer: counting, ids: engine.ids });
  const show = async (hookId: string, secret: string, now = T0) => {
    Object.assign(work, { reads: 0, opened: 0 });
    const { headers, body } = pagerDuty(secret, { a: 1 });
    const proven = await prove({ hookId, headers, body: Buffer.from(body) }, now).catch(({ type }) => type);
    return { outcome: typeof proven === 'string' ? proven : proven.id, ...work };
  };
  return { id, show };
}

describe('I1 proving a delivery', () => {
  it('takes the same reads and the same secrets, whether a hook is there or not', async () => {
    const { id, show } = await aProver();
    const refused = { outcome: 'invalid-signature', reads: 1, opened: 2 };
    expect(await show(id, 'the secret of somebody else')).toEqual(refused);
    expect(await show(id, 'the secret of somebody else', T0 + OLDER_SECRET_MS)).toEqual(refused);
    expect(await show('hok_01JD0000000000000000000000', TODAY)).toEqual(refused);
    expect(await show(id, TODAY)).toEqual({ outcome: id, reads: 1, opened: 2 });
  });

  it.each([
    [TODAY, 0, true],
    [YESTERDAY, 0, true],
    [YESTERDAY, OLDER_SECRET_MS - 1, true],
    [YESTERDAY, OLDER_SECRET_MS, false],
    [TODAY, OLDER_SECRET_MS, true],
  ])('by %s, %d ms after it was rotated: %s', async (secret, age, proven) => {
    const { id, show } = await aProver();
    expect((await show(id, secret, T0 + age)).outcome).toBe(proven ? id : 'invalid-signature');
  });
});
