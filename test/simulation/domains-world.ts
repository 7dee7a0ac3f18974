/** What the DNS says of each simulated domain at each instant, written down before the month begins. */
import { proofValue, recordNames } from '../../shared/domains/proof.ts';
import type { Facts } from '../../shared/domains/prove.ts';
import type { Outcome } from '../../shared/domains/schema.ts';
import type { DnsAnswer } from '../../shared/platform/dns.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../shared/platform/time.ts';
import type { Seeded } from './seeded.ts';

/** `[from, to)`. */
type Period = readonly [from: Instant, to: Instant];
export interface Script {
  readonly domainName: string;
  readonly published: readonly Period[];
  readonly silent: readonly Period[];
}

const RESOLVERS = ['192.0.2.1:53', '192.0.2.2:53'];
/** Resolvers that are down for everybody. */
const OUTAGES = 4;
const isIn = (periods: readonly Period[], at: Instant): boolean => periods.some(([from, to]) => at >= from && at < to);

const aPeriod = (random: Seeded, [from, to]: Period, shortMs: number, longMs: number): Period => {
  const begin = random.between(from, to);
  return [begin, begin + random.between(shortMs, longMs)];
};
export const outages = (random: Seeded, month: Period): Period[] =>
  Array.from({ length: OUTAGES }, () => aPeriod(random, month, HOUR_MS / 4, 8 * HOUR_MS));

/** A third never publishes the proof; of the others some take it away for a while, or for good. */
export function aScript(random: Seeded, month: Period, domainName: string): Script {
  const [from, to] = month;
  const silent = random.chance(0.2) ? [aPeriod(random, month, HOUR_MS, 5 * DAY_MS)] : [];
  if (random.chance(0.34)) return { domainName, published: [], silent };
  const begin = random.between(from, random.chance(0.5) ? from + 2 * DAY_MS : to);
  if (random.chance(0.6)) return { domainName, published: [[begin, Number.POSITIVE_INFINITY]], silent };
  const end = begin + random.between(HOUR_MS, 10 * DAY_MS);
  if (random.chance(0.3)) return { domainName, published: [[begin, end]], silent };
  const again = end + random.between(HOUR_MS, 10 * DAY_MS);
  const published: Period[] = [
    [begin, end],
    [again, Number.POSITIVE_INFINITY],
  ];
  return { domainName, published, silent };
}

/** What a look at the instant shows. */
export function shown({ published, silent }: Script, down: readonly Period[], at: Instant): Outcome {
  if (isIn(silent, at) || isIn(down, at)) return 'UNKNOWN';
  return isIn(published, at) ? 'PROVED' : 'NOT_PROVED';
}

/** The answers of the resolvers that come to this outcome. */
export function factsOf(domain: { readonly domainName: string; readonly token: string }, outcome: Outcome): Facts {
  const answerOf = (server: string): DnsAnswer => {
    switch (outcome) {
      case 'PROVED':
        return { kind: 'records', records: [proofValue(domain)], leftOut: 0, server, keptMs: 0 };
      case 'NOT_PROVED':
        return { kind: 'none', code: 'NXDOMAIN', server, keptMs: 0 };
      case 'UNKNOWN':
        return { kind: 'failed', code: 'SERVFAIL', servers: [{ server, code: 'SERVFAIL' }] };
    }
  };
  const names = recordNames(domain.domainName);
  const resolvers = RESOLVERS.map((server) => names.map((name) => ({ name, answer: answerOf(server) })));
  return { kind: 'dns', resolvers, aliases: [], doubled: [] };
}
