/**
 * A caller of the HTTP API. It knows the conventions of api.md and nothing else, so that bad requests can be
 * made too.
 */
import { type Answer, answerOf } from './answer.ts';
import { breachOf } from './contract.ts';

export interface Ask {
  /** The caller's API key or token. Left out: the client's own; `null`: no caller at all. */
  readonly key?: string | null | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Members that are `undefined` are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
}

export interface Api {
  readonly url: string;
  get(path: string, ask?: Ask): Promise<Answer>;
  delete(path: string, ask?: Ask): Promise<Answer>;
  /** A body that is a text goes out as it is (bad JSON, another content type by `headers`); all else as JSON. */
  post(path: string, body?: unknown, ask?: Ask): Promise<Answer>;
  put(path: string, body?: unknown, ask?: Ask): Promise<Answer>;
  patch(path: string, body?: unknown, ask?: Ask): Promise<Answer>;
  /** POST of an `application/x-www-form-urlencoded` body, as the OAuth endpoints want it. */
  form(path: string, fields: Readonly<Record<string, string>>, ask?: Ask): Promise<Answer>;
  /** The same client for another caller. */
  as(key: string | null): Api;
}

const FORM = 'application/x-www-form-urlencoded';

export function api(url: string, key: string | null): Api {
  const send = async (method: string, path: string, body: string | undefined, type: string, ask: Ask = {}) => {
    const caller = ask.key === undefined ? key : ask.key;
    const headers = new Headers({
      ...(body !== undefined && { 'content-type': type }),
      ...(caller !== null && { authorization: `Bearer ${caller}` }),
      ...ask.headers,
    });
    const target = withQuery(`${url}${path}`, ask.query);
    const response = await fetch(target, { method, headers, redirect: 'manual', ...(body !== undefined && { body }) });
    const answer = await answerOf(`${method} ${path}`, response);
    const breach = breachOf({
      method,
      path: new URL(target).pathname,
      status: answer.status,
      contentType: response.headers.get('content-type'),
      headers: response.headers,
      body: answer.text,
    });
    if (breach) throw new Error(`The answer breaks the contract: ${breach}`);
    return answer;
  };
  const json = (method: string) => (path: string, body?: unknown, ask?: Ask) =>
    send(method, path, typeof body === 'string' ? body : JSON.stringify(body), 'application/json', ask);
  const bare = (method: string) => (path: string, ask?: Ask) => send(method, path, undefined, '', ask);
  return {
    url,
    get: bare('GET'),
    delete: bare('DELETE'),
    post: json('POST'),
    put: json('PUT'),
    patch: json('PATCH'),
    form: (path, fields, ask) => send('POST', path, new URLSearchParams(fields).toString(), FORM, ask),
    as: (other) => api(url, other),
  };
}

function withQuery(url: string, query: Ask['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  return parameters.size === 0 ? url : `${url}?${parameters}`;
}
