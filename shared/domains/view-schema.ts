import * as z from 'zod';
import { frame } from '../api/view.ts';
import { Finding } from '../platform/finding.ts';
import { idOf } from '../platform/ids.ts';
import { InstantShown } from '../platform/time.ts';
import { DomainStatus, Method, Outcome } from './schema.ts';

export const ExchangeView = z
  .object({
    asked: z.string(),
    from: z.string().describe('Which resolvers, or which address, gave this answer.'),
    got: z.string().describe('What came back: quoted, cut.'),
    keptUntil: InstantShown.nullable().describe(
      'Until when resolvers may give the same answer again, whatever is published meanwhile; null: not kept, or not said.',
    ),
  })
  .meta({ id: 'Exchange', description: 'One question and its answer.' });

export const AttemptView = z
  .object({
    id: idOf('att'),
    at: InstantShown,
    outcome: Outcome.describe('PROVED and NOT_PROVED were seen; UNKNOWN is an outage, and decides nothing.'),
    finding: Finding,
    exchanges: z.array(ExchangeView).describe('What was asked of whom, and what came back.'),
  })
  .meta({ id: 'VerificationAttempt', description: 'One look for the proof of a domain.' });
export type AttemptView = z.infer<typeof AttemptView>;

const RecordProof = z
  .object({
    recordType: z.literal('TXT'),
    recordName: z.string(),
    recordValue: z.string(),
    alternativeRecordName: z
      .string()
      .nullable()
      .describe('Proves it as well: the one to use for a name with a CNAME. Null: the name is too long for it.'),
  })
  .meta({ id: 'RecordProof', description: 'The TXT record to publish.' });
const FileProof = z
  .object({
    url: z.string(),
    content: z.string().describe('What the file holds, and nothing else.'),
    alternativeUrl: z.string().describe('Proves it as well.'),
  })
  .meta({ id: 'FileProof', description: 'The file to upload.' });
export const ProofView = z
  .union([RecordProof, FileProof])
  .meta({ id: 'DomainProof', description: 'Exactly what to publish: a TXT record, or a file over HTTPS.' });
export type ProofView = z.infer<typeof ProofView>;

export const DomainView = z
  .object({
    ...frame('dom'),
    displayName: z.string(),
    domainName: z.string().describe('As A-labels, lower case.'),
    unicodeName: z.string().nullable().describe('As people read it; null when it is the same as domainName.'),
    method: Method,
    status: DomainStatus,
    proof: ProofView.describe('Leave it there once it is proved: it is looked at again every day.'),
    nextCheckAt: InstantShown.nullable().describe('When it is looked at next by itself; null: never again.'),
    verifiedAt: InstantShown.nullable().describe('When it was first seen to be proved.'),
    expiresAt: InstantShown.nullable().describe('Until when a pending proof must be published.'),
    failingSince: InstantShown.nullable().describe('Since when every look has failed.'),
    lastAttempt: AttemptView.nullable(),
    findings: z.array(Finding),
    federationId: idOf('fed'),
  })
  .meta({ id: 'Domain', description: 'A DNS name whose ownership a federation proves.' });
export type DomainView = z.infer<typeof DomainView>;
