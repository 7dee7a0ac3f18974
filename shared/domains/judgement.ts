/** What a look at the DNS or the web comes to. Pure. */
import type { DnsAnswer } from '../platform/dns.ts';
import type { Finding } from '../platform/finding.ts';
import type { Instant } from '../platform/time.ts';
import type { Outcome } from './schema.ts';

export interface Judged {
  readonly outcome: Outcome;
  readonly finding: Finding;
}

export const proved = (where: string): Judged => ({
  outcome: 'PROVED',
  finding: {
    severity: 'INFO',
    code: 'proved',
    message: `The proof was found at ${where}.`,
    fix: 'Leave it there: it is looked at again every day.',
  },
});

/** It was seen that the proof is not there. */
export const notProved = (code: string, message: string, fix: string): Judged => ({
  outcome: 'NOT_PROVED',
  finding: { severity: 'ERROR', code, message, fix },
});

/** What did not come back, or not in a way that says anything: it is never a no (CA/B BR 3.2.2.4). */
export const unknown = (code: string, message: string, fix: string): Judged => ({
  outcome: 'UNKNOWN',
  finding: { severity: 'WARNING', code, message: `${message} Nothing was decided.`, fix },
});

/** Until when the resolver may say the same again; null when it asks anew each time, or did not say. */
export const keptUntil = (answer: DnsAnswer, at: Instant): Instant | null =>
  answer.kind === 'failed' || answer.keptMs === 0 ? null : at + answer.keptMs;

export const andMore = (count: number): string => (count > 0 ? ` and ${count} more` : '');
