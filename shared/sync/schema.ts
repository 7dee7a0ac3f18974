/** What is known of what lies on clusters that hold users and roles of ours. */
import * as z from 'zod';
import { Principal } from '../grants/schema.ts';
import { idOf } from '../platform/ids.ts';

/** One principal on one cluster. */
export const Place = z.object({
  federationId: idOf('fed'),
  organizationId: idOf('org'),
  projectId: idOf('prj'),
  clusterId: idOf('cls'),
  identityProviderId: idOf('idp'),
  principal: Principal,
});
export type Place = z.infer<typeof Place>;

/** A try that has not succeeded: under way, or to be made again. While there is one, what lies there is not known. */
export const Attempt = z.object({
  /** Tries since the last success. */
  count: z.number(),
  /** When the first of them began. */
  since: z.number(),
  /** When this one began: whose it is. */
  at: z.number(),
  /** Not before this instant is the next one made; whoever makes this one has answered by then, or died. */
  nextAt: z.number(),
  /** Why the last one failed; null: none has yet. */
  fault: z.string().nullable(),
  /** Grants that these tries may have put there. */
  grantIds: z.array(idOf('grt')),
  /** Grants of which it has been told that nothing moves. */
  toldStuck: z.array(idOf('grt')),
});
export type Attempt = z.infer<typeof Attempt>;

export const Presence = Place.extend({
  /** Digest of the place. */
  id: z.string(),
  version: z.number(),
  /** The identity provider's, by which servers know the principal: of the last try, as it may be deleted since. */
  shortName: z.string().nullable().default(null),
  /** Digest of the access that was put there last and seen to be there; null: none. */
  access: z.string().nullable(),
  /** The grants whose access that is. */
  grantIds: z.array(idOf('grt')),
  /** Somebody asked to look since this instant; null: nobody has since the last look. */
  askedAt: z.number().nullable(),
  /** When time alone changes what is wanted; null: never. */
  changesAt: z.number().nullable(),
  attempt: Attempt.nullable(),
});
export type Presence = z.infer<typeof Presence>;

/** Whether one grant's access lies on one cluster, as it was seen last. */
export const GrantOnCluster = z.object({
  version: z.number(),
  grantId: idOf('grt'),
  clusterId: idOf('cls'),
  isThere: z.boolean(),
  since: z.number(),
});
export type GrantOnCluster = z.infer<typeof GrantOnCluster>;

/** Whose presences are to be looked at. */
export const OrderScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('GRANT'), grantId: idOf('grt') }),
  z.object({ kind: z.literal('CLUSTER'), clusterId: idOf('cls') }),
  z.object({ kind: z.literal('PROJECT'), projectId: idOf('prj') }),
  z.object({ kind: z.literal('FEDERATION'), federationId: idOf('fed') }),
  z.object({
    kind: z.literal('PRINCIPAL'),
    federationId: idOf('fed'),
    identityProviderId: idOf('idp'),
    principal: Principal,
  }),
]);
export type OrderScope = z.infer<typeof OrderScope>;

/** 'Look at all of these', as one item, however many they are. */
export const SyncOrder = z.object({
  id: idOf('syn'),
  version: z.number(),
  scope: OrderScope,
  /** The last one that has been asked for; null: none yet. */
  position: z.string().nullable(),
  /** Times that all of them are still to be gone through. */
  rounds: z.number(),
  dueAt: z.number(),
});
export type SyncOrder = z.infer<typeof SyncOrder>;
