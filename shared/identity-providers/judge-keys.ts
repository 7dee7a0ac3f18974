/** Pure. Whether tokens could be checked with the keys that an issuer publishes. */
import { quote } from '../platform/evidence.ts';
import type { Finding } from '../platform/finding.ts';
import { error } from './finding.ts';
import { judgeDocument } from './judge-answer.ts';
import { judgeKeyAlgorithms } from './judge-servers.ts';
import { isAllowed } from './jwk.ts';
import { algorithmsOf, readKeySet } from './key-set.ts';
import type { Fetched } from './prove.ts';
import type { IdentityProvider } from './schema.ts';

type Allowed = Pick<IdentityProvider, 'allowedAlgorithms'>;

export function judgeKeys({ allowedAlgorithms }: Allowed, keySet: Fetched | null, jwksUri: unknown): Finding[] {
  if (keySet === null) {
    return [
      error(
        'jwks-uri-missing',
        `The discovery document names no key set (jwks_uri is ${quote(jwksUri)}), so no signature can be checked.`,
        'Let the issuer publish jwks_uri (OpenID Connect Discovery section 3).',
      ),
    ];
  }
  if (keySet.kind !== 'document') return judgeDocument('key-set', keySet);
  const { keys, findings } = readKeySet(keySet.document, keySet.bytes);
  if (keys.length === 0) return [...findings];
  const possible = [...new Set(keys.flatMap(algorithmsOf))];
  const forServers = judgeKeyAlgorithms(possible);
  if (possible.some((algorithm) => isAllowed(algorithm, allowedAlgorithms))) return [...findings, ...forServers];
  return [
    error(
      'no-key-for-allowed-algorithms',
      `The issuer's keys are for ${possible.join(', ')}; this identity provider allows ${allowedAlgorithms.join(', ')} only.`,
      'Add the algorithm with which the issuer signs access tokens to allowedAlgorithms.',
    ),
    ...findings,
  ];
}
