/**
 * Pure. What of an issuer MongoDB servers do not take. A verdict of ours is another matter: clusters with the connector
 * introspection may use all of it. Source: mongodb-atlas.md section 1.4 (mongodb/mongo, jwk_manager.cpp,
 * jws_validator_openssl.cpp, README.JWT.md).
 */
import type { Finding } from '../platform/finding.ts';
import { info, warning } from './finding.ts';
import type { KeyAlgorithm } from './jwk.ts';
import type { Algorithm } from './schema.ts';

/** A `mongodb` or `atlas` server checks no more than these. */
const RSA: readonly string[] = ['RS256', 'RS384', 'RS512', 'PS256'];
/** Newer servers only: the README of 7.0 and 8.0 says RSA. */
const ELLIPTIC: readonly string[] = ['ES256', 'ES384'];
const isServerAlgorithm = (algorithm: string): boolean => RSA.includes(algorithm) || ELLIPTIC.includes(algorithm);

const INSTEAD = 'or use such clusters through introspection only.';

/** About the algorithms that the issuer announces and that are allowed. */
export function judgeAlgorithms(inUse: readonly Algorithm[]): Finding[] {
  const refused = inUse.filter((algorithm) => !isServerAlgorithm(algorithm));
  if (refused.length === 0) return [];
  const only = refused.length === inUse.length;
  return [
    (only ? warning : info)(
      'algorithm-refused-by-servers',
      `The issuer may sign with ${refused.join(', ')}, which a MongoDB server does not check. Clusters with the connector mongodb or atlas refuse such tokens, and so does a verdict for them.`,
      `Let the issuer sign with RS256 or ES256, ${INSTEAD}`,
    ),
  ];
}

/** About all that the published keys can do: what is announced is not always what there is. */
export function judgeKeyAlgorithms(possible: readonly KeyAlgorithm[]): Finding[] {
  if (possible.some((algorithm) => RSA.includes(algorithm))) return [];
  if (possible.some((algorithm) => ELLIPTIC.includes(algorithm))) {
    return [
      info(
        'keys-refused-by-older-servers',
        `The issuer's keys are for ${possible.join(', ')}, and none is RSA. MongoDB servers check elliptic keys in newer releases only; those of 7.0 and 8.0 may refuse every token.`,
        `Publish an RSA key of 2048 bits or more and sign with RS256, where older servers are in use, ${INSTEAD}`,
      ),
    ];
  }
  return [
    warning(
      'keys-refused-by-servers',
      `The issuer's keys are for ${possible.join(', ')}, none of which a MongoDB server checks. Clusters with the connector mongodb or atlas refuse every token.`,
      `Publish an RSA key of 2048 bits or more and sign with RS256, ${INSTEAD}`,
    ),
  ];
}
