import { holderOf } from '../platform/claim.ts';
import { childrenOf, itemKind } from '../platform/item.ts';
import type { Key, Table } from '../platform/table.ts';
import { DAY_MS, type Instant } from '../platform/time.ts';
import { dueAt, isProved } from './rules.ts';
import { Attempt, Domain } from './schema.ts';

export const domainItem = itemKind<Domain>({
  name: 'DOMAIN',
  schema: Domain,
  key: ({ id }) => domainKey(id),
  parentKey: ({ federationId }) => childrenOf(federationId, 'DOMAIN'),
  dueAt,
});
export const domainKey = (id: string): Key => ({ pk: id, sk: 'DOMAIN' });

/** Under it the one verified owner of a name holds its claim (S4). */
export const OWNER_SCOPE = 'domain-owner';

/** The domain by which people of exactly this name sign in, if it is verified (consistent reads). */
export async function verifiedByName(table: Table, domainName: string): Promise<Domain | undefined> {
  const id = await holderOf(table, OWNER_SCOPE, domainName);
  const domain = id === undefined ? undefined : await domainItem.read(table, domainKey(id));
  return domain && isProved(domain) ? domain : undefined;
}

/** Long enough to look back on a domain that lapsed. */
const ATTEMPTS_KEPT_MS = 90 * DAY_MS;
const ATTEMPT = 'ATTEMPT#';
export const attemptItem = itemKind<Attempt>({
  name: 'ATTEMPT',
  schema: Attempt,
  key: ({ domainId, id }) => ({ pk: domainId, sk: ATTEMPT + id }),
  forgetAt: ({ at }) => at + ATTEMPTS_KEPT_MS,
});

/** One page of a domain's attempts, newest first (consistent read). TTL deletes late: what is too old is left out. */
export async function attemptsPage(
  table: Table,
  domainId: string,
  now: Instant,
  page: { after?: string | undefined; limit: number },
) {
  const { items, more } = await table.query({
    partition: domainId,
    prefix: ATTEMPT,
    limit: page.limit,
    newestFirst: true,
    ...(page.after !== undefined && { after: ATTEMPT + page.after }),
  });
  const found = items.map((item) => attemptItem.parse(item));
  const attempts = found.filter(({ at }) => now < at + ATTEMPTS_KEPT_MS);
  const isLast = !more || attempts.length < found.length; // all that follow are older still
  return { attempts, last: isLast ? undefined : attempts.at(-1)?.id };
}
