/** Issuers whose signed JWTs prove callers (RFC 7523): pipelines that keep no secret of ours. */
import * as z from 'zod';
import { Held, RequestsPerMinute, Role, Scope } from '../callers/schema.ts';
import { Audience, issuerUriOn } from '../identity-providers/bodies.ts';
import { Algorithm } from '../identity-providers/schema.ts';
import type { Trust } from '../platform/addresses.ts';
import { Finding } from '../platform/finding.ts';
import { idOf } from '../platform/ids.ts';
import { DAY_MS, DurationText, HOUR_MS, MINUTE_MS } from '../platform/time.ts';
import { Name } from '../tenants/schema.ts';
import { patternFault } from './subjects.ts';

/** Of one issuer; more are another caller issuer with the same role. */
const SUBJECTS_MAX = 50;
/** Characters; GitHub's longest are some 300. */
export const SUBJECT_MAX = 512;
const CLAIMS_MAX = 10;

const SubjectPattern = z
  .string()
  .meta({ examples: ['repo:acme/infra:environment:*'] })
  .min(1, 'Give a subject, or a pattern such as repo:acme/infra:environment:*.')
  .max(SUBJECT_MAX, `Give at most ${SUBJECT_MAX} characters.`)
  .regex(/^[^\p{Cc}]*$/u, 'Give a subject without control characters.')
  .superRefine((pattern, context) => {
    const message = patternFault(pattern);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** Claims that must have exactly this text, such as a repository's number, which survives its name. */
const RequiredClaims = z
  .record(z.string().min(1).max(255), z.string().max(SUBJECT_MAX))
  .refine((claims) => Object.keys(claims).length <= CLAIMS_MAX, `Name at most ${CLAIMS_MAX} claims.`);

/** Longest life of a JWT, from `iat` to `exp`, that is taken: what lives for weeks is a stored secret again. */
const LongestLifetime = DurationText.refine(
  (ms) => ms >= MINUTE_MS && ms <= DAY_MS,
  'Give a duration from PT1M to P1D.',
);
export const LONGEST_LIFETIME_DEFAULT_MS = HOUR_MS;

export const CallerIssuer = z.object({
  id: idOf('cis'),
  version: z.number(),
  revision: z.number(),
  federationId: idOf('fed'),
  name: z.string(),
  issuerUri: z.string(),
  audience: z.string(),
  subjects: z.array(z.string()),
  requiredClaims: z.record(z.string(), z.string()),
  held: Held,
  longestLifetimeMs: z.number(),
  requestsPerMinute: z.number().nullable(),
  allowedAlgorithms: z.array(Algorithm),
  jwksUri: z.string(),
  findings: z.array(Finding),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type CallerIssuer = z.infer<typeof CallerIssuer>;

const Subjects = z.array(SubjectPattern).min(1, 'Name at least one subject.').max(SUBJECTS_MAX);

/** The bodies, for a system that trusts its own loopback or does not. */
export const callerIssuerBodies = (trust: Trust) => ({
  NewCallerIssuer: z
    .strictObject({
      name: Name,
      issuerUri: issuerUriOn(trust),
      audience: Audience,
      subjects: Subjects,
      requiredClaims: RequiredClaims.default({}),
      role: Role,
      scope: Scope,
      longestLifetime: LongestLifetime.optional(),
      requestsPerMinute: RequestsPerMinute.nullable().optional(),
    })
    .meta({ id: 'NewCallerIssuer' }),
});
type Bodies = ReturnType<typeof callerIssuerBodies>;
export type NewCallerIssuer = z.infer<Bodies['NewCallerIssuer']>;

/** Issuer and audience are fixed: another issuer is another caller. */
export const CallerIssuerChange = z
  .strictObject({
    name: Name.optional(),
    subjects: Subjects.optional(),
    requiredClaims: RequiredClaims.optional(),
    role: Role.optional(),
    scope: Scope.optional(),
    longestLifetime: LongestLifetime.optional(),
    requestsPerMinute: RequestsPerMinute.nullable().optional(),
  })
  .meta({ id: 'CallerIssuerChange' });
export type CallerIssuerChange = z.infer<typeof CallerIssuerChange>;
