/** What callers ask of grants. */
import type { Call } from '../api/call.ts';
import { checkIfMatch } from '../api/etag.ts';
import type { ListQuery, Pager } from '../api/paging.ts';
import { firstVersion } from '../api/view.ts';
import { authorize, seesOthers } from '../callers/rights.ts';
import { clusterKey } from '../clusters/store.ts';
import type { Connection } from '../connections/schema.ts';
import { connectionItem, connectionKey } from '../connections/store.ts';
import { identityProviderItem, identityProviderKey } from '../identity-providers/store.ts';
import { childrenPage } from '../platform/children.ts';
import type { Ids } from '../platform/ids.ts';
import { NOTHING } from '../platform/plan.ts';
import { Problem, refuseField } from '../platform/problems.ts';
import { keyText, type Table } from '../platform/table.ts';
import { formatInstant, type Instant } from '../platform/time.ts';
import type { Project } from '../tenants/schema.ts';
import { checkGrant, type Facts } from './eligibility.ts';
import { planChange, planCreation, planEnd } from './plans.ts';
import { asOf, changedEnd, ended, endOf, startOf } from './rules.ts';
import type { Grant, GrantChange, NewGrant } from './schema.ts';
import { grantItem, grantKey } from './store.ts';
import { surroundingsOf, surroundingsReader } from './surroundings.ts';
import { viewGrant } from './view.ts';

export interface GrantParts {
  readonly table: Table;
  readonly ids: Ids;
  readonly pager: Pager;
}

export const grantService = ({ table, ids, pager }: GrantParts) => {
  const fresh = async (id: string): Promise<Grant> => {
    const grant = await grantItem.read(table, grantKey(id));
    if (!grant) throw new Problem('not-found', {});
    return grant;
  };

  const factsFor = async (project: Project, wish: NewGrant): Promise<Facts> => {
    const idpKey = identityProviderKey(wish.identityProviderId);
    const connectedKey = connectionKey(project.organizationId, wish.identityProviderId);
    const clusterIds = [...new Set(wish.scope.clusterIds ?? [])];
    const found = await table.batchGet([idpKey, connectedKey, ...clusterIds.map(clusterKey)]);
    const identityProvider = found.get(keyText(idpKey));
    const connection = found.get(keyText(connectedKey));
    return {
      project,
      identityProvider: identityProvider && identityProviderItem.parse(identityProvider),
      connection: connection && connectionItem.parse(connection),
      presentClusterIds: new Set(
        clusterIds.filter((id) => found.get(keyText(clusterKey(id)))?.projectId === project.id),
      ),
    };
  };

  const newGrant = (call: Call, project: Project, wish: NewGrant, connection: Connection, now: Instant): Grant => {
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
      createdBy: call.caller.id,
    };
  };

  return {
    /** @throws Problem `not-found`, also for a requester's view of another's grant · `forbidden` */
    async find(call: Call, id: string): Promise<Grant> {
      const grant = await fresh(id);
      authorize(call, grant);
      if (!(grant.createdBy === call.caller.id || seesOthers(call, grant))) throw new Problem('not-found', {});
      return grant;
    },

    /** @throws Problem `invalid-body` with every fault · `identity-provider-not-connected` · `too-many-live-grants` */
    create: (call: Call, project: Project, wish: NewGrant) =>
      call.transact(async (now) => {
        const [facts, clusters] = await Promise.all([
          factsFor(project, wish),
          surroundingsReader(table).clusterIds(project.id),
        ]);
        const connection = checkGrant(wish, facts, now);
        const grant = newGrant(call, project, wish, connection, now);
        const surroundings = { connection, clusterIds: clusters };
        const plan = planCreation(grant, { surroundings, now, intervalId: ids.next('evt') });
        // A disconnect at the same moment must either see this grant or refuse it.
        const writes = [...plan.writes, connectionItem.unchanged(connection)];
        return { plan: { ...plan, writes }, view: viewGrant(grant, surroundings, now) };
      }),

    show: async (call: Call, grant: Grant) => viewGrant(grant, await surroundingsOf(table, grant), call.now),

    /** Extends, shortens, or makes permanent. @throws Problem `grant-ended` · `invalid-body` for an end that has passed */
    change: (call: Call, { id }: Grant, change: GrantChange) =>
      call.transact(async (now) => {
        const before = await fresh(id);
        const surroundings = await surroundingsOf(table, before);
        const present = asOf(before, surroundings.connection, now);
        if (present.endedAt !== null) throw new Problem('grant-ended', { id, endedAt: formatInstant(present.endedAt) });
        checkIfMatch(call.ifMatch, before.revision);
        const expiresAt = changedEnd(before, change, now);
        if (expiresAt !== null && expiresAt <= Math.max(before.startsAt, now)) {
          throw refuseField(
            '/expiresAt',
            'The end must lie after the start and in the future. To end it now, DELETE it.',
          );
        }
        if (expiresAt === before.expiresAt) return { plan: NOTHING, view: viewGrant(before, surroundings, now) };
        const after = { ...before, expiresAt, revision: before.revision + 1, updatedAt: now };
        const plan = planChange(before, after, { surroundings, now, intervalId: ids.next('evt') });
        return { plan, view: viewGrant(after, surroundings, now) };
      }),

    /** Ends it now; one that has ended stays as it is. A dry run shows it as it would read. */
    end: (call: Call, { id }: Grant) =>
      call.transact(async (now) => {
        const before = await fresh(id);
        const surroundings = await surroundingsOf(table, before);
        const present = asOf(before, surroundings.connection, now);
        if (present.endedAt !== null) return { plan: NOTHING, view: viewGrant(present, surroundings, now) };
        checkIfMatch(call.ifMatch, before.revision);
        const after = { ...ended(before, 'ENDED', now), revision: before.revision + 1, updatedAt: now };
        const plan = planEnd(before, after, { surroundings, now, intervalId: ids.next('evt') });
        return { plan, view: viewGrant(after, surroundings, now) };
      }),

    async list(call: Call, project: Project, query: ListQuery) {
      const name = `grants ${project.id} ${call.caller.id}`;
      const page = await childrenPage(table, grantItem, project.id, {
        after: pager.after(query, name),
        limit: query.limit,
      });
      const reader = surroundingsReader(table);
      const all = seesOthers(call, { ...project, projectId: project.id });
      const visible = page.items.filter(({ createdBy }) => all || createdBy === call.caller.id);
      const views = await Promise.all(visible.map(async (grant) => viewGrant(grant, await reader.of(grant), call.now)));
      return pager.answer(views, name, page.last);
    },
  };
};
export type GrantService = ReturnType<typeof grantService>;
