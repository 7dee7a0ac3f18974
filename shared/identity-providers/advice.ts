/**
 * Pure. What each product needs beyond the standards, in words that a person can act on (S6). Nothing here refuses an
 * issuer but Entra's shared ones, whose tokens carry another issuer each.
 */

import type { Finding } from '../platform/finding.ts';
import { type JsonObject, own } from '../platform/json-object.ts';
import { adviseAuth0 } from './advice-auth0.ts';
import { adviseCognito } from './advice-cognito.ts';
import { adviseEntra, entraIssuer } from './advice-entra.ts';
import { adviseGoogle } from './advice-google.ts';
import { adviseKeycloak } from './advice-keycloak.ts';
import { adviseOkta } from './advice-okta.ts';
import { adviseWorkload } from './advice-workload.ts';
import { info, warning } from './finding.ts';
import type { Settings } from './judge.ts';
import type { Provider } from './provider.ts';

/** What is known about the issuer from its URL alone; the first one also says how to correct it. */
export const issuerAdvice = (settings: Settings, provider: Provider | undefined): Finding[] =>
  provider === 'entra' ? entraIssuer(settings) : [];

export function advise(
  settings: Settings,
  provider: Provider | undefined,
  discovery: JsonObject | undefined,
): Finding[] {
  return [...adviseOn(settings, provider, discovery), ...refreshAdvice(settings, provider, discovery)];
}

function adviseOn(settings: Settings, provider: Provider | undefined, discovery: JsonObject | undefined): Finding[] {
  switch (provider) {
    case 'entra':
      return adviseEntra(settings);
    case 'okta':
      return adviseOkta(settings);
    case 'auth0':
      return adviseAuth0(settings);
    case 'keycloak':
      return adviseKeycloak(settings);
    case 'google':
      return adviseGoogle(settings);
    case 'cognito':
      return adviseCognito(settings, discovery);
    case 'pingone':
      return [
        info(
          'pingone-custom-resource',
          'PingOne puts an audience and groups of your own only into access tokens for a custom resource.',
          'Add a custom resource with this audience and the claims, and request one of its scopes.',
        ),
      ];
    case 'pingfederate':
      return [
        info(
          'pingfederate-token-manager',
          'PingFederate issues reference tokens by default, which nobody else can read.',
          'Let the client use an access token manager of type JSON Web Tokens that signs with the centralized signing key, whose public part is at jwks_uri.',
        ),
      ];
    case 'workload':
      return adviseWorkload(settings);
    case undefined:
      return [];
  }
}

/** They know no such scope, and give refresh tokens in their own ways. */
const OWN_REFRESH: readonly (Provider | undefined)[] = ['google', 'cognito', 'pingone', 'workload'];
const OFFLINE = 'offline_access';

/** Without a refresh token people sign in again whenever an access token ends, often once an hour. */
function refreshAdvice(
  settings: Settings,
  provider: Provider | undefined,
  discovery: JsonObject | undefined,
): Finding[] {
  if (settings.purpose === 'WORKLOAD') return [];
  const announced = discovery && own(discovery, 'scopes_supported');
  // Entra's document of version 1 names openid only; its applications have the scope all the same.
  const isAnnounced = provider === 'entra' || !Array.isArray(announced) || announced.includes(OFFLINE);
  const isRequested = settings.requestedScopes.includes(OFFLINE);
  if (isRequested && !isAnnounced) {
    return [
      warning(
        'refresh-scope-not-announced',
        `The scope ${OFFLINE} is requested, and the issuer does not announce it in scopes_supported: sign-in may fail with invalid_scope.`,
        OWN_REFRESH.includes(provider)
          ? 'Leave it out: this product gives refresh tokens without it.'
          : `Allow ${OFFLINE} for the client at the identity provider, or leave it out.`,
      ),
    ];
  }
  if (isRequested || !isAnnounced || OWN_REFRESH.includes(provider)) return [];
  const message = `The scope ${OFFLINE} is not requested, so people sign in again each time an access token ends.`;
  return [
    info(
      'refresh-scope-missing',
      message,
      `Add "${OFFLINE}" to requestedScopes, if the client may have refresh tokens.`,
    ),
  ];
}
