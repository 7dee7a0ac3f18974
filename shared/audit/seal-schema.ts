/** What sealing keeps: seals, which are items of the table, and roots, which are objects where nobody overwrites them. */
import * as z from 'zod';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const sequence = z.int().min(0);

/** Where the chain of one shard stands after a seal. */
export const Head = z.strictObject({
  sequence,
  hash: Sha256,
  /** Events in the chain so far. */
  count: z.int().min(0),
});
export type Head = z.infer<typeof Head>;

/** With the shard of its seal it names the event's item. */
export const SealedEvent = z.object({ federationId: z.string(), id: z.string(), hash: Sha256 });
export type SealedEvent = z.infer<typeof SealedEvent>;

/** A link of a shard's chain: some events, in the order in which they were sealed. */
export const Seal = z.object({
  version: z.number(),
  shard: z.int().min(0),
  sequence,
  at: z.number(),
  /** Everything it covers was drawn before this instant; never falls from one seal to the next. */
  upTo: z.number(),
  events: z.array(SealedEvent),
  count: z.int(),
  previousHash: Sha256,
  hash: Sha256,
});
export type Seal = z.infer<typeof Seal>;

/** What one signature vouches for: every chain up to its head, and all roots before it. Kept as canonical JSON. */
const UNSIGNED_ROOT = {
  sequence: z.int().min(1),
  at: z.iso.datetime(),
  /** Whatever was drawn before this instant and had turned up is in a chain. */
  sealedUpTo: z.iso.datetime(),
  /** SHA-256 of the whole text of the root before. */
  previousHash: Sha256,
  /** By shard. */
  heads: z.array(Head),
  /** Of all chains. */
  count: z.int().min(0),
};
export const UnsignedRoot = z.strictObject(UNSIGNED_ROOT);
export type UnsignedRoot = z.infer<typeof UnsignedRoot>;

/** ECDSA on P-256 with SHA-256 over the canonical JSON (RFC 8785) of all else; DER in Base64. */
export const Root = z.strictObject({ ...UNSIGNED_ROOT, signature: z.base64() });
export type Root = z.infer<typeof Root>;

/** A hint where to look for the newest root: the objects themselves say which it is. */
export const NewestRoot = z.object({ version: z.number(), sequence });
export type NewestRoot = z.infer<typeof NewestRoot>;
