/** Lists of grants: by project, or by ticket, with what a caller may see and filters for. */
import type { Call } from '../api/call.ts';
import { ANSWER_BYTES_MAX, answerBytes, type List, type Pager } from '../api/paging.ts';
import { seesOthers } from '../callers/rights.ts';
import { childrenPage, type PageOf } from '../platform/children.ts';
import { keyText, type Table } from '../platform/table.ts';
import type { Instant } from '../platform/time.ts';
import type { Project } from '../tenants/schema.ts';
import { fits, fitsUse, type GrantQuery } from './filters.ts';
import type { Grant } from './schema.ts';
import { grantItem, grantKey } from './store.ts';
import { surroundingsReader } from './surroundings.ts';
import { grantsOfTicket } from './tickets.ts';
import { usesOf } from './use.ts';
import { viewGrant } from './view.ts';
import type { GrantView } from './view-schema.ts';

/** Grants read for one page: where few of many fit, it may be short, and its cursor goes on. */
const READ_MAX = 1000;
const READ_AT_ONCE = 100;

interface Shown {
  readonly id: string;
  readonly view: GrantView;
}

export const grantList = ({ table, pager }: { readonly table: Table; readonly pager: Pager }) => {
  /** The next grants after one, whether or not they fit. */
  const pageOf = async (projectId: string, query: GrantQuery, after: string | undefined): Promise<PageOf<Grant>> => {
    const { ticketSystem: system, ticketKey: key } = query;
    const page = { after, limit: READ_AT_ONCE };
    if (system === undefined || key === undefined) return childrenPage(table, grantItem, projectId, page);
    const { grantIds, last } = await grantsOfTicket(table, projectId, { system, key }, page);
    const found = await table.batchGet(grantIds.map(grantKey));
    const items = grantIds.flatMap((id) => {
      const stored = found.get(keyText(grantKey(id)));
      return stored ? [grantItem.parse(stored)] : [];
    });
    return { items, last };
  };

  return async (call: Call, project: Project, query: GrantQuery): Promise<List<GrantView>> => {
    const { limit, cursor: _, ...filters } = query;
    const name = `grants ${project.id} ${call.caller.id} ${JSON.stringify(filters)}`;
    const reader = surroundingsReader(table);
    const all = seesOthers(call, { ...project, projectId: project.id });
    const shownOf = async (grants: readonly Grant[], most: number, now: Instant): Promise<Shown[]> => {
      const visible = grants.filter(({ createdBy }) => all || createdBy === call.caller.id);
      const around = await Promise.all(visible.map(async (grant) => ({ grant, surroundings: await reader.of(grant) })));
      const fitting = around.filter(({ grant, surroundings }) => fits(viewGrant(grant, surroundings, now), query));
      // What is not shown is not asked about, unless its use decides whether it is.
      const asked = query.unusedSince === undefined ? fitting.slice(0, most) : fitting;
      const useOf = await usesOf(
        table,
        asked.map(({ grant }) => grant.id),
      );
      return asked
        .map(({ grant, surroundings }) => ({ grant, surroundings: { ...surroundings, use: useOf(grant.id) } }))
        .filter(({ surroundings }) => fitsUse(surroundings.use, query))
        .map(({ grant, surroundings }) => ({ id: grant.id, view: viewGrant(grant, surroundings, now) }));
    };

    const shown: Shown[] = [];
    let after = pager.after(query, name);
    for (let read = 0; read < READ_MAX; read += READ_AT_ONCE) {
      const page = await pageOf(project.id, query, after);
      shown.push(...(await shownOf(page.items, limit + 1 - shown.length, call.now)));
      after = page.last;
      if (shown.length > limit) after = shown[limit - 1]?.id;
      if (after === undefined || shown.length >= limit) break;
    }
    const items = fitting(shown.slice(0, limit));
    if (items.length < Math.min(shown.length, limit)) after = items.at(-1)?.id;
    return pager.answer(
      items.map(({ view }) => view),
      name,
      after,
    );
  };
};

/** The first that fit into one answer, at least one: grants may name a hundred privileges each. */
function fitting(shown: readonly Shown[]): readonly Shown[] {
  let bytes = 0;
  const end = shown.findIndex(({ view }, at) => {
    bytes += answerBytes(JSON.stringify(view));
    return at > 0 && bytes > ANSWER_BYTES_MAX;
  });
  return end === -1 ? shown : shown.slice(0, end);
}
