/**
 * Pure. From what an issuer answered to what is to be said about it. An ERROR is what would make every token refused,
 * or the wrong ones accepted; the rest is advice.
 */
import { quote, quoteAddress } from '../platform/evidence.ts';
import type { Finding } from '../platform/finding.ts';
import { type JsonObject, own } from '../platform/json-object.ts';
import { advise, issuerAdvice } from './advice.ts';
import { error, gravestFirst, hasError, warning } from './finding.ts';
import { judgeDocument } from './judge-answer.ts';
import { judgeKeys } from './judge-keys.ts';
import { judgeAlgorithms } from './judge-servers.ts';
import { judgeSignIn } from './judge-sign-in.ts';
import { namesOf } from './jwk.ts';
import type { IssuerFacts } from './prove.ts';
import { providerOf } from './provider.ts';
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
  /** Where the keys are; null when the issuer's word about it cannot be relied on, or no usable keys are there. */
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
    ...judgeSignIn(settings, discovery, provider),
    ...missingMetadata(discovery),
    ...accessTokenIssuer(settings, discovery),
    ...keys,
    ...announcedAlgorithms(settings, discovery),
    ...advice,
  ];
  const isReliable = !hasError([...differs, ...keys]);
  return { findings: gravestFirst(findings), jwksUri: isReliable && typeof jwksUri === 'string' ? jwksUri : null };
}

/** OpenID Connect Discovery section 4.3: identical, character by character; the slash at the end counts. */
function differingIssuer(settings: Settings, facts: IssuerFacts, said: unknown, known: readonly Finding[]): Finding[] {
  const { issuerUri } = settings;
  if (said === issuerUri) return [];
  const message = `The document at ${facts.discovery.url} says that its issuer is ${quoteAddress(said)}, but the identity provider is registered with ${quoteAddress(issuerUri)}.${difference(said, issuerUri)}`;
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
    ? `Register issuerUri ${quoteAddress(said)} if that is the issuer you mean: its tokens carry exactly this value as "iss".`
    : 'Register the issuer exactly as its tokens carry it in "iss", and let its discovery document say the same.';

/** OpenID Connect Discovery section 3. The issuer, jwks_uri and the endpoints are judged apart. */
const REQUIRED = ['response_types_supported', 'subject_types_supported', 'id_token_signing_alg_values_supported'];

function missingMetadata(discovery: JsonObject): Finding[] {
  const missing = REQUIRED.filter((name) => own(discovery, name) === undefined);
  if (missing.length === 0) return [];
  return [
    warning(
      'metadata-missing',
      `The discovery document lacks ${missing.join(', ')}, which OpenID Connect Discovery section 3 requires.`,
      'Let the issuer publish it: some clients refuse to sign in without.',
    ),
  ];
}

function announcedAlgorithms({ allowedAlgorithms }: Settings, discovery: JsonObject): Finding[] {
  const announced = own(discovery, 'id_token_signing_alg_values_supported');
  if (!Array.isArray(announced)) return []; // told as missing metadata; the keys say what is possible
  const inUse = allowedAlgorithms.filter((algorithm) => namesOf(algorithm).some((name) => announced.includes(name)));
  if (inUse.length > 0) return judgeAlgorithms(inUse);
  const shown = announced.slice(0, 10).map(quote).join(', ') || 'none';
  return [
    error(
      'no-allowed-algorithm',
      `The issuer signs with ${shown}; this identity provider allows ${allowedAlgorithms.join(', ')} only.`,
      'Add the algorithm with which the issuer signs access tokens to allowedAlgorithms. HS* and none are never allowed.',
    ),
  ];
}

/** A member of AD FS ([MS-OIDCE] section 2.2.3.2): its access tokens name another issuer than its ID tokens. */
function accessTokenIssuer({ issuerUri }: Settings, discovery: JsonObject): Finding[] {
  const said = own(discovery, 'access_token_issuer');
  if (said === undefined || said === issuerUri) return [];
  return [
    warning(
      'access-token-issuer-differs',
      `The discovery document says that access tokens carry ${quoteAddress(said)} as their issuer (access_token_issuer), not ${quoteAddress(issuerUri)}. Such tokens are refused.`,
      'In AD FS set the Federation Service identifier to the issuer (Set-AdfsProperties -Identifier), or sign in with ID tokens.',
    ),
  ];
}
