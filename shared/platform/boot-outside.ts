/** What a function is made of that asks the world outside. Apart from the rest: its packages are half of a bundle. */
import type * as z from 'zod';
import { dnsClient } from './dns.ts';
import { outsideClient } from './http.ts';
import type { OUTSIDE } from './settings.ts';

/** Each resolver is asked this long, this often, before the next one: two servers fit into the deadline of one look-up. */
const DNS_TIMEOUT_MS = 1000;
const DNS_TRIES_MAX = 2;
const USER_AGENT = 'Sallyport';
/** Where verification files are: on AWS always there. */
const PUBLIC_SITE = { scheme: 'https', port: null } as const;

type Outside = z.infer<z.ZodObject<typeof OUTSIDE>> & { readonly SITE_PORT?: number | undefined };

export function bootOutside(env: Outside) {
  const trustLoopback = env.TRUST_LOOPBACK;
  const dnsOf = (servers: readonly string[]) =>
    dnsClient({ servers, timeoutMs: DNS_TIMEOUT_MS, triesMax: DNS_TRIES_MAX });
  const dns = dnsOf(env.RESOLVERS);
  /** Each on its own, for what they must agree on. */
  const resolvers = env.RESOLVERS.map((server) => dnsOf([server]));
  const site = trustLoopback ? ({ scheme: 'http', port: env.SITE_PORT ?? null } as const) : PUBLIC_SITE;
  const outside = outsideClient({ dns, trustLoopback, userAgent: USER_AGENT });
  return { dns, resolvers, outside, trustLoopback, site };
}
