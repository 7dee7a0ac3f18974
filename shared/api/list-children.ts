/** The lists of the API: what hangs under a parent, in order of creation, page by page. */
import { childrenPage } from '../platform/children.ts';
import type { ItemKind, Stored } from '../platform/item.ts';
import type { Table } from '../platform/table.ts';
import type { List, ListQuery, Pager } from './paging.ts';

interface Lists {
  readonly table: Table;
  readonly pager: Pager;
}

/** @param views of one page, together: what they show beside the items is then read together, too */
export async function listChildren<T extends Stored, View>(
  { table, pager }: Lists,
  item: ItemKind<T>,
  parentId: string,
  query: ListQuery,
  views: (items: readonly T[]) => View[] | Promise<View[]>,
): Promise<List<View>> {
  const name = `${item.name} ${parentId}`;
  const page = await childrenPage(table, item, parentId, { after: pager.after(query, name), limit: query.limit });
  return pager.answer(await views(page.items), name, page.last);
}
