/** From an Authorization header to a proven caller. */
import { Problem } from '../platform/problems.ts';
import type { SecretReader } from '../platform/secrets.ts';
import type { Table } from '../platform/table.ts';
import type { Clock } from '../platform/time.ts';
import { type ParsedKey, parseKey, sameSecret } from './keys.ts';
import { callerOf } from './rules.ts';
import { BOOTSTRAP, type Caller } from './schema.ts';
import { apiKeyItem, apiKeyKey } from './store.ts';

export type Presented = { readonly kind: 'bootstrap' } | { readonly kind: 'api-key'; readonly key: ParsedKey };

/** RFC 6750 section 2.1: `Bearer` and one b64token; the scheme has no case (RFC 9110 section 11.1). */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/**
 * What the header presents, before the table is asked: the bootstrap key is compared first, and a key with a wrong
 * checksum goes no further.
 * @throws Problem `unauthenticated`
 */
export async function readPresented(authorization: string | undefined, bootstrapKey: SecretReader): Promise<Presented> {
  const text = authorization && BEARER.exec(authorization)?.[1];
  if (!text) throw new Problem('unauthenticated', {});
  if (sameSecret(text, await bootstrapKey())) return { kind: 'bootstrap' };
  const key = parseKey(text);
  if (!key) throw new Problem('unauthenticated', {});
  return { kind: 'api-key', key };
}

interface Parts {
  readonly table: Table;
  readonly clock: Clock;
  readonly bootstrapKey: SecretReader;
}

/** @throws Problem `unauthenticated`, the same for every reason */
export const authenticateWith =
  ({ table, clock, bootstrapKey }: Parts) =>
  async (authorization: string | undefined): Promise<Caller> => {
    const presented = await readPresented(authorization, bootstrapKey);
    if (presented.kind === 'bootstrap') return BOOTSTRAP;
    const { apiKeyId, secret } = presented.key;
    const caller = callerOf(await apiKeyItem.read(table, apiKeyKey(apiKeyId)), secret, clock());
    if (!caller) throw new Problem('unauthenticated', {});
    return caller;
  };
