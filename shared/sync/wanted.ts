/** What one principal shall have on one cluster at one instant: the union of what its grants give there. Pure. */
import { createHash } from 'node:crypto';
import type { Cluster } from '../clusters/schema.ts';
import { isConnected } from '../connections/rules.ts';
import type { Connection } from '../connections/schema.ts';
import type { CustomRoles } from '../custom-roles/schema.ts';
import { type Union, unionOf } from '../custom-roles/union.ts';
import type { LiveGrant } from '../grants/live.ts';
import { holdsAt } from '../grants/rules.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import type { Instant } from '../platform/time.ts';

/** Everything that may speak for or against it. */
export interface Facts {
  /** Undefined: it has been deleted. */
  readonly cluster: Cluster | undefined;
  /** Whether it still holds users and roles. */
  readonly holds: boolean;
  readonly identityProvider: IdentityProvider | undefined;
  readonly connection: Connection | undefined;
  /** Freezes of the principal, the project or the federation. */
  readonly frozen: readonly string[];
  readonly customRoles: Pick<CustomRoles, 'roles'>;
  /** Of the principal in the project. */
  readonly live: readonly LiveGrant[];
}

export interface Wanted {
  /** False: nothing can be wanted there any more. */
  readonly holds: boolean;
  readonly grantIds: readonly string[];
  readonly access: Union | null;
  /** Equal for equal access on the same servers; null for none. */
  readonly digest: string | null;
  /** When time alone changes it; null: never. */
  readonly changesAt: Instant | null;
  /** No grant that has not ended reaches it, frozen or not: nothing can be wanted there until there is a new one. */
  readonly isIdle: boolean;
}

export function wantedOf(facts: Facts, now: Instant): Wanted {
  const { cluster, connection, live, frozen, customRoles } = facts;
  if (!cluster || !facts.holds) return { ...NOTHING, holds: false };
  if (!facts.identityProvider || !isConnected(connection)) return NOTHING;
  const reaching = live.filter(
    ({ epoch, clusterIds }) => epoch === connection?.epoch && (clusterIds === null || clusterIds.includes(cluster.id)),
  );
  const holding = frozen.length > 0 ? [] : reaching.filter((grant) => holdsAt(grant, now));
  const boundaries = reaching.flatMap(({ startsAt, expiresAt }) => [
    startsAt,
    ...(expiresAt === null ? [] : [expiresAt]),
  ]);
  const ahead = boundaries.filter((at) => at > now);
  const access =
    holding.length === 0
      ? null
      : unionOf(
          holding.map(({ roles }) => roles),
          customRoles,
        );
  return {
    holds: true,
    grantIds: holding.map(({ id }) => id),
    access,
    digest: access && digestOf(access, cluster),
    changesAt: ahead.length === 0 ? null : Math.min(...ahead),
    isIdle: reaching.every(({ expiresAt }) => expiresAt !== null && expiresAt <= now),
  };
}

const NOTHING: Wanted = { holds: true, grantIds: [], access: null, digest: null, changesAt: null, isIdle: true };

/** Whatever the order in which grants name things. What other servers have been given is not on these. */
function digestOf({ roles, privileges, customRoles }: Union, { connector }: Cluster): string {
  const sorted = [roles, privileges, customRoles].map((all) => all.map((one) => JSON.stringify(one)).sort());
  const servers = connector.type === 'introspection' ? [] : connector.uris;
  return createHash('sha256')
    .update(JSON.stringify([...sorted, servers]))
    .digest('base64url');
}
