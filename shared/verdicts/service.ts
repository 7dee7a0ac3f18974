/** What a data plane asks: may the bearer of this token use this cluster now (RFC 7662). */
import type { Presented } from '../callers/authenticate.ts';
import { authorize } from '../callers/rights.ts';
import { callerOf } from '../callers/rules.ts';
import { BOOTSTRAP, type Caller } from '../callers/schema.ts';
import { apiKeyItem, apiKeyKey } from '../callers/store.ts';
import type { Cluster } from '../clusters/schema.ts';
import { placeOfCluster } from '../clusters/service.ts';
import { candidateKeys } from '../identity-providers/key-set.ts';
import type { KeyKeeper } from '../identity-providers/keys.ts';
import { Problem } from '../platform/problems.ts';
import type { Item } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';
import type { Facts, Registered } from './facts.ts';
import { type SignatureCache, type SignatureChecked, verifySignature } from './signature.ts';
import type { VerdictStore } from './store.ts';
import { parseToken, type Token } from './token.ts';
import { decide, INACTIVE, type Verdict } from './verdict.ts';

export interface VerdictParts {
  readonly store: VerdictStore;
  readonly keys: KeyKeeper;
  readonly signatures: SignatureCache;
  readonly clock: Clock;
}

export interface Judged {
  readonly verdict: Verdict;
  readonly cluster: Cluster;
  readonly now: Instant;
}

/** Loads until nothing has to be fetched any more: keys that are missing, then once more for an unknown `kid`. */
const ROUNDS_MAX = 6;

export const verdictService = ({ store, keys, signatures, clock }: VerdictParts) => {
  /** @throws Problem `unauthenticated` · `not-found` · `forbidden` */
  const admitting =
    (presented: Presented) =>
    (callerItem: Item | undefined, cluster: Cluster | undefined): Cluster => {
      const caller = callerIn(presented, callerItem, clock());
      if (!caller) throw new Problem('unauthenticated', {});
      if (!cluster) throw new Problem('not-found', {});
      authorize({ caller, action: 'verdict.introspect' }, placeOfCluster(cluster));
      return cluster;
    };

  const checkSignature = async (
    token: Token,
    registered: Registered,
    candidates: Facts['candidates'],
  ): Promise<SignatureChecked> => {
    const under = { identityProviderId: registered.identityProvider.id, keyGeneration: registered.gate.keyGeneration };
    const known = signatures.find(token.text, under);
    // The key must be one that is there now: it may have been withdrawn since it was checked.
    if (known !== undefined && candidates?.some(({ thumbprint }) => thumbprint === known))
      return { ok: true, thumbprint: known };
    const checked = await verifySignature(token, candidates ?? []);
    if (checked.ok) signatures.keep(token.text, checked.thumbprint, under);
    return checked;
  };

  /** The keys to try, or undefined when they had to be fetched and all must be read again. */
  const candidatesFor = async (token: Token, { identityProvider, gate }: Registered, askedForKid: boolean) => {
    const held = keys.held(identityProvider.id, gate, clock());
    if (!held) {
      await keys.refresh(identityProvider, gate, false);
      return undefined;
    }
    const candidates = candidateKeys(held.keys, token.header, identityProvider.allowedAlgorithms);
    const isKnown = held.keys.some(({ kid }) => kid === token.header.kid);
    if (candidates.length > 0 || isKnown || askedForKid) return candidates;
    await keys.refresh(identityProvider, gate, true);
    return undefined;
  };

  return {
    /**
     * @throws Problem for the caller only: `unauthenticated` · `forbidden` · `not-found`; `unavailable` when it cannot
     * be decided, as after a revocation while the issuer is down
     */
    async introspect(presented: Presented, clusterId: string, text: string): Promise<Judged> {
      const callerKey = presented.kind === 'api-key' ? apiKeyKey(presented.key.apiKeyId) : undefined;
      const parsed = parseToken(text);
      const token = parsed.ok ? parsed.token : undefined;
      let askedForKid = false;
      for (let round = 0; round < ROUNDS_MAX; round++) {
        const { cluster, registered } = await store.load(callerKey, clusterId, token, admitting(presented));
        if (!token || !registered) return { verdict: INACTIVE, cluster, now: clock() };
        const hadKeys = keys.held(registered.identityProvider.id, registered.gate, clock()) !== undefined;
        const candidates = await candidatesFor(token, registered, askedForKid);
        if (candidates === undefined) {
          askedForKid = hadKeys;
          continue; // time has passed: a grant may have ended, a revocation come
        }
        const signature = await checkSignature(token, registered, candidates);
        const now = clock();
        return { verdict: decide({ cluster, token, registered, candidates, signature }, now), cluster, now };
      }
      throw new Problem('unavailable', { what: 'The issuer' });
    },
  };
};

function callerIn(presented: Presented, stored: Item | undefined, now: Instant): Caller | undefined {
  if (presented.kind === 'bootstrap') return BOOTSTRAP;
  return callerOf(stored && apiKeyItem.parse(stored), presented.key.secret, now);
}
