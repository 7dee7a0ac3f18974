/**
 * The one resolver client. Every name that leaves Sallyport is looked up here; answers are values, nothing is thrown.
 *
 * Each configured server has a resolver of its own and they are asked in order: the next only when one is silent or
 * fails, never because it said that there is no record. To compare what several servers say (a domain is suspended
 * only when all of them saw no proof), make one client for each.
 *
 * It validates no DNSSEC: configure validating resolvers, which answer SERVFAIL for what is forged. It caches nothing.
 * An answer cut short over UDP is asked anew over TCP (RFC 7766 section 5), by c-ares below `node:dns`.
 */
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** No record of that kind: the name does not exist (RFC 8020), or it has no such record (RFC 2308 section 2). */
type NoneCode = 'NXDOMAIN' | 'NODATA';
/** Why no server could say. `BADNAME`: not asked, it is no name. `ABORTED`: the caller's signal. `FAILED`: any other. */
export type FailCode = (typeof FAIL_CODES)[number];
interface Failure {
  readonly server: string;
  readonly code: FailCode;
}
export type DnsAnswer =
  | {
      readonly kind: 'records';
      readonly records: readonly string[];
      /** How many records the server gave beyond `RECORDS_MAX`, or longer than `RECORD_CHARS_MAX`. */
      readonly leftOut: number;
      readonly server: string;
    }
  | { readonly kind: 'none'; readonly code: NoneCode; readonly server: string }
  /** Every server asked, in order, with its last failure. Never to be read as "no record" (CA/B BR 3.2.2.4). */
  | { readonly kind: 'failed'; readonly code: FailCode; readonly servers: readonly Failure[] };

export interface DnsOptions {
  /** `ip`, `ip:port` or `[v6]:port`, in the order in which they are asked. At least one. */
  readonly servers: readonly string[];
  /** How long one server may take for one try, in milliseconds. */
  readonly timeoutMs: number;
  /** How often the silent ones are asked at most: whole rounds, so that one silent server costs one time limit. */
  readonly triesMax: number;
}
export interface DnsClient {
  /** TXT records; the strings of one record are joined without a space (RFC 7208 section 3.3), bytes as Latin-1. */
  txt(name: string, signal?: AbortSignal): Promise<DnsAnswer>;
  /** Addresses of both families, IPv4 first. No records of both is `none`; of one family only is enough. */
  addresses(name: string, signal?: AbortSignal): Promise<DnsAnswer>;
  /** The name that this one is an alias of (CNAME), one step: for showing the chain behind an answer. */
  alias(name: string, signal?: AbortSignal): Promise<DnsAnswer>;
}

/** Most records that one answer gives on. A TXT set of a busy apex has some 50. */
export const RECORDS_MAX = 256;
/** Longest record given on, in characters; a longer one is left out whole, so that no part of it can match. */
export const RECORD_CHARS_MAX = 4096;
/** Longest name in characters without the trailing dot: RFC 1035 section 2.3.4. */
const NAME_CHARS_MAX = 253;
/** What may be asked for: letters, digits, hyphens, underscores. c-ares would read `\046` in a name as a dot. */
const NAME = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/i;

const FAIL_CODES = [
  'SERVFAIL',
  'REFUSED',
  'FORMERR',
  'NOTIMP',
  'BADRESP',
  'CONNREFUSED',
  'TIMEOUT',
  'BADNAME',
  'ABORTED',
  'FAILED',
] as const;

/** What one server said to one question. */
type Said =
  | { kind: 'records'; records: string[] }
  | { kind: 'none'; code: NoneCode }
  | { kind: 'failed'; code: FailCode };
type Question = (resolver: Resolver, name: string) => Promise<string[]>;

const TXT: Question = async (resolver, name) => (await resolver.resolveTxt(name)).map((strings) => strings.join(''));
const A: Question = (resolver, name) => resolver.resolve4(name);
const AAAA: Question = (resolver, name) => resolver.resolve6(name);
const CNAME: Question = (resolver, name) => resolver.resolveCname(name);

/**
 * A client of the given servers. Whole look-up: at most servers × triesMax × timeoutMs.
 * @throws TypeError when a server is not `ip`, `ip:port` or `[v6]:port`, or when there is none: a setting is wrong.
 */
export function dnsClient({ servers, timeoutMs, triesMax }: DnsOptions): DnsClient {
  if (servers.length === 0) throw new TypeError('No DNS server is configured. Give at least one as ip or ip:port.');
  for (const server of servers) checkServer(server);

  const askAll = async (name: string, questions: Question[], signal?: AbortSignal): Promise<DnsAnswer> => {
    if (!NAME.test(name) || name.length > NAME_CHARS_MAX) return { kind: 'failed', code: 'BADNAME', servers: [] };
    const failures = new Map<string, FailCode>();
    let pending = servers;
    for (let round = 0; round < triesMax && pending.length > 0; round++) {
      for (const server of pending) {
        const said = await Promise.all(questions.map((question) => ask(server, timeoutMs, name, question, signal)));
        const answer = combined(said);
        if (answer.kind === 'records') return { ...bounded(answer.records), server };
        if (answer.kind === 'none') return { ...answer, server };
        failures.set(server, answer.code);
        if (answer.code === 'ABORTED') return failed(failures);
      }
      pending = pending.filter((server) => failures.get(server) === 'TIMEOUT'); // a clear failure is not asked again
    }
    return failed(failures);
  };

  return {
    txt: (name, signal) => askAll(name, [TXT], signal),
    addresses: (name, signal) => askAll(name, [A, AAAA], signal),
    alias: (name, signal) => askAll(name, [CNAME], signal),
  };
}

/** Node reads `1.2.3.4:0` as port 53, and takes what has no port as it comes; the rest it checks itself. */
function checkServer(server: string): void {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(server) ?? [];
  const portFits = port === undefined || (Number(port) > 0 && Number(port) <= 65_535);
  const addressFits = isIP(server) !== 0 || isIP(bracketed ?? '') === 6 || isIP(plain ?? '') === 4;
  if (addressFits && portFits) return;
  throw new TypeError(`"${server}" is not a DNS server. Give ip, ip:port or [v6]:port.`);
}

/**
 * One question to one server, once. The resolver is made for it alone: a new source port for each question (RFC 5452
 * section 9.2), and cancelling it ends nobody else's. The timer is ours, as c-ares stretches its own (500 ms took 1 s).
 *
 * Known limit: c-ares says NODATA for response codes above 5 (YXDOMAIN … NOTZONE), which only answer updates
 * (RFC 2136 section 2.2); `node:dns` shows no response code to tell them by.
 */
async function ask(
  server: string,
  timeoutMs: number,
  name: string,
  question: Question,
  signal?: AbortSignal,
): Promise<Said> {
  if (signal?.aborted) return { kind: 'failed', code: 'ABORTED' };
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  resolver.setServers([server]);
  const cancel = () => resolver.cancel();
  const timer = setTimeout(cancel, timeoutMs);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const records = await question(resolver, name);
    return records.length > 0 ? { kind: 'records', records } : { kind: 'none', code: 'NODATA' }; // an alias to nothing
  } catch (error) {
    return saidBy(error, signal?.aborted ?? false);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  }
}

function saidBy(error: unknown, aborted: boolean): Said {
  const code = error instanceof Error && 'code' in error ? String(error.code).replace(/^E/, '') : '';
  if (code === 'NOTFOUND') return { kind: 'none', code: 'NXDOMAIN' };
  if (code === 'NODATA') return { kind: 'none', code: 'NODATA' };
  if (code === 'CANCELLED') return { kind: 'failed', code: aborted ? 'ABORTED' : 'TIMEOUT' };
  return { kind: 'failed', code: FAIL_CODES.find((known) => known === code) ?? 'FAILED' };
}

/** Records of any question are an answer: a family that failed is not dialled, so it need not be known. "None" is one only if every question was answered with it. */
function combined(said: readonly Said[]): Said {
  const records = said.flatMap((one) => (one.kind === 'records' ? one.records : []));
  if (records.length > 0) return { kind: 'records', records };
  const failure = said.find((one) => one.kind === 'failed');
  if (failure) return failure;
  const exists = said.some((one) => one.kind === 'none' && one.code === 'NODATA');
  return { kind: 'none', code: exists ? 'NODATA' : 'NXDOMAIN' };
}

function bounded(records: readonly string[]): { kind: 'records'; records: string[]; leftOut: number } {
  const kept = records.filter((record) => record.length <= RECORD_CHARS_MAX).slice(0, RECORDS_MAX);
  return { kind: 'records', records: kept, leftOut: records.length - kept.length };
}

/** The code that tells most: what a server said, before that one was silent. */
function failed(failures: ReadonlyMap<string, FailCode>): DnsAnswer {
  const servers = [...failures].map(([server, code]) => ({ server, code }));
  const aborted = servers.find(({ code }) => code === 'ABORTED');
  const said = aborted ?? servers.find(({ code }) => code !== 'TIMEOUT');
  return { kind: 'failed', code: said?.code ?? 'TIMEOUT', servers };
}
