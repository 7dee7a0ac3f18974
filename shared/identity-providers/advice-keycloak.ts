/** Pure. Keycloak. Sources: Percona's OIDC page for Keycloak; keycloak.org, Server Administration Guide, protocol mappers. */

import type { Finding } from '../platform/finding.ts';
import { info, warning } from './finding.ts';
import type { Settings } from './judge.ts';

export function adviseKeycloak(settings: Settings): Finding[] {
  const { audience, groupsClaim, userClaim } = settings;
  const groupsNeeded = settings.authorizationType === 'GROUP';
  const findings = [
    info(
      'keycloak-audience-mapper',
      `Keycloak's access tokens have the audience "account" unless the client adds another.`,
      `Add an Audience mapper for "${audience}" to the client, with "Add to access token" on.`,
    ),
  ];
  const nested = [...(groupsNeeded ? [groupsClaim] : []), userClaim].find((claim) =>
    /^(?:realm_access|resource_access)\./.test(claim),
  );
  if (nested !== undefined) {
    const message = `"${nested}" lies inside another claim. Claims are read at the top level of the token only, as MongoDB servers do.`;
    findings.push(
      warning(
        'claim-not-top-level',
        message,
        'Add a mapper that puts the value into a claim of its own, and register that name.',
      ),
    );
  }
  if (groupsNeeded) {
    const message = `Keycloak puts groups into "${groupsClaim}" only by a mapper, and as paths ("/db-oncall") if "Full group path" is on.`;
    findings.push(
      info(
        'keycloak-groups-mapper',
        message,
        'Add a Group Membership mapper with this claim name, "Add to access token" on and "Full group path" off, or grant to the paths.',
      ),
    );
  }
  return findings;
}
