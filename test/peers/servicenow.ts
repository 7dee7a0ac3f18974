/**
 * A stand-in of a ServiceNow instance that calls out: OAuth profile, REST Message with its HTTP Methods, `${…}` and what
 * escapes it, and scripts that run as they do there: synchronously, with fields that are objects. From ServiceNow's
 * documentation (RESTMessageV2, OAuth providers; Xanadu); where that leaves two ways open, the less kind one.
 */
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import * as z from 'zod';
import { ItemTable, recordClass } from './servicenow-records.ts';

/** As the form of an HTTP Method holds it. */
export interface HttpMethod {
  readonly name: string;
  readonly httpMethod: string;
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}
export interface OAuthProfile {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly sendCredentials: 'Basic Authorization header' | 'In Request Body (Form URL-Encoded)';
}
/** What happens to the next calls: the answer is lost on its way back, or something in front of Sallyport answers. */
type Fault = 'none' | 'answer lost' | 429 | 503;

interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly status: number;
}

export interface Instance {
  readonly items: ItemTable;
  readonly exchanges: readonly Exchange[];
  readonly tokensAsked: number;
  /** For the next calls, in their order; those after them get through. */
  readonly faults: Fault[];
  /** Properties of the instance (`gs.getProperty`). */
  readonly properties: Map<string, string>;
  /** Loads a Script Include. */
  include(script: string): void;
  /** Runs a script with what it is given beside the platform's own. */
  run(script: string, given?: Readonly<Record<string, unknown>>): unknown;
}

interface Response {
  readonly status: number;
  readonly body: string;
}
const Token = z.object({ access_token: z.string(), expires_in: z.number() });
const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** @param now the system's time, in ms since 1970 */
export function startInstance(
  methods: readonly HttpMethod[],
  oauth: OAuthProfile,
  now: () => number,
  items = new ItemTable(),
): Instance {
  const exchanges: Exchange[] = [];
  const faults: Fault[] = [];
  const properties = new Map([['glide.servlet.uri', 'https://acme.service-now.com/']]);
  let token: { readonly text: string; readonly until: number } | undefined;
  let tokensAsked = 0;

  const accessToken = (): string => {
    if (token && now() < token.until) return token.text;
    tokensAsked++;
    const { clientId, clientSecret, sendCredentials, tokenUrl: url } = oauth;
    const fields = new URLSearchParams({ grant_type: 'client_credentials' });
    const headers: Record<string, string> = { 'Content-Type': 'application/x-www-form-urlencoded' };
    if (sendCredentials === 'Basic Authorization header') {
      headers.Authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    } else {
      fields.set('client_id', clientId);
      fields.set('client_secret', clientSecret);
    }
    const { status, body } = send({ method: 'POST', url, headers, body: fields.toString() });
    if (status !== 200) throw new Error(`OAuth token could not be had: ${status} ${body}`);
    const { access_token: text, expires_in: seconds } = Token.parse(JSON.parse(body));
    token = { text, until: now() + seconds * 1000 };
    return text;
  };

  class RESTMessageV2 {
    readonly #method: HttpMethod;
    readonly #values = new Map<string, string>();
    readonly #headers = new Map<string, string>();
    #body: string | undefined;

    constructor(message: string, method: string) {
      const known = methods.find(({ name }) => name.toLowerCase() === method.toLowerCase());
      if (message !== 'Sallyport' || !known) throw new Error(`There is no ${message} ${method}`);
      this.#method = known;
    }
    setHttpTimeout(_ms: number) {}
    setRequestHeader(name: string, value: unknown) {
      this.#headers.set(name, String(value));
    }
    setRequestBody(body: unknown) {
      this.#body = String(body);
    }
    setStringParameter(name: string, value: unknown) {
      this.#values.set(
        name,
        String(value).replace(/[&<>"']/g, (sign) => XML[sign] ?? sign),
      );
    }
    setStringParameterNoEscape(name: string, value: unknown) {
      this.#values.set(name, String(value));
    }

    /** Not promised for a body that a script sets, yet warned of: so it is done to that, too. What has no value vanishes. */
    #filled = (text: string): string => text.replace(/\$\{(\w*)\}/g, (_, name: string) => this.#values.get(name) ?? '');

    execute() {
      const { httpMethod, endpoint, headers } = this.#method;
      const own = { ...headers, ...Object.fromEntries(this.#headers), Authorization: `Bearer ${accessToken()}` };
      const filled = Object.entries(own).map(([name, value]) => [name, this.#filled(value)]);
      const request = {
        method: httpMethod.toUpperCase(),
        url: this.#filled(endpoint),
        headers: Object.fromEntries(filled),
        body: this.#body === undefined ? undefined : this.#filled(this.#body),
      };
      const fault = faults.shift();
      const inFront = typeof fault === 'number' ? { status: fault, body: '<html>Unavailable</html>' } : undefined;
      const { status, body } = inFront ?? send(request);
      exchanges.push({ ...request, status });
      if (fault === 'answer lost') throw new Error('java.net.SocketTimeoutException: Read timed out');
      return {
        getStatusCode: () => status,
        getBody: () => body,
        haveError: () => status >= 400,
        getErrorMessage: () => (status >= 400 ? `Method failed: (${request.url}) with code: ${status}` : null),
      };
    }
  }

  const platform: Record<string, unknown> = {
    sn_ws: { RESTMessageV2 },
    gs: { getProperty: (name: string) => properties.get(name) ?? '' },
    GlideRecord: recordClass(items),
    CertificateEncryption: class {
      generateMac = (key: string, _algorithm: string, text: string) =>
        createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
    },
    Class: {
      create: () =>
        function Made(this: { initialize(...given: unknown[]): void }, ...given: unknown[]) {
          this.initialize(...given);
        },
    },
    /** A script's `new Date()` is the system's time. */
    Date: class extends Date {
      constructor() {
        super(now());
      }
    },
  };
  const includes: string[] = [];
  return {
    items,
    exchanges,
    faults,
    properties,
    get tokensAsked() {
      return tokensAsked;
    },
    include: (script) => void includes.push(script),
    run: (script, given = {}) => runInNewContext([...includes, script].join('\n'), { ...platform, ...given }),
  };
}

/** Synchronously, as scripts there call; so a process of its own does it. */
function send({ method, url, headers, body }: Omit<Exchange, 'status'>): Response {
  const asked = Object.entries({ 'User-Agent': 'ServiceNow/1.0', ...headers }).flatMap(([name, value]) => [
    '--header',
    `${name}: ${value}`,
  ]);
  const sent = body === undefined ? [] : ['--data-binary', '@-'];
  const printed = execFileSync(
    'curl',
    ['--silent', '--show-error', '--request', method, ...asked, ...sent, '--write-out', '\n%{http_code}', url],
    { input: body ?? '', encoding: 'utf8' },
  );
  const at = printed.lastIndexOf('\n');
  return { status: Number(printed.slice(at + 1)), body: printed.slice(0, at) };
}
