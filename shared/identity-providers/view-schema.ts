import * as z from 'zod';
import { frame } from '../api/view.ts';
import { DomainStatus } from '../domains/schema.ts';
import { Finding } from '../platform/finding.ts';
import { idOf } from '../platform/ids.ts';
import { InstantShown } from '../platform/time.ts';
import { Algorithm, AuthorizationType, Purpose } from './schema.ts';

export const IdentityProviderView = z
  .object({
    ...frame('idp'),
    federationId: idOf('fed'),
    name: z.string(),
    shortName: z
      .string()
      .describe('Made from the first name, unique in the federation, fixed: part of `username` in verdicts.'),
    description: z.string(),
    purpose: Purpose,
    issuerUri: z.string().describe('Exactly as tokens carry it in `iss`.'),
    clientId: z.string().nullable().describe('With which people sign in; null for machines.'),
    audience: z.string().describe('Exactly as tokens carry it in `aud`.'),
    authorizationType: AuthorizationType,
    requestedScopes: z.array(z.string()),
    userClaim: z.string(),
    groupsClaim: z.string(),
    allowedAlgorithms: z.array(Algorithm),
    domainIds: z.array(idOf('dom')).describe('Domains whose people sign in here.'),
    jwksUri: z.string().describe('Where its keys are fetched, as discovery said at the last look.'),
    checkedAt: InstantShown.describe('When the issuer was last looked at.'),
    nextCheckAt: InstantShown.describe('When it is looked at next by itself: daily, and hourly after an ERROR.'),
    findings: z.array(Finding).describe('As seen at the last look, the gravest first.'),
  })
  .meta({ id: 'IdentityProvider', description: 'One registered OIDC issuer and audience.' });
export type IdentityProviderView = z.infer<typeof IdentityProviderView>;

const AssociatedDomain = z
  .object({ id: idOf('dom'), domainName: z.string(), status: DomainStatus })
  .meta({ id: 'AssociatedDomain' });
export const AssociatedDomainsView = z
  .object({ items: z.array(AssociatedDomain).describe('All of them: this list has no pages.') })
  .meta({ id: 'AssociatedDomainList' });

export const SignInView = z
  .object({ issuer: z.string(), clientId: z.string().nullable(), scopes: z.array(z.string()) })
  .meta({ id: 'SignIn', description: 'With which issuer, client and scopes people of a domain sign in.' });
export type SignInView = z.infer<typeof SignInView>;
