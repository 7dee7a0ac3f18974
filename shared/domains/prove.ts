/** Asks the DNS or the web for a domain's proof. Judges nothing: what came back is what it answers. Never throws. */
import type { DnsAnswer, DnsClient } from '../platform/dns.ts';
import type { Answered, Failed, OutsideClient } from '../platform/http.ts';
import { SECOND_MS } from '../platform/time.ts';
import { doubledNames, fileUrls, proofValue, recordNames, type Site } from './proof.ts';
import type { Domain } from './schema.ts';

/** One TXT question and what one resolver said. */
export interface Looked {
  readonly name: string;
  readonly answer: DnsAnswer;
}
export interface Alias {
  readonly name: string;
  /** The names it leads to, one after another; never empty. */
  readonly targets: readonly string[];
}
export interface DnsFacts {
  readonly kind: 'dns';
  /** For each configured resolver, what it said at each of the names that can hold the proof. */
  readonly resolvers: readonly (readonly Looked[])[];
  /** Behind which of these names another one stands. Shown, since an alias left dangling can be taken over. */
  readonly aliases: readonly Alias[];
  /** At `doubledNames`; asked only when no resolver saw the proof. */
  readonly doubled: readonly Looked[];
}
export interface FileFacts {
  readonly kind: 'file';
  readonly answers: readonly { readonly url: string; readonly answer: Answered | Failed }[];
  /** What each resolver says of the name's addresses; asked only when none was found to fetch the file from. */
  readonly addresses: readonly DnsAnswer[];
}
export type Facts = DnsFacts | FileFacts;

export interface ProverParts {
  /**
   * One client for each configured resolver. They share this network: they guard against one that is wrong or late,
   * not against a route that was taken over, as perspectives far apart would (CA/B BR 3.2.2.9).
   */
  readonly resolvers: readonly DnsClient[];
  /** Fetches the files. */
  readonly files: OutsideClient;
  readonly site: Site;
}
export type Prove = (domain: Pick<Domain, 'domainName' | 'method' | 'token'>) => Promise<Facts>;

/** All questions to the DNS together; what is still open then counts as not answered. */
const DNS_MS = 10 * SECOND_MS;
/** Longest chain of aliases followed. */
const ALIASES_MAX = 4;
/** The proof has 50 bytes; certificate authorities read 128. The rest is for quoting what is there instead. */
const FILE_BYTES_MAX = 512;

export const proverWith = (parts: ProverParts): Prove =>
  async function prove(domain) {
    const signal = AbortSignal.timeout(DNS_MS);
    switch (domain.method) {
      case 'DNS_RECORD':
        return proveByRecord(parts, domain, signal);
      case 'HTML_FILE_UPLOAD':
        return proveByFile(parts, domain.domainName, signal);
    }
  };

async function proveByRecord(
  { resolvers }: ProverParts,
  domain: Parameters<Prove>[0],
  signal: AbortSignal,
): Promise<DnsFacts> {
  const names = recordNames(domain.domainName);
  const ask = (resolver: DnsClient, asked: readonly string[]): Promise<Looked[]> =>
    Promise.all(asked.map(async (name) => ({ name, answer: await resolver.txt(name, signal) })));
  const looked = await Promise.all(resolvers.map((resolver) => ask(resolver, names)));
  // Only of one that answers: during an outage nothing more is waited for.
  const witness = resolvers.find((_, index) => looked[index]?.every(({ answer }) => answer.kind !== 'failed'));
  if (!witness) return { kind: 'dns', resolvers: looked, aliases: [], doubled: [] };
  const isSeen = looked.flat().some(({ answer }) => holds(answer, proofValue(domain)));
  const [aliases, doubled] = await Promise.all([
    Promise.all(names.map(async (name) => ({ name, targets: await targetsOf(witness, name, signal) }))),
    ask(witness, isSeen ? [] : doubledNames(domain.domainName)),
  ]);
  return { kind: 'dns', resolvers: looked, aliases: aliases.filter(({ targets }) => targets.length > 0), doubled };
}

/** Whether the answer has the text as one whole record. */
export const holds = (answer: DnsAnswer, text: string): boolean =>
  answer.kind === 'records' && answer.records.includes(text);

async function targetsOf(resolver: DnsClient, name: string, signal: AbortSignal): Promise<string[]> {
  const targets: string[] = [];
  for (let at = name; targets.length < ALIASES_MAX; ) {
    const answer = await resolver.alias(at, signal);
    const target = answer.kind === 'records' ? answer.records[0] : undefined;
    if (target === undefined) break;
    targets.push(target);
    at = target;
  }
  return targets;
}

async function proveByFile(
  { files, resolvers, site }: ProverParts,
  domainName: string,
  signal: AbortSignal,
): Promise<FileFacts> {
  const fetchOne = async (url: string) => ({
    url,
    answer: await files.request({ method: 'GET', url, bytesMax: FILE_BYTES_MAX, isCutAtMax: true }),
  });
  const answers = await Promise.all(fileUrls(domainName, site).map(fetchOne));
  const isNowhere = answers.every(({ answer }) => answer.kind === 'failed' && answer.code === 'dns');
  const addresses = isNowhere ? resolvers.map((resolver) => resolver.addresses(domainName, signal)) : [];
  return { kind: 'file', answers, addresses: await Promise.all(addresses) };
}
