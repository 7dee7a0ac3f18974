/** From what came back to what it means: proved, seen not to be, or not known; and what to do about it. Pure. */
import type { DnsAnswer } from '../platform/dns.ts';
import { quote } from '../platform/evidence.ts';
import type { Answered, Failed } from '../platform/http.ts';
import type { Instant } from '../platform/time.ts';
import { judgeFiles } from './judge-files.ts';
import { judgeRecords } from './judge-records.ts';
import { andMore, type Judged, keptUntil } from './judgement.ts';
import type { DnsFacts, Facts, FileFacts } from './prove.ts';
import type { Domain, Exchange } from './schema.ts';

export interface Judgement extends Judged {
  /** What was asked of whom and what came back, cut; the same answer of several resolvers is one. */
  readonly exchanges: Exchange[];
}

/** @param at when the facts came back: how long they are kept counts from then */
export function judge(domain: Domain, facts: Facts, at: Instant): Judgement {
  switch (facts.kind) {
    case 'dns':
      return { ...judgeRecords(domain, facts, at), exchanges: merged(dnsExchanges(facts, at)) };
    case 'file':
      return { ...judgeFiles(domain, facts), exchanges: merged(fileExchanges(domain, facts, at)) };
  }
}

const dnsExchanges = ({ resolvers, aliases, doubled }: DnsFacts, at: Instant): Exchange[] => [
  ...[...resolvers.flat(), ...doubled].map(({ name, answer }) => exchangeOf(`TXT ${name}`, answer, at)),
  ...aliases.map(({ name, targets }) => ({
    asked: `CNAME ${name}`,
    from: '',
    got: targets.map(quote).join(' → '),
    keptUntil: null,
  })),
];

const fileExchanges = ({ domainName }: Domain, { answers, addresses }: FileFacts, at: Instant): Exchange[] => [
  ...answers.map(({ url, answer }) => ({
    asked: `GET ${url}`,
    from: answer.kind === 'answered' ? answer.address : '',
    got: fileGot(answer),
    keptUntil: null,
  })),
  ...addresses.map((answer) => exchangeOf(`A and AAAA ${domainName}`, answer, at)),
];

const exchangeOf = (asked: string, answer: DnsAnswer, at: Instant): Exchange => ({
  asked,
  from: answer.kind === 'failed' ? answer.servers.map(({ server }) => server).join(', ') : answer.server,
  got: dnsGot(answer),
  keptUntil: keptUntil(answer, at),
});

function dnsGot(answer: DnsAnswer): string {
  switch (answer.kind) {
    case 'none':
    case 'failed':
      return answer.code;
    case 'records':
      return `${quote(answer.records[0] ?? '')}${andMore(answer.records.length - 1 + answer.leftOut)}`;
  }
}

function fileGot(answer: Answered | Failed): string {
  if (answer.kind === 'failed') return answer.publicCode;
  const { location } = answer.headers;
  const text = Buffer.from(answer.body).toString('utf8');
  return `${answer.status}${location === undefined ? '' : ` to ${quote(location)}`} ${quote(text)}`;
}

function merged(exchanges: readonly Exchange[]): Exchange[] {
  const byAnswer = Map.groupBy(exchanges, ({ asked, got }) => `${asked}\n${got}`);
  return [...byAnswer.values()].flatMap((same) => {
    const [first] = same;
    const from = same.map((one) => one.from).join(', ');
    const kept = same.flatMap((one) => one.keptUntil ?? []);
    return first ? [{ ...first, from, keptUntil: kept.length > 0 ? Math.max(...kept) : null }] : [];
  });
}
