/**
 * The one resolver client. Every name that leaves Sallyport is looked up here; answers are values, nothing is thrown.
 *
 * Each configured server has a resolver of its own and they are asked in order: the next only when one is silent or
 * fails, never because it said that there is no record. To compare what several servers say (a domain is suspended
 * only when all of them saw no proof), make one client for each.
 *
 * It validates no DNSSEC: configure validating resolvers, which answer SERVFAIL for what is forged. It caches nothing.
 */
import { isIP } from 'node:net';
import type { Packet } from 'dns-packet';
import { exchange, type QuestionType, type Server } from './dns-exchange.ts';
import { DAY_MS, SECOND_MS } from './time.ts';

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
      /** How long the server may give the same answer again without asking anew. Milliseconds. */
      readonly keptMs: number;
    }
  /** `keptMs` of a "no" is 0 when the server did not say. */
  | { readonly kind: 'none'; readonly code: NoneCode; readonly server: string; readonly keptMs: number }
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
/** What may be asked for: letters, digits, hyphens, underscores. */
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
  | { kind: 'records'; records: string[]; keptMs: number }
  | { kind: 'none'; code: NoneCode; keptMs: number }
  | { kind: 'failed'; code: FailCode };

/** By response code (RFC 1035 section 4.1.1); what is missing here answers updates only (RFC 2136 section 2.2). */
const SAID_BY_RCODE: ReadonlyMap<number, FailCode> = new Map([
  [1, 'FORMERR'],
  [2, 'SERVFAIL'],
  [4, 'NOTIMP'],
  [5, 'REFUSED'],
]);
const NOERROR = 0;
const NXDOMAIN = 3;
/** Longest chain of aliases in one answer that is followed. */
const ALIASES_MAX = 16;
/** A longer life than this is not believed (RFC 8767 section 4 suggests a cap of days), one with the highest bit is 0. */
const KEPT_MAX_MS = 7 * DAY_MS;
const SIGN_BIT = 0x8000_0000;

/**
 * A client of the given servers. Whole look-up: at most servers × triesMax × timeoutMs.
 * @throws TypeError when a server is not `ip`, `ip:port` or `[v6]:port`, or when there is none: a setting is wrong.
 */
export function dnsClient({ servers, timeoutMs, triesMax }: DnsOptions): DnsClient {
  if (servers.length === 0) throw new TypeError('No DNS server is configured. Give at least one as ip or ip:port.');
  const asked = servers.map((server) => ({ server, parsed: parseServer(server) }));

  const askAll = async (name: string, questions: QuestionType[], signal?: AbortSignal): Promise<DnsAnswer> => {
    if (!NAME.test(name) || name.length > NAME_CHARS_MAX) return { kind: 'failed', code: 'BADNAME', servers: [] };
    const failures = new Map<string, FailCode>();
    let pending = asked;
    for (let round = 0; round < triesMax && pending.length > 0; round++) {
      for (const { server, parsed } of pending) {
        const said = await Promise.all(questions.map((type) => ask(parsed, timeoutMs, name, type, signal)));
        const answer = combined(said);
        if (answer.kind === 'records') return { ...bounded(answer.records), server, keptMs: answer.keptMs };
        if (answer.kind === 'none') return { ...answer, server };
        failures.set(server, answer.code);
        if (answer.code === 'ABORTED') return failed(failures);
      }
      pending = pending.filter(({ server }) => failures.get(server) === 'TIMEOUT'); // a clear failure is not asked again
    }
    return failed(failures);
  };

  return {
    txt: (name, signal) => askAll(name, ['TXT'], signal),
    addresses: (name, signal) => askAll(name, ['A', 'AAAA'], signal),
    alias: (name, signal) => askAll(name, ['CNAME'], signal),
  };
}

const DNS_PORT = 53;

function parseServer(server: string): Server {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(server) ?? [];
  const host = isIP(server) === 6 ? server : (bracketed ?? plain ?? '');
  const number = port === undefined ? DNS_PORT : Number(port);
  const isAddress = bracketed === undefined ? isIP(host) !== 0 : isIP(host) === 6;
  if (isAddress && number > 0 && number <= 65_535) return { host, port: number };
  throw new TypeError(`"${server}" is not a DNS server. Give ip, ip:port or [v6]:port.`);
}

/** One question to one server, once. */
async function ask(
  server: Server,
  timeoutMs: number,
  name: string,
  type: QuestionType,
  signal?: AbortSignal,
): Promise<Said> {
  if (signal?.aborted) return { kind: 'failed', code: 'ABORTED' };
  const ends = new AbortController();
  const end = () => ends.abort();
  const timer = setTimeout(end, timeoutMs);
  signal?.addEventListener('abort', end, { once: true });
  try {
    return saidIn(await exchange(server, name, type, ends.signal), name, type);
  } catch (error) {
    return { kind: 'failed', code: codeOf(error, ends.signal, signal) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

function codeOf(error: unknown, ended: AbortSignal, caller?: AbortSignal): FailCode {
  if (caller?.aborted) return 'ABORTED';
  if (ended.aborted) return 'TIMEOUT';
  const code = error instanceof Error && 'code' in error ? String(error.code).replace(/^E/, '') : '';
  return FAIL_CODES.find((known) => known === code) ?? 'FAILED';
}

function saidIn(packet: Packet, name: string, type: QuestionType): Said {
  const rcode = (packet.flags ?? 0) & 0xf;
  if (rcode !== NOERROR && rcode !== NXDOMAIN) {
    return { kind: 'failed', code: SAID_BY_RCODE.get(rcode) ?? 'FAILED' };
  }
  const { records, keptMs } = recordsIn(packet, name, type);
  if (records.length > 0) return { kind: 'records', records, keptMs };
  // An alias to nothing is no record either.
  return { kind: 'none', code: rcode === NXDOMAIN ? 'NXDOMAIN' : 'NODATA', keptMs: negativeKeptMs(packet) };
}

/** The records at the name, or at the end of the chain of aliases that begins there; nothing else that was sent along. */
function recordsIn({ answers = [] }: Packet, name: string, type: QuestionType) {
  let at = name.toLowerCase();
  let keptMs = KEPT_MAX_MS;
  for (let hops = 0; type !== 'CNAME' && hops < ALIASES_MAX; hops++) {
    const alias = answers.find((record) => record.type === 'CNAME' && record.name.toLowerCase() === at);
    if (alias?.type !== 'CNAME') break;
    keptMs = Math.min(keptMs, keptFor(alias.ttl));
    at = alias.data.toLowerCase();
  }
  const records: string[] = [];
  for (const record of answers) {
    if (record.type !== type || record.name.toLowerCase() !== at) continue;
    if (record.type === 'TXT') records.push(textOf(record.data));
    else if (record.type === 'A' || record.type === 'AAAA' || record.type === 'CNAME') records.push(record.data);
    else continue;
    keptMs = Math.min(keptMs, keptFor(record.ttl));
  }
  return { records, keptMs };
}

/** The strings of one record joined; bytes as Latin-1, which keeps each of them. */
const textOf = (data: string | Buffer | (string | Buffer)[]): string =>
  [data]
    .flat()
    .map((part) => (typeof part === 'string' ? part : part.toString('latin1')))
    .join('');

const keptFor = (ttlSeconds = 0): number =>
  ttlSeconds >= SIGN_BIT ? 0 : Math.min(ttlSeconds * SECOND_MS, KEPT_MAX_MS);

/** The lesser of the SOA's own life and its minimum (RFC 2308 section 5). */
function negativeKeptMs({ authorities = [] }: Packet): number {
  const soa = authorities.find(({ type }) => type === 'SOA');
  if (soa?.type !== 'SOA') return 0;
  return Math.min(keptFor(soa.ttl), keptFor(soa.data.minimum));
}

/** Records of any question are an answer: a family that failed is not dialled, so it need not be known. "None" is one only if every question was answered with it. */
function combined(said: readonly Said[]): Said {
  const found = said.filter((one) => one.kind === 'records');
  if (found.length > 0) {
    const keptMs = Math.min(...found.map((one) => one.keptMs));
    return { kind: 'records', records: found.flatMap(({ records }) => records), keptMs };
  }
  const failure = said.find((one) => one.kind === 'failed');
  if (failure) return failure;
  const none = said.filter((one) => one.kind === 'none');
  const exists = none.some(({ code }) => code === 'NODATA');
  const keptMs = Math.max(0, ...none.map((one) => one.keptMs));
  return { kind: 'none', code: exists ? 'NODATA' : 'NXDOMAIN', keptMs };
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
