/** Pure. Keycloak. Sources: Percona's OIDC page for Keycloak; keycloak.org, Server Administration Guide, protocol mappers. */
import type { Finding } from '../platform/finding.ts';
import { info, warning } from './finding.ts';
import type { Settings } from './judge.ts';

export const adviseKeycloak = (settings: Settings): Finding[] => [
  audienceAdvice(settings),
  ...nestedClaim(settings),
  ...groupsAdvice(settings),
  ...deviceAdvice(settings),
];

function audienceAdvice({ audience }: Settings): Finding {
  if (audience === 'account') {
    return warning(
      'keycloak-audience-account',
      'The audience "account" is in the access tokens of nearly every client of the realm: whoever gets a token for another application can use it here.',
      'Register an audience of your own, and add an Audience mapper for it to the client, with "Add to access token" on.',
    );
  }
  return info(
    'keycloak-audience-mapper',
    `Keycloak's access tokens have the audience "account" unless the client adds another.`,
    `Add an Audience mapper for "${audience}" to the client, with "Add to access token" on.`,
  );
}

function nestedClaim({ authorizationType, groupsClaim, userClaim }: Settings): Finding[] {
  const nested = [...(authorizationType === 'GROUP' ? [groupsClaim] : []), userClaim].find((claim) =>
    /^(?:realm_access|resource_access)\b/.test(claim),
  );
  if (nested === undefined) return [];
  return [
    warning(
      'claim-not-top-level',
      `"${nested}" lies inside another claim. Claims are read at the top level of the token only, as MongoDB servers do.`,
      'Add a mapper that puts the value into a claim of its own, and register that name.',
    ),
  ];
}

function groupsAdvice({ authorizationType, groupsClaim }: Settings): Finding[] {
  if (authorizationType !== 'GROUP') return [];
  return [
    info(
      'keycloak-groups-mapper',
      `Keycloak puts groups into "${groupsClaim}" only by a mapper, and as paths ("/db-oncall") if "Full group path" is on.`,
      'Add a Group Membership mapper with this claim name, "Add to access token" on and "Full group path" off, or grant to the paths.',
    ),
  ];
}

/** The realm announces it whether or not a client may use it. */
function deviceAdvice({ purpose }: Settings): Finding[] {
  if (purpose === 'WORKLOAD') return [];
  return [
    info(
      'keycloak-device-grant',
      'Keycloak announces the device flow for the whole realm, and lets a client use it only when that is turned on.',
      'Turn on "OAuth 2.0 Device Authorization Grant" in the client’s Capability config, if people sign in without a browser.',
    ),
  ];
}
