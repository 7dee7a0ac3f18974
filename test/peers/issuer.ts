/**
 * Real OIDC issuers on loopback: one HTTP server, each issuer under a path of its own, with its own keys.
 * Tokens come by the real code flow (`token`), or signed with a key of the issuer without asking it (`mint`), for those
 * that it would never issue.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { browse, codeFlow } from './code-flow.ts';
import { type FaultGate, faultGate, OWN_REQUEST } from './issuer-faults.ts';
import type { Issuer, NewIssuer } from './issuer-interface.ts';
import { type KeyRing, keyRing } from './issuer-keys.ts';
import {
  finishInteraction,
  issuerProvider,
  LIFETIME_SECONDS_DEFAULT,
  type Person,
  type ProviderSettings,
} from './issuer-provider.ts';
import { issuerStorage } from './issuer-storage.ts';
import { listenOnLoopback } from './loopback.ts';
import { forge } from './token-forge.ts';

export interface Issuers {
  readonly url: string;
  create(input?: NewIssuer): Promise<Issuer>;
  stop(): Promise<void>;
}

type Serve = (path: string, request: IncomingMessage, response: ServerResponse) => void;
const DISCOVERY_PATH = '/.well-known/openid-configuration';
const JWKS_PATH = '/jwks';
const SCOPES_DEFAULT = ['openid', 'offline_access', 'databases'];

/** @param port left out or 0: a free one. */
export async function startIssuers({ port = 0 }: { port?: number } = {}): Promise<Issuers> {
  const hosted = new Map<string, Serve>();
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').slice(1);
    // A name may hold slashes, as a Keycloak realm's does; none is the start of another.
    const name = [...hosted.keys()].find(
      (one) => path === one || (/^[/?]/.test(path.slice(one.length)) && path.startsWith(one)),
    );
    const serve = name === undefined ? undefined : hosted.get(name);
    if (name !== undefined && serve) serve(path.slice(name.length) || '/', request, response);
    else response.writeHead(404).end(`no issuer at /${path}`);
  });
  const { url, stop } = await listenOnLoopback(server, port);
  return {
    url,
    stop,
    async create(input = {}) {
      const name = input.name ?? `issuer-${randomUUID().slice(0, 8)}`;
      if (hosted.has(name)) throw new Error(`there is an issuer at /${name} already`);
      const { issuer, serve } = await createIssuer(`${url}/${name}`, name, input);
      hosted.set(name, serve);
      return issuer;
    },
  };
}

async function createIssuer(issuerUri: string, name: string, input: NewIssuer) {
  const keys = await keyRing(input.algorithm ?? 'RS256');
  const settings: ProviderSettings = {
    issuerUri,
    clientId: input.clientId ?? `${name}-client`,
    audience: input.audience ?? `api://${name}-databases`,
    groupsClaim: input.groupsClaim ?? 'groups',
    scopes: input.scopes ?? SCOPES_DEFAULT,
    keys,
    storage: issuerStorage(),
    people: new Map(),
  };
  const gate = faultGate();
  const atTheBrowser = new Map<string, Person>();
  let provider = issuerProvider(settings);
  const republish = () => {
    provider = issuerProvider(settings);
  };

  const serve: Serve = (path, request, response) => {
    const now = provider; // settled at arrival: an answer that is held back tells what was true when it was asked for
    const answer = () => {
      Object.assign(request, { originalUrl: request.url, url: path }); // how Express mounts; oidc-provider knows it
      void now.callback()(request, response);
    };
    const { pathname, searchParams } = new URL(path, issuerUri);
    if (pathname === DISCOVERY_PATH) return gate.pass('discovery', request, response, answer);
    if (pathname === JWKS_PATH) return gate.pass('jwks', request, response, answer);
    if (!pathname.startsWith('/interaction/')) return answer();
    const person = atTheBrowser.get(searchParams.get('as') ?? '');
    if (!person) return void response.writeHead(400).end('nobody is at the browser: sign in through the rig');
    finishInteraction(now, settings, person, request, response).catch((error: unknown) =>
      response.writeHead(500).end(String(error)),
    );
  };
  return { serve, issuer: issuerOf(settings, keys, gate, atTheBrowser, republish) };
}

function issuerOf(
  settings: ProviderSettings,
  keys: KeyRing,
  gate: FaultGate,
  atTheBrowser: Map<string, Person>,
  republish: () => void,
): Issuer {
  const { issuerUri, clientId, audience, groupsClaim, scopes } = settings;
  /** Lets the person sit at the browser for one sign-in, so that two of the same name can differ in their groups. */
  const seated = async <T>(person: Person, use: (as: string) => Promise<T>): Promise<T> => {
    const as = randomUUID();
    atTheBrowser.set(as, person);
    return use(as).finally(() => atTheBrowser.delete(as));
  };
  const signIn = (person: Person, scope = scopes.filter((one) => one !== 'offline_access').join(' ')) =>
    seated(person, (as) => codeFlow(issuerUri, clientId, as, scope));
  return {
    issuerUri,
    clientId,
    audience,
    groupsClaim,
    jwksUri: `${issuerUri}${JWKS_PATH}`,
    signIn,
    token: async (person) => (await signIn(person)).accessToken,
    browse: (authorizationUrl, person) => seated(person, (as) => browse(new URL(authorizationUrl), as)),
    mint({ claims, header, key, now, lifetimeSeconds = LIFETIME_SECONDS_DEFAULT }) {
      const signing = key === undefined ? keys.current : keys.byId(key);
      const iat = Math.floor(now / 1000);
      const usual = { iss: issuerUri, aud: audience, sub: 'somebody', client_id: clientId, jti: randomUUID(), iat };
      return forge(
        { alg: signing.algorithm, typ: 'at+jwt', kid: signing.kid, ...header },
        { ...usual, exp: iat + lifetimeSeconds, ...claims },
        signing,
      );
    },
    async document(document) {
      const url = `${issuerUri}${document === 'jwks' ? JWKS_PATH : DISCOVERY_PATH}`;
      return (await fetch(url, { headers: { [OWN_REQUEST]: '1' } })).json();
    },
    async rotateKeys(input) {
      const { kid } = await keys.rotate(input);
      republish();
      return kid;
    },
    async addKey(input) {
      const { kid } = await keys.add(input);
      republish();
      return kid;
    },
    withdrawKey(kid) {
      keys.withdraw(kid);
      republish();
    },
    publishedKeyIds: () => keys.published.map(({ kid }) => kid),
    thumbprintOf: (kid) => keys.byId(kid).thumbprint,
    jwksRequests: () => gate.requests('jwks'),
    discoveryRequests: () => gate.requests('discovery'),
    nextRequest: gate.nextRequest,
    setFault: gate.set,
  };
}
