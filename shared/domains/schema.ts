import * as z from 'zod';
import { Finding } from '../platform/finding.ts';
import { idOf } from '../platform/ids.ts';
import { Name } from '../tenants/schema.ts';

export const Method = z.enum(['DNS_RECORD', 'HTML_FILE_UPLOAD']);
export type Method = z.infer<typeof Method>;

export const DomainStatus = z.enum(['PENDING', 'VERIFIED', 'LAPSING', 'SUSPENDED', 'EXPIRED']).meta({
  id: 'DomainStatus',
  description:
    'LAPSING: the last looks failed. SUSPENDED: they failed for days, so nobody signs in by it. EXPIRED: never proved in time; add it anew.',
});
export type DomainStatus = z.infer<typeof DomainStatus>;

/** PROVED and NOT_PROVED were seen; UNKNOWN is our outage, or the resolver's, or the web server's: it counts for nothing. */
export const Outcome = z.enum(['PROVED', 'NOT_PROVED', 'UNKNOWN']);
export type Outcome = z.infer<typeof Outcome>;

/** One question and what came back: quoted, cut. */
export const Exchange = z.object({
  asked: z.string(),
  from: z.string(),
  got: z.string(),
  /** Until when resolvers may give the same answer again; null: not said, or not kept. */
  keptUntil: z.number().nullable().default(null),
});
export type Exchange = z.infer<typeof Exchange>;

const seen = {
  at: z.number(),
  outcome: Outcome,
  finding: Finding,
  exchanges: z.array(Exchange),
};

/** One look, kept for its own sake. */
export const Attempt = z.object({ id: z.string(), version: z.number(), domainId: idOf('dom'), ...seen });
export type Attempt = z.infer<typeof Attempt>;

export const Domain = z.object({
  id: idOf('dom'),
  version: z.number(),
  revision: z.number(),
  federationId: idOf('fed'),
  displayName: z.string(),
  /** As A-labels, lower case. */
  domainName: z.string(),
  method: Method,
  status: DomainStatus,
  /** Of this federation and this domain only, never used again. Public once it is published. */
  token: z.string(),
  addedAt: z.number(),
  verifiedAt: z.number().nullable(),
  /** When it was last seen to be proved. */
  provedAt: z.number().nullable(),
  /** Looks in a row that were seen to fail since then, and when the first of them was. */
  failures: z.number(),
  failingSince: z.number().nullable(),
  /** Looks that are behind us. */
  attempts: z.number(),
  lastAttempt: z.object({ id: z.string(), ...seen }).nullable(),
  /** Until when a look may be under way. */
  leaseUntil: z.number().nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Domain = z.infer<typeof Domain>;

const NAME_EXPECTED = 'Give a domain name such as acme.com, of at most 253 characters.';

export const NewDomain = z
  .strictObject({
    displayName: Name,
    /** What can be owned is a matter of `names.ts`; this bounds what it looks at. */
    domainName: z
      .string()
      .min(1, NAME_EXPECTED)
      .max(255, NAME_EXPECTED)
      .describe('A name that can be owned: no public suffix, IP address or single label.'),
    method: Method,
  })
  .meta({ id: 'NewDomain' });
export type NewDomain = z.infer<typeof NewDomain>;
export const DomainChange = z.strictObject({ displayName: Name.optional() }).meta({ id: 'DomainChange' });
export type DomainChange = z.infer<typeof DomainChange>;
