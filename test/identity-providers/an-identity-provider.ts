/** Identity providers and what their issuers answered: valid by default, so that a test shows what matters. */
import { discoveryUrl, type Fetched, type IssuerFacts } from '../../shared/identity-providers/prove.ts';
import { Algorithm, type IdentityProvider } from '../../shared/identity-providers/schema.ts';
import type { JsonObject } from '../../shared/platform/json-object.ts';
import { ids, T0 } from '../grants/a-grant.ts';
import { ec, rsa } from './a-jwk.ts';

export const ISSUER = 'https://login.acme.com';

export const anIdentityProvider = (part: Partial<IdentityProvider> = {}): IdentityProvider => ({
  id: ids.idp,
  version: 1,
  revision: 1,
  federationId: ids.fed,
  name: 'Acme Sign-in',
  shortName: 'acme-sign-in',
  description: 'Staff',
  purpose: 'WORKFORCE',
  issuerUri: ISSUER,
  clientId: 'client-1',
  audience: 'databases',
  authorizationType: 'GROUP',
  requestedScopes: ['openid', 'offline_access'],
  userClaim: 'sub',
  groupsClaim: 'groups',
  allowedAlgorithms: [...Algorithm.options],
  findings: [],
  checkedAt: T0,
  jwksUri: `${ISSUER}/jwks`,
  domainIds: [],
  createdAt: T0,
  updatedAt: T0,
  ...part,
});

/** Complete, and with nothing to say against it. */
export const aDiscovery = (issuer = ISSUER, members: JsonObject = {}): JsonObject => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  device_authorization_endpoint: `${issuer}/device`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256', 'ES256'],
  code_challenge_methods_supported: ['S256'],
  ...members,
});

export const fetched = (url: string, document: JsonObject): Fetched => ({
  kind: 'document',
  url,
  document,
  bytes: 1000,
});

export const KEYS: JsonObject = { keys: [rsa(), ec('P-256')] };

/** What was asked at `issuerUri` and came back. A fetch in place of a document stands for itself. */
export const factsOf = (
  issuerUri: string,
  document: JsonObject,
  keys: JsonObject | Fetched | null = KEYS,
): IssuerFacts => ({
  issuerUri,
  discovery: fetched(discoveryUrl(issuerUri), document),
  keySet: keys === null || isFetched(keys) ? keys : fetched(String(document.jwks_uri), keys),
});

const isFetched = (value: JsonObject | Fetched): value is Fetched => 'kind' in value;
