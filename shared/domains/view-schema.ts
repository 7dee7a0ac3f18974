import * as z from 'zod';
import { frame } from '../api/view.ts';
import { Finding } from '../platform/finding.ts';
import { idOf } from '../platform/ids.ts';
import { InstantShown } from '../platform/time.ts';
import { DomainStatus, Exchange, Method, Outcome } from './schema.ts';

export const AttemptView = z
  .object({
    id: z.string(),
    at: InstantShown,
    outcome: Outcome.describe('PROVED and NOT_PROVED were seen; UNKNOWN is an outage, and decides nothing.'),
    finding: Finding,
    exchanges: z.array(Exchange).describe('What was asked of whom, and what came back: quoted, cut.'),
  })
  .meta({ id: 'VerificationAttempt', description: 'One look for the proof of a domain.' });
export type AttemptView = z.infer<typeof AttemptView>;

export const ProofView = z
  .union([
    z.object({
      recordType: z.literal('TXT'),
      recordName: z.string(),
      recordValue: z.string(),
      alternativeRecordName: z
        .string()
        .nullable()
        .describe('Proves it as well: the one to use for a name with a CNAME. Null: the name is too long for it.'),
    }),
    z.object({ url: z.string(), content: z.string(), alternativeUrl: z.string() }),
  ])
  .meta({ id: 'DomainProof', description: 'Exactly what to publish: a TXT record, or a file over HTTPS.' });
export type ProofView = z.infer<typeof ProofView>;

export const DomainView = z
  .object({
    ...frame('dom'),
    displayName: z.string(),
    domainName: z.string().describe('As A-labels, lower case.'),
    method: Method,
    status: DomainStatus,
    proof: ProofView,
    nextCheckAt: InstantShown.nullable(),
    verifiedAt: InstantShown.nullable(),
    expiresAt: InstantShown.nullable().describe('Until when a pending proof must be published.'),
    failingSince: InstantShown.nullable(),
    lastAttempt: AttemptView.nullable(),
    findings: z.array(Finding),
    federationId: idOf('fed'),
  })
  .meta({ id: 'Domain', description: 'A DNS name whose ownership a federation proves.' });
export type DomainView = z.infer<typeof DomainView>;
