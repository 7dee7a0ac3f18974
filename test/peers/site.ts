/**
 * A real HTTPS server on loopback for the sites of any host name: what it serves and with which certificate is set by
 * a test, and it tells what was asked of it.
 */
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { createSecureContext, type SecureContext } from 'node:tls';
import { authority } from './certificates.ts';
import { listenOnLoopback } from './loopback.ts';

interface Page {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
/** What a host's certificate is like. */
type CertificateKind = 'GOOD' | 'EXPIRED' | 'OTHER_NAME' | 'OTHER_AUTHORITY';

export interface Site {
  readonly port: number;
  /** PEM of the authority that good certificates are from. */
  readonly authority: string;
  /** Serves the page at the path (or for every path: `*`) of a host; what is not set is 404. */
  set(host: string, path: string, page: Page): void;
  setCertificate(host: string, kind: CertificateKind): void;
  /** Paths asked of the host so far, oldest first. */
  requests(host: string): readonly string[];
  stop(): Promise<void>;
}

export async function startSite(): Promise<Site> {
  const ours = authority('Sites');
  const foreign = authority('Nobody');
  const pages = new Map<string, Page>();
  const kinds = new Map<string, CertificateKind>();
  const contexts = new Map<string, SecureContext>();
  const asked: { readonly host: string; readonly path: string }[] = [];

  const contextOf = (host: string): SecureContext => {
    const kind = kinds.get(host) ?? 'GOOD';
    const known = contexts.get(`${kind} ${host}`);
    if (known) return known;
    const { certificatePem: cert, keyPem: key } = {
      GOOD: () => ours.issue([host]),
      EXPIRED: () => ours.issue([host], { expired: true }),
      OTHER_NAME: () => ours.issue(['other.example']),
      OTHER_AUTHORITY: () => foreign.issue([host]),
    }[kind]();
    const context = createSecureContext({ cert, key });
    contexts.set(`${kind} ${host}`, context);
    return context;
  };
  const serve: RequestListener = ({ headers, url = '' }, response) => {
    const host = (headers.host ?? '').replace(/:\d+$/, '');
    asked.push({ host, path: url });
    const page = pages.get(`${host} ${url}`) ?? pages.get(`${host} *`) ?? { status: 404, body: 'Not found' };
    response.writeHead(page.status ?? 200, page.headers).end(page.body ?? '');
  };
  const server = createServer({ SNICallback: (name, done) => done(null, contextOf(name)) }, serve);
  const { url, stop } = await listenOnLoopback(server);
  return {
    port: Number(new URL(url).port),
    authority: ours.certificatePem,
    set: (host, path, page) => void pages.set(`${host} ${path}`, page),
    setCertificate: (host, kind) => void kinds.set(host, kind),
    requests: (host) => asked.filter((one) => one.host === host).map(({ path }) => path),
    stop,
  };
}
