/**
 * What a resolver would answer, as a value. Pure: no socket, no clock.
 * It plays the recursive resolver a company's name ends at: it follows CNAMEs, tells NXDOMAIN from NODATA, and gives
 * the SOA from which a negative answer's lifetime is read (RFC 2308).
 */
import { type Answer, AUTHORITATIVE_ANSWER, type Packet, type Question, RECURSION_AVAILABLE } from 'dns-packet';

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'NS' | 'TXT';
/** One text: one record. A list: one record each. A list inside (TXT only): one record made of several strings. */
export type RecordData = string | readonly (string | readonly string[])[];
/** `TRUNCATE` answers UDP with the TC bit and nothing else, so that the asker must come again by TCP. */
export type DnsFault = 'SERVFAIL' | 'REFUSED' | 'SILENT' | 'TRUNCATE';
export const RECORD_TYPES = ['A', 'AAAA', 'CNAME', 'NS', 'TXT'] as const satisfies readonly RecordType[];
export const DNS_FAULTS = ['SERVFAIL', 'REFUSED', 'SILENT', 'TRUNCATE'] as const satisfies readonly DnsFault[];

/** What a name has of one type. */
export interface RecordSet {
  readonly records: readonly (readonly string[])[];
  readonly ttlSeconds: number;
}
/** Lower-cased name → type → records. */
export type Zone = ReadonlyMap<string, ReadonlyMap<RecordType, RecordSet>>;

export const RCODE = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
/** Unless a test says otherwise, records are never to be kept: it changes them from one line to the next. */
export const TTL_SECONDS = 0;
/** How long 'no such name' may be kept (SOA MINIMUM): as long as a careful company sets it. */
const NEGATIVE_TTL_SECONDS = 60;
/** Longest chain of CNAMEs that is followed; beyond it the answer is SERVFAIL, as from a real resolver. */
const CNAMES_MAX = 8;

/** Names compare without case and without the dot at their end (RFC 4343). */
export const nameKey = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** The records in the one form the zone keeps: a list of records, each a list of strings. */
export const recordsOf = (data: RecordData): string[][] =>
  typeof data === 'string' ? [[data]] : data.map((record) => (typeof record === 'string' ? [record] : [...record]));

export function reply(zone: Zone, query: Packet): Packet {
  const question = query.questions?.[0];
  if (!question) return respond(query, RCODE.REFUSED);
  const answers: Answer[] = [];
  let name = nameKey(question.name);
  for (let hops = 0; hops <= CNAMES_MAX; hops++) {
    const here = zone.get(name);
    const found = recordsAt(here, question);
    // The first answer repeats the name letter by letter as it was asked: some resolvers check its case (0x20).
    const owner = hops === 0 ? question.name : name;
    if (found.length > 0) return respond(query, RCODE.NOERROR, [...answers, ...found.map((make) => make(owner))]);
    const alias = here?.get('CNAME')?.records[0]?.[0];
    if (!alias) return respond(query, exists(zone, name) ? RCODE.NOERROR : RCODE.NXDOMAIN, answers, [soa(name)]);
    answers.push({ type: 'CNAME', name: owner, ttl: TTL_SECONDS, data: alias });
    name = nameKey(alias);
  }
  return respond(query, RCODE.SERVFAIL);
}

export const respond = (query: Packet, rcode: number, answers: Answer[] = [], authorities: Answer[] = []): Packet => ({
  type: 'response',
  id: query.id ?? 0,
  flags: AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | ((query.flags ?? 0) & RECURSION_DESIRED_BIT) | rcode,
  questions: query.questions ?? [],
  answers,
  authorities,
});
/** RD is copied from the question into the answer (RFC 1035 section 4.1.1). */
const RECURSION_DESIRED_BIT = 0x0100;

function recordsAt(here: ReturnType<Zone['get']>, { type }: Question): ((owner: string) => Answer)[] {
  if (type !== 'TXT' && type !== 'A' && type !== 'AAAA' && type !== 'CNAME' && type !== 'NS') return [];
  const { records, ttlSeconds: ttl } = here?.get(type) ?? { records: [], ttlSeconds: 0 };
  return records.map(
    (strings) => (name) =>
      type === 'TXT' ? { type, name, ttl, data: [...strings] } : { type, name, ttl, data: strings.join('') },
  );
}

/**
 * A name exists when it has records or when a name below it has (RFC 8020): `acme.com` beside
 * `_challenge.acme.com`.
 */
const exists = (zone: Zone, name: string): boolean =>
  zone.has(name) || [...zone.keys()].some((known) => known.endsWith(`.${name}`));

const soa = (name: string): Answer => ({
  type: 'SOA',
  name: name.split('.').slice(-2).join('.'),
  ttl: NEGATIVE_TTL_SECONDS,
  data: {
    mname: 'ns.rig.example',
    rname: 'hostmaster.rig.example',
    serial: 1,
    refresh: 3600,
    retry: 600,
    expire: 86_400,
    minimum: NEGATIVE_TTL_SECONDS,
  },
});
