/** Pure. Okta. Sources: developer.okta.com, Customize tokens returned from Okta with a groups claim; Authorization servers. */
import { quote } from '../platform/evidence.ts';
import type { Finding } from '../platform/finding.ts';
import { info, warning } from './finding.ts';
import type { Settings } from './judge.ts';

/** The org's own server has no path; a custom one is `/oauth2/default` or `/oauth2/<id>`. */
const isOrgServer = (issuerUri: string): boolean => /^\/?$/.test(new URL(issuerUri).pathname);

export function adviseOkta(settings: Settings): Finding[] {
  const { issuerUri, audience, authorizationType, groupsClaim } = settings;
  if (isOrgServer(issuerUri)) {
    return [
      warning(
        'okta-org-server',
        `${quote(issuerUri)} is Okta's org authorization server. Its access tokens are for Okta's own API: they cannot carry groups or an audience of yours, and are not meant to be checked by others.`,
        `Register a custom authorization server, such as ${new URL(issuerUri).origin}/oauth2/default (Security › API). In production it needs API Access Management.`,
      ),
    ];
  }
  const server = info(
    'okta-audience',
    "An access token's audience is the one setting Audience of the authorization server (api://default unless changed), and the server issues nothing until a policy with a rule lets the client in.",
    `Set Audience to ${quote(audience)} under Security › API, and add an access policy with a rule for the client.`,
  );
  if (authorizationType !== 'GROUP') return [server];
  return [
    server,
    info(
      'okta-groups-claim',
      `Okta puts groups into access tokens only by a claim that you add, and leaves it out for people in none that match. With more than 100 matching groups it issues no token.`,
      `Add the claim ${quote(groupsClaim)} to the authorization server: include in Access Token, value type Groups, any scope, with a filter that matches the database groups only.`,
    ),
  ];
}
