/** What a domain's owner is told, beside the view of its state: what was seen last, what the status and the name mean. Pure. */

import type { Finding } from '../platform/finding.ts';
import { formatInstant } from '../platform/time.ts';
import { lookAlike } from './look-alike.ts';
import { expiresAt, SUSPEND_AFTER_FAILURES, SUSPEND_AFTER_MS } from './rules.ts';
import type { Domain } from './schema.ts';

export const findingsOf = (domain: Domain): Finding[] =>
  [domain.lastAttempt?.finding, ofStatus(domain), lookAlike(domain.domainName)].filter(
    (finding) => finding !== undefined,
  );

function ofStatus(domain: Domain): Finding | undefined {
  const { status, domainName, failures, failingSince } = domain;
  const since = failingSince === null ? '' : ` since ${formatInstant(failingSince)}`;
  switch (status) {
    case 'PENDING':
    case 'VERIFIED':
      return undefined;
    case 'LAPSING':
      return {
        severity: 'WARNING',
        code: 'domain-lapsing',
        message: `The proof of ${domainName} has not been there${since}; it was seen to be missing ${timesText(failures)}.`,
        fix: `Publish the proof again${suspensionText(failingSince)}.`,
      };
    case 'SUSPENDED':
      return suspended(domain);
    case 'EXPIRED':
      return {
        severity: 'ERROR',
        code: 'domain-expired',
        message: `The proof of ${domainName} was not published by ${formatInstant(expiresAt(domain))}.`,
        fix: 'Add the domain anew, and publish the proof that the new one asks for.',
      };
  }
}

function suspended({ domainName, failingSince, provedAt, lastAttempt }: Domain): Finding {
  const ended = 'Sign-in discovery by it and new associations have ended; live grants go on';
  if (lastAttempt?.finding.code === 'domain-owned-elsewhere') {
    const fix = 'Find out which federation is to have it. The other one deletes its domain; then this one is restored.';
    return {
      severity: 'ERROR',
      code: 'domain-suspended',
      message: `Another federation holds ${domainName} now. ${ended}.`,
      fix,
    };
  }
  const from = failingSince ?? provedAt;
  const since = from === null ? '' : ` since ${formatInstant(from)}`;
  return {
    severity: 'ERROR',
    code: 'domain-suspended',
    message: `The proof of ${domainName} has not been seen${since}. ${ended}, and another federation may prove the name.`,
    fix: 'Publish the proof again, then POST …/verifications: one success restores it, unless another has the name by then.',
  };
}

const suspensionText = (failingSince: number | null): string =>
  failingSince === null
    ? ''
    : `: once ${SUSPEND_AFTER_FAILURES} looks have failed, the domain is suspended from ${formatInstant(failingSince + SUSPEND_AFTER_MS)} on`;

const timesText = (count: number): string => (count === 1 ? 'once' : `${count} times`);
