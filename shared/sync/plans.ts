/** Plans for what lies on clusters. Pure. */
import type { Grant } from '../grants/schema.ts';
import { type Surroundings, viewGrant } from '../grants/view.ts';
import type { DomainEvent, Plan } from '../platform/plan.ts';
import type { Write } from '../platform/table.ts';
import { formatInstant, type Instant } from '../platform/time.ts';
import type { Recorded } from './rules.ts';
import type { GrantOnCluster, Place, Presence, SyncOrder } from './schema.ts';
import type { Standing } from './standing.ts';
import { onClusterItem, presenceItem, syncOrderItem } from './store.ts';

/** A grant with what its view needs. */
export interface Told {
  readonly grant: Grant;
  readonly surroundings: Surroundings;
}

const written = (...writes: Write[]): Plan => ({ writes, audit: [], events: [] });

export const planAttempt = (begun: Presence): Plan => written(presenceItem.replace(begun));
export const planForgetting = (presence: Presence): Plan => written(presenceItem.remove(presence));

/**
 * @param ended of the grants that are gone, those that have ended: each is told to be removed. What a freeze has taken is
 * not, as it comes back.
 */
export function planRecord({ presence, gone, come }: Recorded, ended: readonly Told[], now: Instant): Plan {
  const { clusterId } = presence;
  const seen =
    (isThere: boolean) =>
    (grantId: string): GrantOnCluster => ({
      version: 1,
      grantId,
      clusterId,
      isThere,
      since: now,
    });
  const left = gone.map(seen(false));
  return {
    writes: [presenceItem.replace(presence), ...[...left, ...come.map(seen(true))].map(onClusterItem.put)],
    audit: [],
    events: ended.map((told) => {
      const standing = { presence, seen: left.find(({ grantId }) => grantId === told.grant.id) };
      return event('grant.removed', presence, withStanding(told, clusterId, standing), now);
    }),
  };
}

/** @param stuck grants for which nothing moves, when it is to be told */
export const planFailure = (presence: Presence, stuck: readonly Told[], now: Instant): Plan => ({
  writes: [presenceItem.replace(presence)],
  audit: [],
  events: stuck.map((told) => {
    const standing = { presence, seen: told.surroundings.standings.get(presence.clusterId)?.seen };
    return event('grant.stuck', presence, withStanding(told, presence.clusterId, standing), now);
  }),
});

const withStanding = ({ grant, surroundings }: Told, clusterId: string, standing: Standing): Told => ({
  grant,
  surroundings: { ...surroundings, standings: new Map([...surroundings.standings, [clusterId, standing]]) },
});

/** The grant as the API shows it, and how it stands with this cluster, which may be beyond those that it shows. */
function event(type: string, { clusterId }: Place, { grant, surroundings }: Told, now: Instant): DomainEvent {
  const view = viewGrant(grant, surroundings, now);
  const cluster = view.clusters.find((one) => one.clusterId === clusterId) ?? { clusterId, since: formatInstant(now) };
  return { federationId: grant.federationId, type, subject: grant.id, data: { ...view, cluster } };
}

/** What is to be looked at, each once, and how far the order has come; undefined: it is done. */
export function planAsking(presences: readonly Write[], before: SyncOrder, after: SyncOrder | undefined): Plan {
  return written(...presences, after ? syncOrderItem.replace(after) : syncOrderItem.remove(before));
}
