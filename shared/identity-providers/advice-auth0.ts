/**
 * Pure. Auth0. Sources: auth0.com/docs, Create custom claims (General restrictions), Access tokens, Access token
 * profiles; mozilla/doorman 101.
 */
import type { Finding } from '../platform/finding.ts';
import { info, warning } from './finding.ts';
import type { Settings } from './judge.ts';

/** Names that could hold groups and that an Action cannot set: the claim is left out without a word. */
const RESTRICTED = ['groups', 'roles', 'entitlements'];

export function adviseAuth0(settings: Settings): Finding[] {
  const { groupsClaim, requestedScopes } = settings;
  const findings = [
    ...defaultAudience(settings),
    info(
      'auth0-token-profile',
      'An API with the token profile RFC 9068 issues tokens of the type at+jwt, which MongoDB servers refuse.',
      'Keep the profile Auth0 (Applications › APIs › Settings) for clusters with the connector mongodb or atlas.',
    ),
  ];
  if (requestedScopes.includes('openid')) {
    const message =
      'With the scope openid, Auth0 puts two audiences into a token. Newer MongoDB servers refuse such a token.';
    findings.push(
      warning(
        'auth0-two-audiences',
        message,
        'Leave openid out of requestedScopes for clusters with the connector mongodb or atlas.',
      ),
    );
  }
  if (settings.authorizationType === 'GROUP' && RESTRICTED.includes(groupsClaim)) {
    const message = `"${groupsClaim}" is one of the claims that Auth0 keeps to itself: an Action cannot add it to a token.`;
    findings.push(
      warning(
        'auth0-groups-claim',
        message,
        'Add the groups by an Action as a claim such as https://acme.com/groups, and register that as groupsClaim.',
      ),
    );
  }
  return findings;
}

/** Machines name the API in their request. */
function defaultAudience({ purpose, audience }: Settings): Finding[] {
  if (purpose === 'WORKLOAD') return [];
  return [
    info(
      'auth0-default-audience',
      'Auth0 issues opaque access tokens unless an API is asked for, and mongosh cannot ask for one.',
      `Set Default Audience of the tenant (Settings › General) to "${audience}", the identifier of an API.`,
    ),
  ];
}
