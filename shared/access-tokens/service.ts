/** What `/oauth2/token` does for each grant type. */
import { decidingClaims, letsIn } from '../caller-issuers/rules.ts';
import type { CallerIssuer } from '../caller-issuers/schema.ts';
import { callerIssuerItem, callerIssuerKey } from '../caller-issuers/store.ts';
import { parseClientSecret, SECRET_CHARACTERS } from '../callers/keys.ts';
import { isClient } from '../callers/rules.ts';
import { apiKeyItem, apiKeyKey } from '../callers/store.ts';
import { CALLS_PER_MINUTE, type Use } from '../callers/use.ts';
import { registeredFor } from '../identity-providers/registration.ts';
import type { Commit } from '../platform/commit.ts';
import type { Ids } from '../platform/ids.ts';
import { own } from '../platform/json-object.ts';
import type { Log } from '../platform/log.ts';
import type { Cause } from '../platform/plan.ts';
import type { Table } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';
import type { People } from '../role-bindings/people.ts';
import type { CheckBearer, Proven } from '../tokens/check-bearer.ts';
import { checkAudience } from '../tokens/claims.ts';
import { parseToken, type Token } from '../tokens/token.ts';
import type { ClientAuthentication, TokenRequest } from './form.ts';
import { OAuthError } from './oauth-error.ts';
import { type Issued, issueForJwt, issueToClient, issueToPerson, planIssue, secondsOf } from './rules.ts';

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt';

export interface AccessTokenParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Log;
  readonly use: Use;
  readonly people: People;
  readonly checkBearer: CheckBearer;
}

/** RFC 6749 section 5.1; `issued_token_type` of an exchange (RFC 8693 section 2.2.1). */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly issued_token_type?: string;
}

/** Of one address: an office behind it may have a few clients that are set up wrong. */
const REFUSALS_PER_MINUTE = 600;

/** From where, and as which call, for the audit. */
type Origin = Pick<Cause, 'correlationId' | 'source'>;

/** One sentence for every reason: whoever holds a token of a public issuer learns nothing about our callers. */
const invalidGrant = (): OAuthError =>
  new OAuthError(
    'invalid_grant',
    'The token is expired, not signed by its issuer, or not of an issuer, audience and subject that are registered here.',
  );

/** RFC 8693 section 2.2.2 names `invalid_request` for a subject token that is not good. */
const invalidSubject = (): OAuthError => new OAuthError('invalid_request', invalidGrant().message);

export const accessTokenService = (parts: AccessTokenParts) => {
  const { table, commit, ids, clock, log, use, people, checkBearer } = parts;

  const issue = (now: Instant) => ({ id: ids.next('tok'), secret: ids.secret(SECRET_CHARACTERS), now });

  const clientOf = async ({ id, secret }: ClientAuthentication) => {
    const parsed = parseClientSecret(secret);
    const key = parsed?.apiKeyId === id ? await apiKeyItem.read(table, apiKeyKey(id)) : undefined;
    if (!parsed || !isClient(key, parsed.secret, clock())) {
      throw new OAuthError('invalid_client', 'The client is not known, its secret is wrong, or it has ended.');
    }
    await use.count(key.id, key.requestsPerMinute ?? CALLS_PER_MINUTE, clock());
    return key;
  };

  /** Whom the JWT lets in, before its signature is looked at: issuer, audience, subject, and the one that was named. */
  const issuersFor = async ({ claims }: Token, clientId: string | undefined): Promise<CallerIssuer[]> => {
    const ids = clientId === undefined ? await registeredFor(table, claims, 'cis') : [clientId];
    const found = await table.batchGet(ids.map(callerIssuerKey));
    return [...found.values()]
      .map((item) => callerIssuerItem.parse(item))
      .filter((one) => one.issuerUri === own(claims, 'iss') && checkAudience(claims, one.audience).ok)
      .filter((one) => letsIn(one, claims));
  };

  /** @throws OAuthError `invalid_grant` for a JWT that lives longer than the caller issuer allows, or does not say */
  const checkLifetime = ({ times }: Proven, { id, longestLifetimeMs }: CallerIssuer): void => {
    const { issuedAt, expiresAt } = times;
    if (issuedAt !== null && expiresAt - issuedAt <= longestLifetimeMs) return;
    log.info({ callerIssuerId: id, failedStep: 'lifetime' }, 'a JWT was refused');
    throw invalidGrant();
  };

  const ofCallerIssuer = async (token: Token, issuer: CallerIssuer): Promise<Issued> => {
    const proven = await checkBearer(token, issuer);
    if ('failedStep' in proven) {
      log.info({ callerIssuerId: issuer.id, failedStep: proven.failedStep }, 'a JWT was refused');
      throw invalidGrant();
    }
    checkLifetime(proven, issuer);
    // Only once it is proven: with a forged one anybody could use up the calls of the real pipeline.
    await use.count(issuer.id, issuer.requestsPerMinute ?? CALLS_PER_MINUTE, clock());
    return issueForJwt(issue(proven.now), issuer, decidingClaims(issuer, token.claims));
  };

  /**
   * Federations that believe the token know the person by it: the one whose identity provider `client_id` names, else
   * the first few. What it may do is asked at each call.
   */
  const ofPerson = async (token: Token, request: TokenRequest, refused: () => OAuthError): Promise<Issued> => {
    const { clientId } = request;
    const [first, ...more] = await people.vouched(
      token,
      clientId === undefined ? undefined : { identityProviderId: clientId },
    );
    if (!first) throw refused();
    await use.count(first.caller.id, CALLS_PER_MINUTE, clock());
    const { now, times } = first.proven;
    return issueToPerson(issue(now), [first.identity, ...more.map(({ identity }) => identity)], times.expiresAt);
  };

  const tokenIn = (request: TokenRequest, name: string, refused: () => OAuthError): Token => {
    const text = request.parameter(name);
    if (text === undefined) throw new OAuthError('invalid_request', `Send the parameter ${name}.`);
    const parsed = parseToken(text);
    if (!parsed.ok) throw refused();
    return parsed.token;
  };

  const byJwt = async (request: TokenRequest): Promise<Issued> => {
    const token = tokenIn(request, 'assertion', invalidGrant);
    const [issuer, another] = await issuersFor(token, request.clientId);
    if (another) {
      throw new OAuthError(
        'invalid_request',
        'Several caller issuers take this JWT. Send client_id with the ID of the one that is meant.',
      );
    }
    if (issuer) return ofCallerIssuer(token, issuer);
    return ofPerson(token, request, invalidGrant);
  };

  const byExchange = (request: TokenRequest): Promise<Issued> => {
    const type = request.parameter('subject_token_type');
    if (type !== ACCESS_TOKEN_TYPE && type !== JWT_TYPE) {
      throw new OAuthError('invalid_request', `Send subject_token_type ${ACCESS_TOKEN_TYPE}.`);
    }
    const wanted = request.parameter('requested_token_type');
    if (wanted !== undefined && wanted !== ACCESS_TOKEN_TYPE) {
      throw new OAuthError('invalid_request', `Only tokens of type ${ACCESS_TOKEN_TYPE} are issued here.`);
    }
    if (request.parameter('actor_token') ?? request.parameter('actor_token_type')) {
      throw new OAuthError('invalid_request', 'Nobody acts for another here: leave actor_token and its type out.');
    }
    if (request.parameter('audience') ?? request.parameter('resource')) {
      throw new OAuthError('invalid_target', 'Tokens issued here are for this API: leave audience and resource out.');
    }
    return ofPerson(tokenIn(request, 'subject_token', invalidSubject), request, invalidSubject);
  };

  const issuedFor = async (request: TokenRequest): Promise<Issued> => {
    if (request.parameter('scope') !== undefined) {
      throw new OAuthError('invalid_scope', 'What a caller may do is its role in its scope. Leave scope out.');
    }
    if (request.grantType === 'client_credentials') {
      if (!request.client) throw new OAuthError('invalid_client', 'Send client ID and client secret.');
      return issueToClient(issue(clock()), await clientOf(request.client));
    }
    if (request.grantType !== JWT_BEARER && request.grantType !== TOKEN_EXCHANGE) {
      throw new OAuthError('unsupported_grant_type', `Use client_credentials, ${JWT_BEARER} or ${TOKEN_EXCHANGE}.`);
    }
    if (request.client) {
      throw new OAuthError('invalid_request', 'The token alone proves the caller: leave the client secret out.');
    }
    return request.grantType === JWT_BEARER ? byJwt(request) : byExchange(request);
  };

  return {
    /** @throws OAuthError · Problem `rate-limited` · `unavailable` */
    async issue(request: TokenRequest, origin: Origin): Promise<TokenAnswer> {
      const issued = await issuedFor(request).catch(async (error: unknown) => {
        // Whoever tries is counted by address, whoever is known by itself.
        if (error instanceof OAuthError) await use.count(`refused ${origin.source}`, REFUSALS_PER_MINUTE, clock());
        throw error;
      });
      const { token, actor, text } = issued;
      const seconds = secondsOf(token);
      if (seconds < 1) throw invalidGrant(); // it would end before it has arrived
      await commit(planIssue(issued), { ...origin, actor, now: token.issuedAt });
      return {
        access_token: text,
        token_type: 'Bearer',
        expires_in: seconds,
        ...(request.grantType === TOKEN_EXCHANGE && { issued_token_type: ACCESS_TOKEN_TYPE }),
      };
    },
  };
};
export type AccessTokenService = ReturnType<typeof accessTokenService>;
