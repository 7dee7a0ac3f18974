/** What a data plane asks: may the bearer of this token use this cluster now (RFC 7662). */
import type { Admission } from '../callers/admission.ts';
import { authorize } from '../callers/rights.ts';
import type { Caller } from '../callers/schema.ts';
import type { Cluster } from '../clusters/schema.ts';
import { placeOfCluster } from '../clusters/service.ts';
import { Problem } from '../platform/problems.ts';
import type { Item } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';
import type { SignatureProver } from '../tokens/prove-signature.ts';
import { parseToken } from '../tokens/token.ts';
import type { Admitted, VerdictStore } from './store.ts';
import { decide, INACTIVE, type Verdict } from './verdict.ts';

export interface VerdictParts {
  readonly store: VerdictStore;
  readonly signatureProver: SignatureProver;
  readonly clock: Clock;
}

export interface Judged {
  readonly verdict: Verdict;
  readonly cluster: Cluster;
  readonly caller: Caller;
  readonly now: Instant;
}

/** Loads until nothing has to be fetched any more: keys that are missing, then once more for an unknown `kid`. */
const ROUNDS_MAX = 6;

export const verdictService = ({ store, signatureProver, clock }: VerdictParts) => {
  /** @throws Problem `unauthenticated` · `not-found` · `forbidden` */
  const admitting =
    (admission: Admission) =>
    (found: ReadonlyMap<string, Item>, cluster: Cluster | undefined): Admitted => {
      const caller = admission.caller(found, clock());
      if (!caller) throw new Problem('unauthenticated', {});
      if (!cluster) throw new Problem('not-found', {});
      authorize({ caller, action: 'verdict.introspect' }, placeOfCluster(cluster));
      return { cluster, caller };
    };

  return {
    /**
     * @throws Problem for the caller only: `unauthenticated` · `forbidden` · `not-found`; `unavailable` when it cannot
     * be decided, as after a revocation while the issuer is down
     */
    async introspect(admission: Admission, clusterId: string, text: string): Promise<Judged> {
      const parsed = parseToken(text);
      const token = parsed.ok ? parsed.token : undefined;
      let askedForKid = false;
      for (let round = 0; round < ROUNDS_MAX; round++) {
        const loaded = await store.load(admission.keys, clusterId, token, admitting(admission));
        const { cluster, caller, registered } = loaded;
        if (!token || !registered) return { verdict: INACTIVE, cluster, caller, now: clock() };
        const { identityProvider: issuer, gate } = registered;
        const hadKeys = signatureProver.hasKeys(issuer, gate);
        const proved = await signatureProver.prove(token, issuer, gate, askedForKid);
        if (proved === undefined) {
          askedForKid = hadKeys;
          continue; // time has passed: a grant may have ended, a revocation come
        }
        const now = clock();
        return { verdict: decide({ cluster, token, issuer, registered, ...proved }, now), cluster, caller, now };
      }
      throw new Problem('unavailable', { what: 'The issuer' });
    },
  };
};
