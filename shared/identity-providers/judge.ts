/**
 * Pure. From what an issuer answered to what is to be said about it. An ERROR is what would make every token refused,
 * or the wrong ones accepted; the rest is advice.
 */
import { quote } from '../platform/evidence.ts';
import type { Finding } from '../platform/finding.ts';
import { type JsonObject, own } from '../platform/json-object.ts';
import { advise, issuerAdvice } from './advice.ts';
import { error, gravestFirst, info, warning } from './finding.ts';
import { judgeDocument } from './judge-answer.ts';
import { judgeKeys } from './judge-keys.ts';
import type { IssuerFacts } from './prove.ts';
import { type Provider, providerOf } from './provider.ts';
import type { IdentityProvider } from './schema.ts';

/** What of an identity provider its issuer is judged against. */
export type Settings = Pick<
  IdentityProvider,
  | 'purpose'
  | 'issuerUri'
  | 'clientId'
  | 'audience'
  | 'authorizationType'
  | 'requestedScopes'
  | 'userClaim'
  | 'groupsClaim'
  | 'allowedAlgorithms'
>;

export interface JudgedIssuer {
  readonly findings: Finding[];
  /** Where the keys are; null when the issuer's word about it cannot be relied on. */
  readonly jwksUri: string | null;
}

export function judgeIssuer(settings: Settings, facts: IssuerFacts): JudgedIssuer {
  const discovery = facts.discovery.kind === 'document' ? facts.discovery.document : undefined;
  const provider = providerOf(settings.issuerUri, discovery);
  const aboutIssuer = issuerAdvice(settings, provider);
  const advice = [...aboutIssuer, ...advise(settings, provider, discovery)];
  if (!discovery) {
    const unread = judgeDocument('discovery', facts.discovery);
    return { findings: gravestFirst([...unread, ...advice]), jwksUri: null };
  }
  const differs = differingIssuer(settings, facts, own(discovery, 'issuer'), aboutIssuer);
  const jwksUri = own(discovery, 'jwks_uri');
  const keys = judgeKeys(settings, facts.keySet, jwksUri);
  const findings = [
    ...differs,
    ...missingMetadata(settings, discovery),
    ...keys,
    ...announcedAlgorithms(settings, discovery),
    ...signInFlows(settings, discovery, provider),
    ...advice,
  ];
  return {
    findings: gravestFirst(findings),
    jwksUri: differs.length === 0 && typeof jwksUri === 'string' ? jwksUri : null,
  };
}

/** OpenID Connect Discovery section 4.3: identical, character by character; the slash at the end counts. */
function differingIssuer(settings: Settings, facts: IssuerFacts, said: unknown, known: readonly Finding[]): Finding[] {
  const { issuerUri } = settings;
  if (said === issuerUri) return [];
  const message = `The document at ${facts.discovery.url} says that its issuer is ${quote(said)}, but the identity provider is registered with ${quote(issuerUri)}.${difference(said, issuerUri)}`;
  return [error('issuer-differs', message, known[0]?.fix ?? fixOfDifference(said))];
}

function difference(said: unknown, issuerUri: string): string {
  if (said === `${issuerUri}/` || `${said}/` === issuerUri) return ' They differ by the slash at the end.';
  if (typeof said === 'string' && said.toLowerCase() === issuerUri.toLowerCase()) {
    return ' They differ by capital letters.';
  }
  return '';
}

const fixOfDifference = (said: unknown): string =>
  typeof said === 'string' && URL.canParse(said) && !said.includes('{')
    ? `Register issuerUri ${quote(said)} if that is the issuer you mean: its tokens carry exactly this value as "iss".`
    : 'Register the issuer exactly as its tokens carry it in "iss", and let its discovery document say the same.';

/** OpenID Connect Discovery section 3. The issuer and jwks_uri are judged apart. */
const NEEDED_TO_SIGN_IN = ['authorization_endpoint', 'token_endpoint'];
const REQUIRED = ['response_types_supported', 'subject_types_supported', 'id_token_signing_alg_values_supported'];

function missingMetadata({ purpose }: Settings, discovery: JsonObject): Finding[] {
  const missing = (names: readonly string[]) => names.filter((name) => own(discovery, name) === undefined);
  const neededMissing = purpose === 'WORKFORCE' ? missing(NEEDED_TO_SIGN_IN) : [];
  const requiredMissing = missing(REQUIRED);
  return [
    ...(neededMissing.length === 0
      ? []
      : [
          error(
            'sign-in-endpoint-missing',
            `The discovery document has no ${neededMissing.join(' and no ')}, so nobody can sign in.`,
            'Let the issuer publish it, or register the IdP with purpose WORKLOAD if only machines use it.',
          ),
        ]),
    ...(requiredMissing.length === 0
      ? []
      : [
          warning(
            'metadata-missing',
            `The discovery document lacks ${requiredMissing.join(', ')}, which OpenID Connect Discovery section 3 requires.`,
            'Let the issuer publish it: some clients refuse to sign in without.',
          ),
        ]),
  ];
}

/** A `mongodb` or `atlas` server checks no more than these (mongodb-atlas.md section 1.4; EC in newer releases only). */
const SERVER_ALGORITHMS: readonly unknown[] = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384'];

function announcedAlgorithms({ allowedAlgorithms }: Settings, discovery: JsonObject): Finding[] {
  const announced = own(discovery, 'id_token_signing_alg_values_supported');
  if (!Array.isArray(announced)) return []; // told as missing metadata; the keys say what is possible
  const inUse = allowedAlgorithms.filter((algorithm) => announced.includes(algorithm));
  if (inUse.length === 0) {
    const shown = announced.slice(0, 10).map(quote).join(', ') || 'none';
    return [
      error(
        'no-allowed-algorithm',
        `The issuer signs with ${shown}; this identity provider allows ${allowedAlgorithms.join(', ')} only.`,
        'Add the algorithm with which the issuer signs access tokens to allowedAlgorithms. HS* and none are never allowed.',
      ),
    ];
  }
  const refused = inUse.filter((algorithm) => !SERVER_ALGORITHMS.includes(algorithm));
  if (refused.length === 0) return [];
  const only = refused.length === inUse.length;
  return [
    (only ? warning : info)(
      'algorithm-refused-by-servers',
      `The issuer may sign with ${refused.join(', ')}, which a MongoDB server does not check. Clusters with the connector mongodb or atlas refuse such tokens, and so does a verdict for them.`,
      'Let the issuer sign with RS256 or ES256, or use such clusters through introspection only.',
    ),
  ];
}

/** What people need beyond a token: PKCE (RFC 7636) against stolen codes, the device flow where no browser is. */
function signInFlows({ purpose }: Settings, discovery: JsonObject, provider: Provider | undefined): Finding[] {
  if (purpose === 'WORKLOAD') return [];
  const findings: Finding[] = [];
  const methods = own(discovery, 'code_challenge_methods_supported');
  if (provider === 'entra' && methods === undefined) {
    const message = 'Entra does not announce PKCE with S256, though it supports it.';
    findings.push(info('pkce-not-announced', message, 'Nothing: sign-in uses PKCE all the same.'));
  } else if (!Array.isArray(methods) || !methods.includes('S256')) {
    const message = `The discovery document does not announce PKCE with S256 (code_challenge_methods_supported is ${Array.isArray(methods) ? methods.slice(0, 5).map(quote).join(', ') || 'empty' : quote(methods)}). If the issuer does not support it, a code that is stolen on its way can be used.`;
    findings.push(
      warning(
        'pkce-not-announced',
        message,
        'Turn on PKCE with S256 for the client at the identity provider (RFC 8414 section 2).',
      ),
    );
  }
  if (typeof own(discovery, 'device_authorization_endpoint') !== 'string') {
    const message =
      'The discovery document has no device_authorization_endpoint: people without a browser on the same machine cannot sign in.';
    findings.push(
      info(
        'device-flow-missing',
        message,
        'Turn on the Device Authorization Grant (RFC 8628) for the client, if it is needed.',
      ),
    );
  }
  return findings;
}
