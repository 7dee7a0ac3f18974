/**
 * Where oidc-provider keeps its sessions, codes and grants: one map for an issuer, which outlives each rotation of its
 * keys. (Its own memory adapter is shared by all issuers, forgets beyond 1,000 entries and prints a warning for each.)
 */
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

export function issuerStorage(): AdapterFactory {
  const kept = new Map<string, AdapterPayload>();
  const first = (matches: (payload: AdapterPayload) => boolean, model: string): AdapterPayload | undefined => {
    for (const [key, payload] of kept) if (key.startsWith(`${model}:`) && matches(payload)) return payload;
    return undefined;
  };
  return (model): Adapter => ({
    async upsert(id, payload) {
      kept.set(`${model}:${id}`, payload);
    },
    async find(id) {
      return kept.get(`${model}:${id}`);
    },
    async findByUid(uid) {
      return first((payload) => payload.uid === uid, model);
    },
    async findByUserCode(userCode) {
      return first((payload) => payload.userCode === userCode, model);
    },
    async consume(id) {
      const payload = kept.get(`${model}:${id}`);
      if (payload) payload.consumed = true;
    },
    async destroy(id) {
      kept.delete(`${model}:${id}`);
    },
    async revokeByGrantId(grantId) {
      for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key);
    },
  });
}
