/** Asks an issuer for its discovery document and its keys through the guarded client. Facts only: judges nothing. */
import type { OutsideClient, PublicCode } from '../platform/http.ts';
import { type JsonObject, own, readJsonObject } from '../platform/json-object.ts';

/** What a GET of one JSON document came to. */
export type Fetched =
  | {
      readonly kind: 'document';
      readonly url: string;
      readonly document: JsonObject;
      /** Length of the body. */
      readonly bytes: number;
    }
  /** Status 200, but no JSON object. */
  | { readonly kind: 'unreadable'; readonly url: string; readonly problem: Problem }
  /** Another status than 200; `location` of a redirect, which is not followed. */
  | { readonly kind: 'status'; readonly url: string; readonly status: number; readonly location: string | undefined }
  /** No answer. `detail` is a sentence for the tenant: what is wrong, then what to do. */
  | { readonly kind: 'failed'; readonly url: string; readonly code: PublicCode; readonly detail: string };
type Problem = 'not-utf8' | 'not-json' | 'not-an-object' | 'duplicate-member';

export interface IssuerFacts {
  /** Whom we asked. */
  readonly issuerUri: string;
  readonly discovery: Fetched;
  /** Null: discovery named no place to ask. */
  readonly keySet: Fetched | null;
}

interface FetchOptions {
  /** Past the caches that stand before an issuer: after a revocation an old answer is worse than a slow one. */
  readonly noCache?: boolean;
}

/** OpenID Connect Discovery section 4.1: the issuer without its terminating slash, and the well-known path. */
export const discoveryUrl = (issuerUri: string): string =>
  `${issuerUri.replace(/\/$/, '')}/.well-known/openid-configuration`;

export const issuerProver = (outside: OutsideClient) => {
  const fetchJson = async (url: string, { noCache = false }: FetchOptions): Promise<Fetched> => {
    const headers = { accept: 'application/json', ...(noCache && { 'cache-control': 'no-cache' }) };
    const answer = await outside.request({ method: 'GET', url, headers });
    if (answer.kind === 'failed') return { kind: 'failed', url, code: answer.publicCode, detail: answer.publicDetail };
    if (answer.status !== 200) {
      return { kind: 'status', url, status: answer.status, location: answer.headers.location };
    }
    const read = readJsonObject(answer.body);
    if (!read.ok) return { kind: 'unreadable', url, problem: read.problem };
    return { kind: 'document', url, document: read.object, bytes: answer.body.byteLength };
  };

  const fetchDiscovery = (issuerUri: string, options: FetchOptions = {}): Promise<Fetched> =>
    fetchJson(discoveryUrl(issuerUri), options);
  const fetchKeySet = (jwksUri: string, options: FetchOptions = {}): Promise<Fetched> => fetchJson(jwksUri, options);

  return {
    fetchDiscovery,
    fetchKeySet,

    /** The discovery document as it is now, then the key set that it names: at most 5 s each. Never throws. */
    async proveIssuer(issuerUri: string): Promise<IssuerFacts> {
      const discovery = await fetchDiscovery(issuerUri, { noCache: true });
      const jwksUri = discovery.kind === 'document' ? own(discovery.document, 'jwks_uri') : undefined;
      const keySet = typeof jwksUri === 'string' ? await fetchKeySet(jwksUri, { noCache: true }) : null;
      return { issuerUri, discovery, keySet };
    },
  };
};
export type IssuerProver = ReturnType<typeof issuerProver>;
