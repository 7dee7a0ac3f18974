/**
 * What callers may send about an identity provider. Bounds are generous against what providers really issue, and exist
 * so that no value can swell an item, a key or an answer. Values that tokens are compared with are taken as they are
 * typed: nothing is trimmed or folded.
 */
import * as z from 'zod';
import type { Trust } from '../platform/addresses.ts';
import { idOf } from '../platform/ids.ts';
import { parseOutsideUrl } from '../platform/outside-url.ts';
import { Name } from '../tenants/schema.ts';
import { Algorithm, AuthorizationType, Purpose } from './schema.ts';

/** Left out, whatever is asymmetric is allowed; a key and its algorithm must still fit each other. */
export const ALGORITHMS_DEFAULT: readonly Algorithm[] = Algorithm.options;

/** Characters; for a person who picks one of several in a list. */
const DESCRIPTION_MAX = 500;
/** Characters. Client IDs are GUIDs or short names, audiences at most a URL. */
const TEXT_MAX = 512;
/** Characters. Auth0 names claims by URL. */
const CLAIM_MAX = 255;
/** A sign-in URL with more than these scopes is not taken by any provider we know. */
const SCOPES_MAX = 30;
/** Domains of one identity provider: each is three writes of the one transaction that replaces them (100 in all). */
export const DOMAINS_MAX = 30;

const Description = z
  .string()
  .max(DESCRIPTION_MAX, `Give at most ${DESCRIPTION_MAX} characters.`)
  .regex(/^(?:[^\p{Cc}]|\n)*$/u, 'Give a text without control characters.');

const exact = (most: number, what: string) =>
  z
    .string()
    .min(1, `Give ${what}.`)
    .max(most, `Give at most ${most} characters.`)
    .regex(/^[^\p{Cc}]*$/u, `Give ${what} without control characters.`)
    .regex(
      /^(?:\S.*\S|\S?)$/su,
      `Give ${what} without a space before or after it: it is compared character by character.`,
    );

/** VSCHAR of RFC 6749 appendix A.1. */
const ClientId = exact(TEXT_MAX, 'the client ID').regex(
  /^[\x20-\x7e]*$/,
  'A client ID has visible ASCII characters only (RFC 6749 appendix A.1).',
);
export const Audience = exact(TEXT_MAX, 'the audience that tokens carry as "aud"');
const ClaimName = exact(CLAIM_MAX, 'the name of a claim at the top level of the token');

/** scope-token of RFC 6749 section 3.3. */
const ScopeToken = z
  .string()
  .max(TEXT_MAX, `Give at most ${TEXT_MAX} characters.`)
  .regex(
    /^[\x21\x23-\x5b\x5d-\x7e]+$/,
    'Give one scope, without spaces, quotation marks or backslashes (RFC 6749 section 3.3).',
  );

const eachOnce = <T>(values: readonly T[], context: z.RefinementCtx): void => {
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) === index) continue;
    context.addIssue({ code: 'custom', path: [index], message: 'It is in the list already. Name each once.' });
  }
};
const Scopes = z.array(ScopeToken).max(SCOPES_MAX, `Give at most ${SCOPES_MAX} scopes.`).superRefine(eachOnce);
const Algorithms = z.array(Algorithm).min(1, 'Allow at least one algorithm.').superRefine(eachOnce);

/** OpenID Connect Discovery section 3: no query, no fragment. Where it leads is checked again when it is dialled. */
export const issuerUriOn = (trust: Trust) =>
  z.string().superRefine((text, context) => {
    const parsed = parseOutsideUrl(text, trust);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.fault });
    else if (text.includes('?')) {
      context.addIssue({ code: 'custom', message: 'An issuer has no query. Leave out the ? and what follows.' });
    } else if (text.endsWith(WELL_KNOWN)) {
      const message = `Give the issuer itself, without ${WELL_KNOWN}: as its tokens carry it in "iss".`;
      context.addIssue({ code: 'custom', message });
    }
  });
const WELL_KNOWN = '/.well-known/openid-configuration';

const NeedsClient = z.object({ purpose: z.literal('WORKFORCE'), clientId: z.null() });

/** The bodies, for a system that trusts its own loopback or does not. */
export const identityProviderBodies = (trust: Trust) => {
  const issuerUri = issuerUriOn(trust);
  return {
    NewIdentityProvider: z
      .strictObject({
        name: Name,
        description: Description.default(''),
        purpose: Purpose.default('WORKFORCE'),
        issuerUri,
        clientId: ClientId.nullable().default(null),
        audience: Audience,
        authorizationType: AuthorizationType,
        requestedScopes: Scopes.default([]),
        userClaim: ClaimName.default('sub'),
        groupsClaim: ClaimName.default('groups'),
        allowedAlgorithms: Algorithms.default([...ALGORITHMS_DEFAULT]),
      })
      .refine((wish) => !NeedsClient.safeParse(wish).success, {
        path: ['clientId'],
        message: CLIENT_NEEDED,
        when: () => true, // told together with the faults of other fields
      })
      .meta({ id: 'NewIdentityProvider' }),
    /** The purpose is fixed: people and machines would inherit each other's grants. */
    IdentityProviderChange: z
      .strictObject({
        name: Name.optional(),
        description: Description.optional(),
        issuerUri: issuerUri.optional(),
        clientId: ClientId.nullable().optional(),
        audience: Audience.optional(),
        authorizationType: AuthorizationType.optional(),
        requestedScopes: Scopes.optional(),
        userClaim: ClaimName.optional(),
        groupsClaim: ClaimName.optional(),
        allowedAlgorithms: Algorithms.optional(),
      })
      .meta({ id: 'IdentityProviderChange' }),
  };
};
export const CLIENT_NEEDED = 'A WORKFORCE identity provider needs the client ID with which people sign in.';

type Bodies = ReturnType<typeof identityProviderBodies>;
export type NewIdentityProvider = z.infer<Bodies['NewIdentityProvider']>;
export type IdentityProviderChange = z.infer<Bodies['IdentityProviderChange']>;

export const AssociatedDomains = z
  .strictObject({
    domainIds: z.array(idOf('dom')).max(DOMAINS_MAX, `Give at most ${DOMAINS_MAX} domains.`).superRefine(eachOnce),
  })
  .meta({ id: 'AssociatedDomains' });
export type AssociatedDomains = z.infer<typeof AssociatedDomains>;

/** RFC 5321 section 4.5.3.1: 64 characters, @, 255. */
const PRINCIPAL_MAX = 320;
export const SignInQuery = z.strictObject({
  principal: z
    .string()
    .min(1, 'Give a name such as alice@acme.com.')
    .max(PRINCIPAL_MAX, `Give at most ${PRINCIPAL_MAX} characters.`)
    .meta({
      description: 'An e-mail address; only what follows the last @ is looked at.',
      examples: ['alice@acme.com'],
    }),
});
export type SignInQuery = z.infer<typeof SignInQuery>;
