/**
 * The live grants of one principal in one project: what a verdict reads instead of searching. Each grant is an
 * attribute of its own, so two grants made at once do not stand in each other's way; every change of a grant changes
 * its entry in the same transaction. Ended ones leave it; until they do, their times say no by themselves.
 */
import * as z from 'zod';
import { Problem } from '../platform/problems.ts';
import { type Item, type Key, toAttributes, type Write } from '../platform/table.ts';
import { Roles } from './roles.ts';
import type { Grant, Principal } from './schema.ts';

/** Keeps the item below 400 KB with the largest grants, and a verdict cheap. */
export const LIVE_GRANTS_MAX = 100;

const LiveGrant = z.object({
  startsAt: z.number(),
  expiresAt: z.number().nullable(),
  epoch: z.number(),
  clusterIds: z.array(z.string()).nullable(),
  roles: Roles,
});
export type LiveGrant = z.infer<typeof LiveGrant> & { readonly id: string };

export const liveKey = (projectId: string, identityProviderId: string, principal: Principal): Key => ({
  pk: `PRINCIPAL#${projectId}#${identityProviderId}#${principal.type}#${principal.name}`,
  sk: 'LIVE_GRANTS',
});
const keyOf = (grant: Grant): Key => liveKey(grant.projectId, grant.identityProviderId, grant.principal);

const entryOf = (grant: Grant) => ({
  startsAt: grant.startsAt,
  expiresAt: grant.expiresAt,
  epoch: grant.epoch,
  clusterIds: grant.clusterIds,
  roles: grant.roles,
});

/** Its entries, in order of creation. */
export const parseLiveGrants = (item: Item | undefined): LiveGrant[] =>
  Object.entries(item ?? {})
    .filter(([name]) => name.startsWith('grt_'))
    .map(([id, entry]) => ({ id, ...LiveGrant.parse(entry) }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));

interface Change {
  readonly expression: string;
  readonly condition: string;
  readonly values: Item;
  readonly names?: Readonly<Record<string, string>>;
  readonly refused: () => Problem | 'stale';
}

function change(grant: Grant, { expression, condition, values, names = {}, refused }: Change): Write {
  const Update = {
    Key: toAttributes(keyOf(grant)),
    UpdateExpression: expression,
    ConditionExpression: condition,
    ExpressionAttributeNames: { '#grant': grant.id, ...names },
    ExpressionAttributeValues: toAttributes(values),
  };
  return { key: keyOf(grant), change: (TableName) => ({ Update: { TableName, ...Update } }), refused };
}

const COUNT = { '#count': 'liveCount' };

export const addLive = (grant: Grant): Write =>
  change(grant, {
    expression: 'SET #grant = :entry ADD #count :one',
    condition: 'attribute_not_exists(#count) OR #count < :most',
    values: { ':entry': entryOf(grant), ':one': 1, ':most': LIVE_GRANTS_MAX },
    names: COUNT,
    refused: () => new Problem('too-many-live-grants', { most: LIVE_GRANTS_MAX }),
  });

export const changeLive = (grant: Grant): Write =>
  change(grant, {
    expression: 'SET #grant = :entry',
    condition: 'attribute_exists(#grant)',
    values: { ':entry': entryOf(grant) },
    refused: () => 'stale',
  });

/** The count falls exactly once, since the grant's own version is checked in the same transaction. */
export const removeLive = (grant: Grant): Write =>
  change(grant, {
    expression: 'REMOVE #grant ADD #count :less',
    condition: 'attribute_exists(#grant)',
    values: { ':less': -1 },
    names: COUNT,
    refused: () => 'stale',
  });
