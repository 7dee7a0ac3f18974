/**
 * What a caller's wish, carried out, makes of a place. The instants of a span are the call's own, and that of its commit.
 * @throws Broken when it should not have been carried out
 */
import type { Instant } from '../../shared/platform/time.ts';
import type { Change, Wish } from './grants-asked.ts';
import { endOf, FOREVER, grantOf, hold, type ModelGrant, type Place, rewritten, type Span } from './grants-model.ts';
import type { Audit } from './grants-stored.ts';

const ACTIONS: Readonly<Record<Change['kind'], string>> = {
  create: 'grant.create',
  change: 'grant.change',
  end: 'grant.end',
  freeze: 'freeze.create',
  lift: 'freeze.lift',
  connect: 'connection.connect',
  disconnect: 'connection.disconnect',
  policy: 'access-policy.change',
  role: 'custom-role.change',
};

/** @returns the grant whose times are others now */
export function carryOut(place: Place, audit: Audit, wish: Wish, at: Instant): ModelGrant | undefined {
  const now = audit.at;
  const action = ACTIONS[wish.kind];
  hold(audit.action === action, at, () => `${wish.kind} was asked for, and ${audit.action} done`);
  switch (wish.kind) {
    case 'create':
      return created(place, wish, audit.resource.id, [now, at]);
    case 'change':
      return changed(place, wish, [now, at]);
    case 'end': {
      const before = grantOf(place, wish.grantId);
      hold(place.endBy(before, now, now) === undefined, at, () => `${before.id} was ended after its end`);
      const endedAt = Math.min(now, before.expiresAt ?? FOREVER);
      before.ended = { at: endedAt, reason: 'ENDED' };
      before.held = rewritten(before.held, endedAt);
      return undefined;
    }
    case 'freeze':
      place.freezes.set(audit.resource.id, wish.target);
      return undefined;
    case 'lift':
      hold(place.freezes.delete(audit.resource.id), at, () => `${audit.resource.id} was lifted twice`);
      return undefined;
    case 'connect': {
      const link = place.link(wish.identityProviderId);
      hold(!link.isConnected, at, () => `${wish.identityProviderId} was connected twice`);
      link.isConnected = true;
      link.changedAt = at;
      return undefined;
    }
    case 'disconnect': {
      const link = place.link(wish.identityProviderId);
      hold(link.isConnected, at, () => `${wish.identityProviderId} was disconnected twice`);
      link.isConnected = false;
      link.changedAt = at;
      link.cuts.set(link.epoch, { at: now, committedAt: at });
      link.epoch++;
      return undefined;
    }
    case 'policy':
      place.policies.push({ since: at, rules: wish.rules });
      return undefined;
    case 'role':
      place.roleAction = wish.action;
      return undefined;
  }
}

function created(place: Place, wish: Change<'create'>, id: string, [now, at]: Span): ModelGrant {
  const link = place.link(wish.identityProviderId);
  hold(link.isConnected, at, () => `${id} was made for an IdP that is not connected`);
  const startsAt = Math.max(wish.startsAt ?? now, now);
  const expiresAt = endOf(wish.end, startsAt);
  hold(expiresAt === null || expiresAt > startsAt, at, () => `${id} ends before it starts`);
  const { identityProviderId, principal, role, clusterIds } = wish;
  hold(
    place.opinions({ principal, startsAt, expiresAt }, [now, at]).has(true),
    at,
    () => `${id} is against the policy`,
  );
  const held: Span[] = [[startsAt, expiresAt ?? FOREVER]];
  const isStartTold = startsAt <= now;
  const grant: ModelGrant = {
    ...{
      id,
      identityProviderId,
      principal,
      role,
      clusterIds,
      epoch: link.epoch,
      startsAt,
      expiresAt,
      held,
      isStartTold,
    },
    ended: undefined,
    isWarned: false,
  };
  place.grants.set(id, grant);
  return grant;
}

function changed(place: Place, wish: Change<'change'>, [now, at]: Span): ModelGrant {
  const grant = grantOf(place, wish.grantId);
  hold(place.endBy(grant, now, now) === undefined, at, () => `${grant.id} was changed after its end`);
  const expiresAt = endOf(wish.end, Math.max(grant.startsAt, now));
  hold((expiresAt ?? FOREVER) > Math.max(grant.startsAt, now), at, () => `${grant.id} now ends in the past`);
  const isLonger = (expiresAt ?? FOREVER) > (grant.expiresAt ?? FOREVER);
  const after = { ...grant, expiresAt };
  hold(
    !isLonger || place.opinions(after, [now, at]).has(true),
    at,
    () => `${grant.id} was extended against the policy`,
  );
  const from = Math.max(grant.startsAt, now);
  grant.held = rewritten(grant.held, from, [from, expiresAt ?? FOREVER]);
  grant.expiresAt = expiresAt;
  grant.isWarned = false;
  return grant;
}
