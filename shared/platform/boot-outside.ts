/** What a function is made of that asks the world outside. Apart from the rest: its packages are half of a bundle. */
import type * as z from 'zod';
import { dnsClient } from './dns.ts';
import { type OutsideClient, type OutsideOptions, outsideClient } from './http.ts';
import type { OUTSIDE, SITE } from './settings.ts';

/** Each resolver is asked this long, this often, before the next one: two servers fit into the deadline of one look-up. */
const DNS_TIMEOUT_MS = 1000;
const DNS_TRIES_MAX = 2;
const USER_AGENT = 'Sallyport';
/** Where verification files are: on AWS always there. */
const PUBLIC_SITE = { scheme: 'https', port: null } as const;

type Outside = z.infer<z.ZodObject<typeof OUTSIDE>> & Partial<z.infer<z.ZodObject<typeof SITE>>>;

export function bootOutside(env: Outside) {
  const trustLoopback = env.TRUST_LOOPBACK;
  const dnsOf = (servers: readonly string[]) =>
    dnsClient({ servers, timeoutMs: DNS_TIMEOUT_MS, triesMax: DNS_TRIES_MAX });
  const dns = dnsOf(env.RESOLVERS);
  /** Each on its own, for what they must agree on. */
  const resolvers = env.RESOLVERS.map((server) => dnsOf([server]));
  const options = { dns, trustLoopback, userAgent: USER_AGENT };
  const outside = outsideClient(options);
  return { dns, resolvers, outside, trustLoopback, ...filesIn(env, options, outside) };
}

/** Where verification files are, and the client that fetches them. */
function filesIn(env: Outside, options: OutsideOptions, outside: OutsideClient) {
  if (!env.TRUST_LOOPBACK) return { site: PUBLIC_SITE, files: outside };
  const port = env.SITE_PORT ?? null;
  if (env.SITE_CA === undefined) return { site: { scheme: 'http', port } as const, files: outside };
  return { site: { scheme: 'https', port } as const, files: outsideClient({ ...options, ca: env.SITE_CA }) };
}
