import * as z from 'zod';
import { Finding } from '../platform/finding.ts';
import { idOf } from '../platform/ids.ts';

/** What a token may be signed with: asymmetric only, never `none`, never HMAC (RFC 8725 section 3.1). */
export const Algorithm = z
  .enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])
  .meta({ id: 'Algorithm' });
export type Algorithm = z.infer<typeof Algorithm>;

export const AuthorizationType = z
  .enum(['GROUP', 'USER'])
  .describe('Whether grants name groups of its tokens, or users.');
export type AuthorizationType = z.infer<typeof AuthorizationType>;

export const Purpose = z.enum(['WORKFORCE', 'WORKLOAD']).describe('People, or machines. Fixed.');

export const IdentityProvider = z.object({
  id: idOf('idp'),
  version: z.number(),
  revision: z.number(),
  federationId: idOf('fed'),
  name: z.string(),
  /** First part of a user's or role's name on a cluster: made from the first name, unique in the federation, fixed. */
  shortName: z.string(),
  description: z.string(),
  purpose: Purpose,
  issuerUri: z.string(),
  clientId: z.string().nullable(),
  audience: z.string(),
  authorizationType: AuthorizationType,
  requestedScopes: z.array(z.string()),
  userClaim: z.string(),
  groupsClaim: z.string(),
  allowedAlgorithms: z.array(Algorithm),
  /** As seen at the last look at the issuer. */
  findings: z.array(Finding),
  checkedAt: z.number(),
  /** As discovery said at the last look; the JWKS is fetched from there. */
  jwksUri: z.string(),
  /** Whose people sign in here (S7). */
  domainIds: z.array(idOf('dom')).default([]),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type IdentityProvider = z.infer<typeof IdentityProvider>;
