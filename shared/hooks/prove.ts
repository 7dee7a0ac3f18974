/**
 * Which hook a delivery is proven for. What hooks there are is told to nobody: for one that is not there the same is read,
 * opened and computed, with a secret that nobody has.
 */
import type { Ids } from '../platform/ids.ts';
import { Problem } from '../platform/problems.ts';
import type { Sealer } from '../platform/seal.ts';
import type { Table } from '../platform/table.ts';
import type { Instant } from '../platform/time.ts';
import { liveSecrets } from './rules.ts';
import type { Hook, Signing } from './schema.ts';
import { drawnSecret, openedSecret, sealedSecret } from './secret.ts';
import { type Headers, isProven, keyOf } from './signature.ts';
import { hookItem, hookKey } from './store.ts';

export interface ProvingParts {
  readonly table: Table;
  readonly sealer: Sealer;
  readonly ids: Ids;
}

export interface Shown {
  readonly hookId: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** As many are always tried as a hook may have. */
const SECRETS_TRIED = 2;
const DECOY_SIGNING: Signing = { format: 'standard-webhooks' };

/** @throws Problem `invalid-signature`, the same for every reason */
export const proverOf = ({ table, sealer, ids }: ProvingParts) => {
  const decoyId = ids.next('hok');
  const decoy = { id: decoyId, sealed: sealedSecret(sealer, decoyId, drawnSecret('standard-webhooks', ids)) };

  return async (shown: Shown, now: Instant): Promise<Hook> => {
    const hook = await hookItem.read(table, hookKey(shown.hookId));
    const signing = hook?.signing ?? DECOY_SIGNING;
    const live = (hook ? liveSecrets(hook, now) : []).map(({ sealed }) => ({ id: hook?.id ?? '', sealed }));
    const tried = [...live, decoy, decoy].slice(0, SECRETS_TRIED);
    const keys = tried.map(({ id, sealed }) => {
      const secret = openedSecret(sealer, id, sealed);
      if (secret === undefined) throw new Error(`a secret of ${id} does not open: the sealing key has changed`);
      return keyOf(signing, secret) ?? Buffer.alloc(0);
    });
    const isOfHook = isProven(signing, keys.slice(0, live.length), shown, now);
    const isOfNobody = isProven(signing, keys.slice(live.length), shown, now); // the same work, whatever is live
    if (hook && isOfHook && !isOfNobody) return hook;
    throw new Problem('invalid-signature', {});
  };
};
