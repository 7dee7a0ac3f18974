/** When an issuer is looked at again by itself (S5): once a day, and sooner while something is wrong with it. Pure. */
import type { Rest } from '../platform/settle.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../platform/time.ts';
import { hasError } from './finding.ts';
import type { IdentityProvider } from './schema.ts';

export const RECHECK_MS = DAY_MS;
/** After a look that found an ERROR: who mends it reads so the same day, and an outage does not stay a finding. */
export const RETRY_MS = HOUR_MS;

export type Action = { readonly kind: 'look' };

export const dueAt = ({ checkedAt, findings }: IdentityProvider): Instant =>
  checkedAt + (hasError(findings) ? RETRY_MS : RECHECK_MS);

export function next(idp: IdentityProvider, now: Instant): Action | Rest {
  const due = dueAt(idp);
  return now < due ? { kind: 'wait', until: due } : { kind: 'look' };
}
