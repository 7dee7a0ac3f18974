/** Lists of what hangs under a parent. The index says which, a consistent read says how they are now. */
import { childrenOf, type ItemKind, type Stored } from './item.ts';
import { keyText, type Table } from './table.ts';

export interface PageOf<T> {
  readonly items: T[];
  /** Where the next page begins after; undefined on the last one. */
  readonly last: string | undefined;
}

/** One page of a parent's children in order of creation: the index says which, a consistent read says how they are. */
export async function childrenPage<T extends Stored>(
  table: Table,
  item: ItemKind<T>,
  parentId: string,
  page: { after?: string | undefined; limit: number },
): Promise<PageOf<T>> {
  const found = await table.query({
    index: 'children',
    partition: childrenOf(parentId, item.name),
    limit: page.limit,
    ...(page.after !== undefined && { after: page.after }),
  });
  const keys = found.items.map((entry) => ({ pk: String(entry.pk), sk: String(entry.sk) }));
  const byKey = await table.batchGet(keys);
  const items = keys.flatMap((key) => {
    const stored = byKey.get(keyText(key));
    return stored ? [item.parse(stored)] : []; // deleted since the index was read
  });
  return { items, last: found.more ? String(found.items.at(-1)?.id) : undefined };
}

/** Every child, page by page, for what must see all. */
export async function* everyChild<T extends Stored>(table: Table, item: ItemKind<T>, parentId: string) {
  let after: string | undefined;
  do {
    const page = await childrenPage(table, item, parentId, { after, limit: 100 });
    yield* page.items;
    after = page.last;
  } while (after !== undefined);
}

/** Identifiers of the first children of the kind, as the index has them. */
export async function firstChildren(table: Table, parentId: string, childName: string, limit: number) {
  const { items } = await table.query({ index: 'children', partition: childrenOf(parentId, childName), limit });
  return items.map(({ id }) => String(id));
}
