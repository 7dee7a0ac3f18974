import * as z from 'zod';
import { frame } from '../api/view.ts';
import { Role, Scope } from '../callers/schema.ts';
import { LastUsedAt, RequestsPerMinuteShown } from '../callers/view-schema.ts';
import { Finding } from '../platform/finding.ts';
import { idOf } from '../platform/ids.ts';

export const CallerIssuerView = z
  .object({
    ...frame('cis'),
    federationId: idOf('fed'),
    name: z.string(),
    issuerUri: z.string(),
    audience: z.string(),
    subjects: z.array(z.string()),
    requiredClaims: z.record(z.string(), z.string()),
    role: Role,
    scope: Scope,
    longestLifetime: z.string().meta({ format: 'duration', examples: ['PT1H'] }),
    requestsPerMinute: RequestsPerMinuteShown,
    jwksUri: z.string(),
    findings: z.array(Finding),
    lastUsedAt: LastUsedAt,
  })
  .meta({ id: 'CallerIssuer', description: 'An issuer whose signed JWTs prove callers (RFC 7523).' });
export type CallerIssuerView = z.infer<typeof CallerIssuerView>;
