/** Access tokens of client credentials (RFC 6749 section 4.4), each kept until shortly before its end. */
import type { ClientCredentials } from './index.ts';

/** A token that ends while a call is on its way would be refused. */
const MARGIN_MS = 30_000;

interface Kept {
  readonly token: string;
  readonly until: number;
}

export function accessTokens(
  url: string,
  { clientId, clientSecret }: ClientCredentials,
  fetch: typeof globalThis.fetch,
): () => Promise<string> {
  let kept: Promise<Kept> | undefined;

  const ask = async (): Promise<Kept> => {
    const credentials = btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`);
    const askedAt = Date.now();
    const response = await fetch(`${url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const answer: { access_token?: string; expires_in?: number; error?: string; error_description?: string } =
      await response.json();
    if (!response.ok || answer.access_token === undefined || answer.expires_in === undefined) {
      throw new Error(`No access token: ${answer.error ?? response.status}. ${answer.error_description ?? ''}`.trim());
    }
    return { token: answer.access_token, until: askedAt + answer.expires_in * 1000 - MARGIN_MS };
  };

  const isLive = (held: Kept | undefined): held is Kept => held !== undefined && Date.now() < held.until;

  return async () => {
    const before = kept;
    const held = await before?.catch(() => undefined);
    if (isLive(held)) return held.token;
    // The first that finds none asks; all that come while it is under way share its answer, or its failure.
    if (kept === before) kept = ask();
    return (await (kept ?? ask())).token;
  };
}
