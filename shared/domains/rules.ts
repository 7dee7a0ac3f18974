/**
 * The life of a domain: PENDING until the proof is seen or 30 days are over (EXPIRED); VERIFIED; LAPSING once a look
 * has failed; SUSPENDED after several such looks over days; VERIFIED again after one success. Pure.
 *
 * Time alone changes nothing but the end of an unproved domain; it only makes us look. A status changes on what was
 * *seen*: our own outage, a resolver's or a web server's suspends nobody. Who owns a name is not decided here.
 */
import type { Rest } from '../platform/settle.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '../platform/time.ts';
import type { Attempt, Domain, DomainStatus } from './schema.ts';

/** A look-up right after the add would be cached as 'no' by resolvers (RFC 2308 section 5). */
export const FIRST_CHECK_AFTER_MS = MINUTE_MS;
/** Longest gap between two looks for a proof that was never there. */
export const GAP_MAX_MS = 6 * HOUR_MS;
/** A proof that is not published by then has expired (CA/B BR 3.2.2.4.7: 30 days). */
export const PENDING_MS = 30 * DAY_MS;
/** A domain that was verified is looked at again this often. */
export const RECHECK_MS = DAY_MS;
/** And this soon after a look that could not tell: a resolver's failure may be kept for minutes (RFC 9520). */
export const RETRY_MS = HOUR_MS;
/** A verified domain is suspended by a failed look once so many in a row were seen to fail, over at least this long. */
export const SUSPEND_AFTER_FAILURES = 3;
export const SUSPEND_AFTER_MS = 3 * DAY_MS;
/** Longer than a look takes: questions to the DNS have 10 s in all, a file 5 s. */
export const LEASE_MS = 30 * SECOND_MS;

/**
 * Looks that cannot tell suspend nobody, but a name is not kept by them for ever: after so long without the proof,
 * whoever proves the name has it.
 */
export const LETS_GO_AFTER_MS = 14 * DAY_MS;

export type DomainEvent = 'domain.verified' | 'domain.lapsing' | 'domain.suspended' | 'domain.restored';
export type Action =
  | { readonly kind: 'look' } // ask the DNS or the web, then record
  | { readonly kind: 'expire' }; // commit; no I/O

/** What this domain needs now. */
export function next(domain: Domain, now: Instant): Action | Rest {
  const due = dueAt(domain);
  if (due === null) return { kind: 'rest' };
  if (now < due) return { kind: 'wait', until: due };
  return isOver(domain, now) ? { kind: 'expire' } : { kind: 'look' };
}

/** When `next` stops answering `wait`; null: never, until somebody asks. The store writes it on every put. */
export function dueAt(domain: Domain): Instant | null {
  if (domain.status === 'EXPIRED') return null;
  return Math.max(nextCheckAt(domain), domain.leaseUntil ?? 0);
}

/** A pending one is looked at ever more seldom, and has its end instead of a last look. */
function nextCheckAt(domain: Domain): Instant {
  const { addedAt, lastAttempt, status } = domain;
  if (status === 'PENDING') {
    // As long again as it has waited, and a minute: 1, 2, 4, 8 … minutes. Looks that a caller asks for spend none of it.
    const gap = lastAttempt ? Math.min(lastAttempt.at - addedAt + MINUTE_MS, GAP_MAX_MS) : FIRST_CHECK_AFTER_MS;
    return Math.min((lastAttempt?.at ?? addedAt) + gap, expiresAt(domain));
  }
  const gap = lastAttempt?.outcome === 'UNKNOWN' ? RETRY_MS : RECHECK_MS;
  return (lastAttempt?.at ?? addedAt) + gap;
}

/** The end of a proof that nobody publishes; it has ended *at* this instant. */
export const expiresAt = ({ addedAt }: Domain): Instant => addedAt + PENDING_MS;
/** Whether no proof counts any more, also when the worker has not got to it yet. */
export const isOver = (domain: Domain, now: Instant): boolean =>
  domain.status === 'EXPIRED' || (domain.status === 'PENDING' && now >= expiresAt(domain));

export const leased = (domain: Domain, now: Instant): Domain => ({ ...domain, leaseUntil: now + LEASE_MS });
export const expired = (domain: Domain): Domain => ({ ...domain, status: 'EXPIRED', leaseUntil: null });

/** The facts after one look, and the status that follows from them. The same look counts once, a late one not at all. */
export function record(domain: Domain, attempt: Attempt): Domain {
  const { id, at, outcome, finding, exchanges } = attempt;
  if (domain.lastAttempt?.id === id || isOver(domain, at)) return domain;
  const looked = {
    ...domain,
    attempts: domain.attempts + 1,
    lastAttempt: { id, at, outcome, finding, exchanges },
    leaseUntil: null,
  };
  switch (outcome) {
    case 'UNKNOWN':
      return looked;
    case 'PROVED': {
      const verifiedAt = domain.verifiedAt ?? at;
      return { ...looked, status: 'VERIFIED', verifiedAt, provedAt: at, failures: 0, failingSince: null };
    }
    case 'NOT_PROVED': {
      const failing = { ...looked, failures: domain.failures + 1, failingSince: domain.failingSince ?? at };
      return { ...failing, status: statusWhenFailing(failing, at) };
    }
  }
}

function statusWhenFailing({ status, failures, failingSince }: Domain, at: Instant): DomainStatus {
  switch (status) {
    case 'PENDING':
    case 'EXPIRED':
    case 'SUSPENDED':
      return status;
    case 'VERIFIED':
    case 'LAPSING': {
      const isLong = failingSince !== null && at - failingSince >= SUSPEND_AFTER_MS;
      return isLong && failures >= SUSPEND_AFTER_FAILURES ? 'SUSPENDED' : 'LAPSING';
    }
  }
}

/**
 * Whether the name goes to another federation that proves it: once this one is suspended, or was looked at for weeks
 * without its proof being seen. Counted to its last look, so that an outage of ours, in which there are none, takes nothing.
 */
export const letsGo = ({ status, provedAt, lastAttempt }: Domain): boolean =>
  status === 'SUSPENDED' ||
  (provedAt !== null && lastAttempt !== null && lastAttempt.at - provedAt >= LETS_GO_AFTER_MS);

/** Another has proved the name and has it now. */
export const ousted = (domain: Domain): Domain => ({ ...domain, status: 'SUSPENDED' });

/** What the owner is told of a change of status. */
export function eventOf(before: DomainStatus, after: DomainStatus): DomainEvent | null {
  if (before === after) return null;
  switch (after) {
    case 'VERIFIED':
      return before === 'PENDING' ? 'domain.verified' : 'domain.restored';
    case 'LAPSING':
      return 'domain.lapsing';
    case 'SUSPENDED':
      return 'domain.suspended';
    case 'PENDING':
    case 'EXPIRED':
      return null;
  }
}

/** Whether the name is the federation's: people may sign in by it, and it may be associated anew. */
export const isProved = ({ status }: Domain): boolean => status === 'VERIFIED' || status === 'LAPSING';
