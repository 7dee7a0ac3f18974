/**
 * A client whose paths, bodies and answers have the types of the OpenAPI document:
 * `await sallyport({ url, key }).POST('/v1/federations', { body: { name: 'Acme' } })`.
 */
import createClient, { type Client } from 'openapi-fetch';
import { accessTokens } from './access-tokens.ts';
import type { Committed } from './committed.ts';
import { retrying } from './retrying.ts';
import type { components, paths } from './schema.ts';

export type Schemas = components['schemas'];
export type Sallyport = Client<Committed<paths>>;

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface ClientOptions {
  /** Where Sallyport listens, without a path. */
  readonly url: string;
  /** An API key or an access token; or client credentials, for which access tokens are fetched as they are needed. */
  readonly caller: { readonly key: string } | ClientCredentials;
  /** Left out: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Calls that may be repeated are repeated after 429 and 503, up to three times in all. */
export function sallyport({ url, caller, fetch = globalThis.fetch }: ClientOptions): Sallyport {
  const client = createClient<Committed<paths>>({ baseUrl: url, fetch: retrying(fetch) });
  const bearer = 'key' in caller ? async () => caller.key : accessTokens(url, caller, fetch);
  client.use({
    async onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${await bearer()}`);
      return request;
    },
  });
  return client;
}
