/** What callers wish in one history: drawn as it goes, from what there is by then. */
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '../../shared/platform/time.ts';
import { CUSTOM_ROLE, type Wish } from './grants-asked.ts';
import { type End, FOREVER, type ModelGrant, type ModelRule, type Place } from './grants-model.ts';
import type { Organization } from './grants-world.ts';
import type { Seeded } from './seeded.ts';

const ROLES = ['readAnyDatabase', 'readWriteAnyDatabase', 'clusterMonitor', CUSTOM_ROLE];
const ACTIONS = ['FIND', 'UPDATE', 'INSERT'];

const oneOf = <T>(random: Seeded, all: readonly T[]): T => {
  const one = all[random.between(0, all.length)];
  if (one === undefined) throw new Error('there is none to choose from');
  return one;
};

/** Whole seconds, as durations are: of a few seconds, of minutes, or of hours. */
function aLength(random: Seeded): number {
  const [low, high] = oneOf(random, [
    [SECOND_MS, 20 * SECOND_MS],
    [20 * SECOND_MS, 10 * MINUTE_MS],
    [10 * MINUTE_MS, 2 * HOUR_MS],
  ] as const);
  return Math.floor(random.between(low, high) / SECOND_MS) * SECOND_MS;
}

function anEnd(random: Seeded, from: Instant): End {
  if (random.chance(0.1)) return null;
  return random.chance(0.5) ? { ms: aLength(random) } : { at: from + aLength(random) + random.between(0, SECOND_MS) };
}

function aGrant(random: Seeded, organization: Organization, now: Instant): Wish {
  const { principals, clusterIds } = organization;
  const startsAt = random.chance(0.3) ? now + random.between(0, HOUR_MS) : undefined;
  const some = clusterIds.filter(() => random.chance(0.5));
  return {
    kind: 'create',
    ...oneOf(random, principals),
    role: oneOf(random, ROLES),
    clusterIds: some.length > 0 ? some : null,
    startsAt,
    end: anEnd(random, startsAt ?? now),
  };
}

function aPolicy(random: Seeded, { principals }: Organization): ModelRule[] {
  const isTemporaryOnly = random.chance(0.5);
  const { principal } = oneOf(random, principals);
  return oneOf<ModelRule[]>(random, [
    [],
    [],
    [{ name: 'short', longestMs: aLength(random), isTemporaryOnly }],
    [{ name: 'one', principals: [principal.name], isTemporaryOnly }],
    [
      { name: 'one', principals: [principal.name], longestMs: HOUR_MS, totalMs: 2 * HOUR_MS, isTemporaryOnly },
      { name: 'others', longestMs: DAY_MS, isTemporaryOnly },
    ],
  ]);
}

/** Longer or shorter than it is, or for good. */
function aChange(random: Seeded, grant: ModelGrant, now: Instant): Wish {
  const shorter = { at: Math.max(now, grant.startsAt) + random.between(1, 10 * MINUTE_MS) };
  return { kind: 'change', grantId: grant.id, end: random.chance(0.3) ? shorter : anEnd(random, now) };
}

/** Mostly one that lives; now and then one that has ended, or ends just now. */
function aKnown(random: Seeded, place: Place, now: Instant): ModelGrant | undefined {
  const all = [...place.grants.values()];
  const living = all.filter((grant) => !grant.ended && (grant.expiresAt ?? FOREVER) > now);
  const from = living.length > 0 && random.chance(0.9) ? living : all;
  return from.length > 0 ? oneOf(random, from) : undefined;
}

const WEIGHTS: readonly (readonly [Wish['kind'], number])[] = [
  ['create', 40],
  ['change', 18],
  ['end', 8],
  ['freeze', 5],
  ['lift', 12],
  ['disconnect', 5],
  ['connect', 12],
  ['policy', 6],
  ['role', 2],
];
const WEIGHT = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);

function aKind(random: Seeded): Wish['kind'] {
  let at = random.between(0, WEIGHT);
  for (const [kind, weight] of WEIGHTS) {
    at -= weight;
    if (at < 0) return kind;
  }
  return 'create';
}

export function aWish(random: Seeded, place: Place, organization: Organization, now: Instant): Wish {
  const kind = aKind(random);
  switch (kind) {
    case 'change':
    case 'end': {
      const grant = aKnown(random, place, now);
      if (!grant) break;
      return kind === 'end' ? { kind, grantId: grant.id } : aChange(random, grant, now);
    }
    case 'freeze': {
      const type = oneOf(random, ['PROJECT', 'FEDERATION', 'PRINCIPAL', 'PRINCIPAL', 'PRINCIPAL'] as const);
      return { kind, target: type === 'PRINCIPAL' ? { type, ...oneOf(random, organization.principals) } : { type } };
    }
    case 'lift': {
      const freezeIds = [...place.freezes.keys()];
      if (freezeIds.length === 0) break;
      return { kind, freezeId: oneOf(random, freezeIds) };
    }
    case 'connect':
    case 'disconnect': {
      const all = organization.identityProviderIds;
      const fitting = all.filter((id) => place.link(id).isConnected === (kind === 'disconnect'));
      return { kind, identityProviderId: oneOf(random, fitting.length > 0 ? fitting : all) };
    }
    case 'policy':
      return { kind, rules: aPolicy(random, organization) };
    case 'role':
      return { kind, action: oneOf(random, ACTIONS) };
    case 'create':
      break;
  }
  return aGrant(random, organization, now);
}
