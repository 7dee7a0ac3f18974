/** Pure. Google. Sources: developers.google.com, OpenID Connect; cloud.google.com, Verifying VM identity; mongodb/specifications, auth.md (gcp). */
import type { Finding } from '../platform/finding.ts';
import { info, warning } from './finding.ts';
import type { Settings } from './judge.ts';

export const adviseGoogle = (settings: Settings): Finding[] => [...tokenAdvice(settings), ...groupsAdvice(settings)];

/** The metadata server signs for machines, in the same issuer's name. */
function tokenAdvice({ purpose, audience }: Settings): Finding[] {
  if (purpose === 'WORKLOAD') {
    return [
      info(
        'google-identity-token',
        'Machines on Google Cloud get identity tokens of this issuer, for the audience that they ask for.',
        `Let them ask their metadata server for the audience "${audience}", and grant to "sub", the number of the service account.`,
      ),
    ];
  }
  return [
    warning(
      'google-opaque-token',
      "Google's access tokens are opaque: nobody but Google can read them. Of its tokens only ID tokens are JWTs.",
      'Sign in through a provider that issues JWT access tokens and has Google behind it.',
    ),
  ];
}

function groupsAdvice({ authorizationType }: Settings): Finding[] {
  if (authorizationType !== 'GROUP') return [];
  const message = "Google's tokens have no claim with groups.";
  return [warning('google-no-groups', message, 'Use authorizationType USER, or a provider between that adds groups.')];
}
