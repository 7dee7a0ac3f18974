/**
 * Pure. Amazon Cognito. Sources: docs.aws.amazon.com, Pre token generation Lambda trigger ("You can add an aud claim",
 * note 4 on claims); openiddict/openiddict-core 1586; stackoverflow.com/questions/47664727; camunda 44650.
 */
import type { Finding } from '../platform/finding.ts';
import { type JsonObject, own } from '../platform/json-object.ts';
import { warning } from './finding.ts';
import type { Settings } from './judge.ts';

export const adviseCognito = (settings: Settings, discovery: JsonObject | undefined): Finding[] => [
  audienceAdvice(settings),
  ...domainAdvice(settings, discovery),
  ...groupsAdvice(settings),
];

function audienceAdvice({ purpose, clientId, audience }: Settings): Finding {
  const version = purpose === 'WORKLOAD' ? 'version 3' : 'version 2 or later';
  const isClient = clientId === null || clientId === audience;
  const register = isClient ? '' : ` and register ${clientId} as audience`;
  return warning(
    'cognito-no-audience',
    'Access tokens of Cognito have no "aud" claim, so every verdict and every MongoDB server refuses them.',
    `Add the claim by a Pre token generation trigger (${version}) for access tokens${register}: Cognito takes the ID of the app client only.`,
  );
}

/** Its endpoints are then below the issuer's own address, and answer "BadRequest". */
function domainAdvice({ purpose, issuerUri }: Settings, discovery: JsonObject | undefined): Finding[] {
  const authorize = discovery && own(discovery, 'authorization_endpoint');
  if (purpose === 'WORKLOAD' || typeof authorize !== 'string' || !authorize.startsWith(`${issuerUri}/`)) return [];
  return [
    warning(
      'cognito-no-domain',
      'The user pool has no domain, so its sign-in endpoints answer with BadRequest.',
      'Give the user pool a domain (Branding › Domain): the discovery document then names endpoints on it.',
    ),
  ];
}

function groupsAdvice({ authorizationType, groupsClaim }: Settings): Finding[] {
  if (authorizationType !== 'GROUP' || groupsClaim === 'cognito:groups') return [];
  return [
    warning(
      'cognito-groups-claim',
      `Cognito names the claim with a user's groups "cognito:groups"; "${groupsClaim}" is registered.`,
      'Register groupsClaim "cognito:groups". It is absent for people in no group.',
    ),
  ];
}
