/** What callers ask of grants. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import type { Pager } from '../api/paging.ts';
import { firstVersion } from '../api/view.ts';
import { authorize, seesOthers } from '../callers/rights.ts';
import { connectionItem, connectionsOf } from '../connections/store.ts';
import { customRolesItem } from '../custom-roles/store.ts';
import type { Ids } from '../platform/ids.ts';
import { NOTHING } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import type { Table, Write } from '../platform/table.ts';
import { formatInstant, type Instant } from '../platform/time.ts';
import type { Project } from '../tenants/schema.ts';
import { checkChange, checkExtension, checkGrant, type Eligible } from './eligibility.ts';
import { grantEnder } from './end.ts';
import { type Facts, factsFor, policyUnchanged } from './facts.ts';
import { grantList } from './list.ts';
import { planChange, planCreation } from './plans.ts';
import { asOf, changed, endOf, startOf } from './rules.ts';
import type { Grant, GrantChange, NewGrant, Ticket } from './schema.ts';
import { everyLiveUnderEpoch, grantItem, grantKey } from './store.ts';
import { surroundingsOf, surroundingsReader } from './surroundings.ts';
import { viewGrant } from './view.ts';

export interface GrantParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
}

/** Whether the caller is a person, and the one whom the ticket names as its approver. */
const isApprover = ({ caller }: Call, ticket: Ticket | undefined): boolean =>
  caller.kind === 'PERSON' && ticket?.approver !== undefined && ticket.approver === caller.actor.subject;

const approvalBy = (call: Call, ticket: Ticket): Grant['approval'] => ({
  assurance: isApprover(call, ticket) ? 'VERIFIED' : 'ASSERTED',
  by: call.caller.id,
});

const isLater = (after: Instant | null, before: Instant | null): boolean =>
  before !== null && (after === null || after > before);

/** A custom role that is deleted at the same moment must see this grant, or the grant be refused. */
const rolesAreThere = ({ roles }: Grant, { customRoles }: Facts): Write[] =>
  roles.custom.length > 0 ? [customRolesItem.unchanged(customRoles)] : [];

export const grantService = ({ table, ids, pager }: GrantParts) => {
  const fresh = async (id: string): Promise<Grant> => {
    const grant = await grantItem.read(table, grantKey(id));
    if (!grant) throw new Problem('not-found', {});
    return grant;
  };

  const newGrant = (call: Call, project: Project, wish: NewGrant, eligible: Eligible, now: Instant): Grant => {
    const { connection, policyRule } = eligible;
    const startsAt = startOf(wish, now);
    return {
      id: ids.next('grt'),
      ...firstVersion(now),
      federationId: project.federationId,
      organizationId: project.organizationId,
      projectId: project.id,
      identityProviderId: wish.identityProviderId,
      epoch: connection.epoch,
      principal: wish.principal,
      roles: wish.roles,
      clusterIds: wish.scope.clusterIds ? [...new Set(wish.scope.clusterIds)] : null,
      startsAt,
      expiresAt: endOf(wish, startsAt),
      startedAt: startsAt <= now ? startsAt : null,
      endedAt: null,
      endReason: null,
      onEnd: wish.onEnd ?? null,
      ticket: wish.ticket ?? null,
      approval: wish.ticket?.approver === undefined ? null : approvalBy(call, wish.ticket),
      policyRule,
      warnedAt: null,
      reviewBy: wish.reviewBy ?? null,
      reviewToldAt: null,
      createdBy: call.caller.id,
    };
  };

  /** What the policy says of a longer grant. Other facts were looked at when it was made. */
  const extended = async (call: Call, after: Grant, change: GrantChange, now: Instant) => {
    const project = { ...after, id: after.projectId };
    const facts = await factsFor(table, project, { identityProviderId: after.identityProviderId, clusterIds: [] });
    const policyRule = checkExtension(after, change, facts, isApprover(call, after.ticket ?? undefined), now);
    return { after: { ...after, policyRule }, writes: [policyUnchanged(facts)] };
  };

  return {
    /** @throws Problem `not-found`, also for a requester's view of another's grant · `forbidden` */
    async find(call: Call, id: string): Promise<Grant> {
      const grant = await fresh(id);
      authorize(call, grant);
      if (!(grant.createdBy === call.caller.id || seesOthers(call, grant))) throw new Problem('not-found', {});
      return grant;
    },

    /** @throws Problem `invalid-body` with every fault · `refused-by-policy` · `identity-provider-not-connected` · `too-many-live-grants` */
    create: (call: Call, project: Project, wish: NewGrant) =>
      call.transact(async (now) => {
        const { identityProviderId, scope } = wish;
        const clusterIds = [...new Set(scope.clusterIds ?? [])];
        const placed = {
          ...{ ...project, projectId: project.id, identityProviderId, principal: wish.principal },
          clusterIds: wish.scope.clusterIds ?? null,
        };
        const [facts, around] = await Promise.all([
          factsFor(table, project, { identityProviderId, clusterIds }),
          surroundingsReader(table).ofNew(placed),
        ]);
        const eligible = checkGrant(wish, facts, isApprover(call, wish.ticket), now);
        const { connection } = eligible;
        const grant = newGrant(call, project, wish, eligible, now);
        const surroundings = { connection, ...around };
        const plan = planCreation(grant, { surroundings, now, intervalId: ids.next('evt') });
        // A disconnect at the same moment must either see this grant or refuse it; a policy that is set, refuse it.
        const asLookedAt = [connectionItem.unchanged(connection), policyUnchanged(facts)];
        const writes = [...plan.writes, ...asLookedAt, ...rolesAreThere(grant, facts)];
        return { plan: { ...plan, writes }, view: viewGrant(grant, surroundings, now) };
      }),

    show: async (call: Call, grant: Grant) => viewGrant(grant, await surroundingsOf(table, grant), call.now),

    /** Another end, or another review. @throws Problem `grant-ended` · `invalid-body` for what has passed · `refused-by-policy` */
    change: (call: Call, { id }: Grant, change: GrantChange) =>
      call.transact(async (now) => {
        const before = await fresh(id);
        const surroundings = await surroundingsOf(table, before);
        const present = asOf(before, surroundings.connection, now);
        if (present.endedAt !== null) throw new Problem('grant-ended', { id, endedAt: formatInstant(present.endedAt) });
        checkIfMatch(call.ifMatch, before.revision);
        const wished = changed(before, change, now);
        checkChange(before, wished, now);
        const isLonger = isLater(wished.expiresAt, before.expiresAt);
        if (wished.expiresAt === before.expiresAt && wished.reviewBy === before.reviewBy) {
          return { plan: NOTHING, view: viewGrant(before, surroundings, now) };
        }
        const next = { ...wished, revision: before.revision + 1, updatedAt: now };
        const { after, writes } = isLonger ? await extended(call, next, change, now) : { after: next, writes: [] };
        const plan = planChange(before, after, { surroundings, now, intervalId: ids.next('evt') });
        return { plan: { ...plan, writes: [...plan.writes, ...writes] }, view: viewGrant(after, surroundings, now) };
      }),

    end: grantEnder({ table, ids }),

    list: grantList({ table, pager }),

    /** Live grants of the project that name a custom role, up to `limit`. */
    async withRole(project: Project, name: string, limit: number): Promise<string[]> {
      const found: string[] = [];
      for (const { identityProviderId, epoch } of await connectionsOf(table, project.organizationId)) {
        for await (const live of everyLiveUnderEpoch(table, { projectId: project.id, identityProviderId, epoch })) {
          found.push(...live.filter(({ roles }) => roles.custom.includes(name)).map(({ id }) => id));
          if (found.length >= limit) return found.slice(0, limit);
        }
      }
      return found;
    },
  };
};
export type GrantService = ReturnType<typeof grantService>;
