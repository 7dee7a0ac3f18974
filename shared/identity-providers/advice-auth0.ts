/** Pure. Auth0. Sources: auth0.com/docs, Create namespaced custom claims and Access tokens; mozilla/doorman 101. */

import type { Finding } from '../platform/finding.ts';
import { info, warning } from './finding.ts';
import type { Settings } from './judge.ts';

export function adviseAuth0(settings: Settings): Finding[] {
  const { groupsClaim, requestedScopes, audience } = settings;
  const findings = [
    info(
      'auth0-default-audience',
      'Auth0 issues opaque access tokens unless an API is asked for, and mongosh cannot ask for one.',
      `Set Default Audience of the tenant (Settings › General) to "${audience}".`,
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
  if (settings.authorizationType === 'GROUP' && !URL.canParse(groupsClaim)) {
    const message = `Auth0 adds claims of your own under a URL only, and never one with the bare name "${groupsClaim}".`;
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
