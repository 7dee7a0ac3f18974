/** Which grants a ticket gave: what its closing has to end, and what a list by ticket shows (A6, A9). */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { itemKind } from '../platform/item.ts';
import type { Table, Write } from '../platform/table.ts';
import type { Grant, Ticket } from './schema.ts';

const TicketedGrant = z.object({ version: z.number(), partition: z.string(), grantId: z.string() });
type TicketedGrant = z.infer<typeof TicketedGrant>;

const ticketedItem = itemKind<TicketedGrant>({
  name: 'TICKETED_GRANT',
  schema: TicketedGrant,
  key: ({ partition, grantId }) => ({ pk: partition, sk: grantId }),
});

type TicketName = Pick<Ticket, 'system' | 'key'>;

/** Hashed, since a ticket's key may hold anything. */
const partitionOf = (projectId: string, { system, key }: TicketName): string => {
  const hash = createHash('sha256')
    .update(JSON.stringify([system, key]))
    .digest('base64url');
  return `TICKET#${projectId}#${hash}`;
};

/** Goes into the grant's own transaction; never taken out, as ended grants stay readable. */
export const ticketWrites = ({ projectId, id, ticket }: Grant): Write[] =>
  ticket
    ? [ticketedItem.create({ version: 1, partition: partitionOf(projectId, ticket), grantId: id }, () => 'stale')]
    : [];

/** One page of the grants of a ticket, in order of creation (consistent read). */
export async function grantsOfTicket(
  table: Table,
  projectId: string,
  ticket: TicketName,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<{ readonly grantIds: string[]; readonly last: string | undefined }> {
  const { items, more } = await table.query({
    partition: partitionOf(projectId, ticket),
    limit: page.limit,
    ...(page.after !== undefined && { after: page.after }),
  });
  const grantIds = items.map((item) => ticketedItem.parse(item).grantId);
  return { grantIds, last: more ? grantIds.at(-1) : undefined };
}
