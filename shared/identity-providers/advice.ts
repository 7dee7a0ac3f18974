/**
 * Pure. What each product needs beyond the standards, in words that a person can act on (S6). Nothing here refuses an
 * issuer but Entra's shared ones, whose tokens carry another issuer each.
 */

import type { Finding } from '../platform/finding.ts';
import { type JsonObject, own } from '../platform/json-object.ts';
import { adviseAuth0 } from './advice-auth0.ts';
import { adviseEntra, entraIssuer } from './advice-entra.ts';
import { adviseKeycloak } from './advice-keycloak.ts';
import { adviseOkta } from './advice-okta.ts';
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
  return [...adviseOn(settings, provider), ...refreshAdvice(settings, provider, discovery)];
}

function adviseOn(settings: Settings, provider: Provider | undefined): Finding[] {
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
      return adviseCognito(settings);
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
          'Let the client use an access token manager of type JSON Web Tokens.',
        ),
      ];
    case 'workload':
      return adviseWorkload(settings);
    case undefined:
      return [];
  }
}

const groupsNeeded = ({ authorizationType }: Settings): boolean => authorizationType === 'GROUP';

function adviseGoogle(settings: Settings): Finding[] {
  const findings = [
    warning(
      'google-opaque-token',
      "Google's access tokens are opaque: nobody but Google can read them. Of its tokens only ID tokens are JWTs.",
      'Sign in through a provider that issues JWT access tokens and has Google behind it.',
    ),
  ];
  if (groupsNeeded(settings)) {
    const message = "Google's tokens have no claim with groups.";
    findings.push(
      warning('google-no-groups', message, 'Use authorizationType USER, or a provider between that adds groups.'),
    );
  }
  return findings;
}

function adviseCognito(settings: Settings): Finding[] {
  const findings = [
    warning(
      'cognito-no-audience',
      'Access tokens of Cognito have no "aud" claim, so every verdict and every MongoDB server refuses them.',
      'Add the claim by a Pre token generation trigger (version 2 or later) for access tokens.',
    ),
  ];
  if (groupsNeeded(settings) && settings.groupsClaim !== 'cognito:groups') {
    const message = `Cognito names the claim with a user's groups "cognito:groups"; "${settings.groupsClaim}" is registered.`;
    findings.push(
      warning(
        'cognito-groups-claim',
        message,
        'Register groupsClaim "cognito:groups". It is absent for people in no group.',
      ),
    );
  }
  return findings;
}

const adviseWorkload = ({ purpose }: Settings): Finding[] =>
  purpose === 'WORKLOAD'
    ? []
    : [
        warning(
          'workload-issuer',
          'This issuer gives tokens to pipelines and other machines; people cannot sign in with it.',
          'Register it with purpose WORKLOAD.',
        ),
      ];

/** Google and Cognito know no such scope: they give refresh tokens in their own ways. */
const OWN_REFRESH: readonly (Provider | undefined)[] = ['google', 'cognito', 'workload'];
const OFFLINE = 'offline_access';

/** Without a refresh token people sign in again whenever an access token ends, often once an hour. */
function refreshAdvice(
  settings: Settings,
  provider: Provider | undefined,
  discovery: JsonObject | undefined,
): Finding[] {
  if (settings.purpose === 'WORKLOAD' || OWN_REFRESH.includes(provider)) return [];
  const announced = discovery && own(discovery, 'scopes_supported');
  const isAnnounced = !Array.isArray(announced) || announced.includes(OFFLINE);
  const isRequested = settings.requestedScopes.includes(OFFLINE);
  if (isRequested && !isAnnounced) {
    const message = `The scope ${OFFLINE} is requested, and the issuer does not announce it in scopes_supported: sign-in may fail with invalid_scope.`;
    return [
      warning(
        'refresh-scope-not-announced',
        message,
        `Allow ${OFFLINE} for the client at the identity provider, or leave it out.`,
      ),
    ];
  }
  if (isRequested || !isAnnounced) return [];
  const message = `The scope ${OFFLINE} is not requested, so people sign in again each time an access token ends.`;
  return [
    info(
      'refresh-scope-missing',
      message,
      `Add "${OFFLINE}" to requestedScopes, if the client may have refresh tokens.`,
    ),
  ];
}
