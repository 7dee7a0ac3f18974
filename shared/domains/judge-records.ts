/** What the resolvers' answers mean for a proof by TXT record. Pure. */
import { RECORDS_MAX } from '../platform/dns.ts';
import { quote } from '../platform/evidence.ts';
import { formatInstant, type Instant } from '../platform/time.ts';
import { andMore, type Judged, keptUntil, notProved, proved, unknown } from './judgement.ts';
import { challengeName, isAnyProof, proofValue, recordNames } from './proof.ts';
import { type DnsFacts, holds, type Looked } from './prove.ts';
import type { Domain } from './schema.ts';

/** Resolvers that may not see what the others see, as of certificate authorities' perspectives (CA/B BR 3.2.2.9). */
const DISAGREEING_MAX = 1;
/** Quotes and space around a value, straight or typographic, as they come along when it is pasted. */
const AROUND = /^[\s"'“”„«»]+|[\s"'“”„«»]+$/gu;

/** Proved as soon as all resolvers but one see it, and two where there are two; not proved only when all of them were seen not to have it. */
export function judgeRecords(domain: Domain, facts: DnsFacts, at: Instant): Judged {
  const value = proofValue(domain);
  const all = facts.resolvers.length;
  const seeing = facts.resolvers.flatMap((looked) => looked.find(({ answer }) => holds(answer, value)) ?? []);
  const [where] = seeing;
  if (where && seeing.length >= Math.max(Math.min(2, all), all - DISAGREEING_MAX)) return proved(where.name);
  if (where) {
    const message = `The proof was found at ${where.name}, but by ${seeing.length} of ${all} resolvers only.`;
    const others = facts.resolvers.filter((looked) => !looked.some(({ answer }) => holds(answer, value)));
    return unknown('resolvers-disagree', message, `Leave it there.${untilText(others.flat(), at)}`);
  }
  const complete = facts.resolvers.filter((looked) => looked.every(isComplete));
  if (complete.length === 0) return unanswered(facts.resolvers.flat());
  const { code, message, ...seen } = faultOf(domain, complete.flat(), facts);
  const fix = seen.fix + untilText(complete.flat(), at);
  if (complete.length === all) return notProved(code, message, fix);
  return unknown(code, `${message} But ${all - complete.length} of ${all} resolvers gave no full answer.`, fix);
}

/** What is published meanwhile is not seen before then: whoever has done what the fix says only has to wait. */
function untilText(looked: readonly Looked[], at: Instant): string {
  const until = looked.flatMap(({ answer }) => keptUntil(answer, at) ?? []);
  if (until.length === 0) return '';
  return ` If it is published already, wait: resolvers may still give the older answer until ${formatInstant(Math.max(...until))}.`;
}

const isCut = ({ answer }: Looked): boolean =>
  answer.kind === 'records' && answer.leftOut > 0 && answer.records.length === RECORDS_MAX;
const isComplete = (looked: Looked): boolean => looked.answer.kind !== 'failed' && !isCut(looked);

function unanswered(looked: readonly Looked[]): Judged {
  const cut = looked.find(isCut);
  if (cut) {
    const message = `There are more than ${RECORDS_MAX} TXT records at ${cut.name}, and not all of them are read.`;
    return unknown('too-many-records', message, 'Publish the proof at a name that has fewer, or remove some.');
  }
  const failed = looked.find(({ answer }) => answer.kind === 'failed');
  const code = failed?.answer.kind === 'failed' ? failed.answer.code : 'FAILED';
  const fix = 'It is tried again by itself. If it stays so, look at the zone’s name servers and its DNSSEC.';
  return unknown('look-up-failed', `${failed?.name ?? 'The name'} could not be looked up: ${code}.`, fix);
}

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** What was seen in place of the proof, the most telling first. */
function faultOf(domain: Domain, looked: readonly Looked[], { aliases, doubled }: DnsFacts): Fault {
  const { domainName, token } = domain;
  const value = proofValue(domain);
  const publish = `Publish the TXT record ${value} at ${recordNames(domainName).join(', or at ')}.`;
  const records = distinct(looked);
  const others = andMore(records.length - 1);

  const altered = records.find(({ text }) => text.includes(token));
  if (altered && altered.text.replace(AROUND, '') === value) {
    const message = `The record at ${altered.name} has quotes or spaces around the value: ${quote(altered.text)}.`;
    return { code: 'record-with-quotes', message, fix: `Remove them: the value is ${value}, and nothing else.` };
  }
  if (altered) {
    const message = `The record at ${altered.name} is not exactly the value: ${quote(altered.text)}.`;
    const fix = `The value is ${value}, with nothing left out and nothing added.`;
    return { code: 'record-altered', message, fix };
  }
  const slip = doubled.find(({ answer }) => holds(answer, value));
  if (slip) {
    const meant = recordNames(domainName).find((name) => slip.name.startsWith(`${name}.`)) ?? domainName;
    const added = slip.name.slice(meant.length + 1);
    const message = `The record is at ${slip.name}: your DNS provider added ${added} to the name that was entered.`;
    const fix = `Leave ${added} out of the name there; @ or an empty name stands for ${added} itself.`;
    return { code: 'record-at-doubled-name', message, fix };
  }
  const earlier = records.find(({ text }) => isAnyProof(text));
  if (earlier) {
    const message = `The record at ${earlier.name} is another proof: ${quote(earlier.text)}${others}.`;
    const fix = `${publish} A proof of an earlier time, or of another federation, does not count.`;
    return { code: 'record-of-another-proof', message, fix };
  }
  const alias = aliases.find(({ name }) => name === domainName);
  if (alias) {
    const message = `${domainName} is an alias of ${alias.targets.join(', then ')}, and an alias has no TXT record of its own.`;
    const fix = `Publish the TXT record ${value} at ${challengeName(domainName)}.`;
    return { code: 'name-is-alias', message, fix };
  }
  const [first] = records;
  if (first) {
    const message = `No TXT record has the proof. At ${first.name} there is ${quote(first.text)}${others}.`;
    return { code: 'record-missing', message, fix: publish };
  }
  const message = `There is no TXT record at ${recordNames(domainName).join(', nor at ')}.`;
  return { code: 'no-record', message, fix: publish };
}

/** Each record once, however many resolvers have it. */
function distinct(looked: readonly Looked[]): { readonly name: string; readonly text: string }[] {
  const records = looked.flatMap(({ name, answer }) =>
    answer.kind === 'records' ? answer.records.map((text) => [`${name}\n${text}`, { name, text }] as const) : [],
  );
  return [...new Map(records).values()];
}
