/** Plans for domains. Pure. */
import { frameOf } from '../api/view.ts';
import { claim, release } from '../platform/claim.ts';
import type { Plan } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import type { Write } from '../platform/table.ts';
import { formatInstant, formatInstantOrNull } from '../platform/time.ts';
import { parentExists } from '../tenants/rules.ts';
import { findingsOf } from './findings.ts';
import { unicodeName } from './names.ts';
import type { Owned } from './ownership.ts';
import { viewProof } from './proof.ts';
import { type DomainEvent, dueAt, eventOf, expiresAt } from './rules.ts';
import type { Attempt, Domain } from './schema.ts';
import { attemptItem, domainItem } from './store.ts';
import type { AttemptView, DomainView } from './view-schema.ts';

type Look = Omit<Attempt, 'version' | 'domainId'>;
export const viewAttempt = ({ id, at, outcome, finding, exchanges }: Look): AttemptView => ({
  id,
  at: formatInstant(at),
  outcome,
  finding,
  exchanges: exchanges.map((exchange) => ({ ...exchange, keptUntil: formatInstantOrNull(exchange.keptUntil) })),
});

export const viewDomain = (domain: Domain): DomainView => ({
  ...frameOf(domain),
  displayName: domain.displayName,
  domainName: domain.domainName,
  unicodeName: unicodeName(domain.domainName),
  method: domain.method,
  status: domain.status,
  proof: viewProof(domain),
  nextCheckAt: formatInstantOrNull(dueAt(domain)),
  verifiedAt: formatInstantOrNull(domain.verifiedAt),
  expiresAt: domain.status === 'PENDING' ? formatInstant(expiresAt(domain)) : null,
  failingSince: formatInstantOrNull(domain.failingSince),
  lastAttempt: domain.lastAttempt && viewAttempt(domain.lastAttempt),
  findings: findingsOf(domain),
  federationId: domain.federationId,
});

const audit = (action: string, before: Domain | null, after: Domain | null, { id, federationId }: Domain) => ({
  federationId,
  action,
  resource: { type: 'domain', id },
  before: before && viewDomain(before),
  after: after && viewDomain(after),
});

/** Within a federation a name is added once, until it has expired. */
const nameScope = ({ federationId }: Domain): string => `${federationId}#domain`;
const claimName = (domain: Domain): Write => {
  const refused = (heldBy: string) => new Problem('name-taken', { name: domain.domainName, heldBy });
  return claim(nameScope(domain), domain.domainName, domain.id, refused);
};
const releaseName = (domain: Domain): Write => release(nameScope(domain), domain.domainName, domain.id);

export const planAddition = (domain: Domain): Plan => ({
  writes: [domainItem.create(domain, () => 'stale'), parentExists.federation(domain.federationId), claimName(domain)],
  audit: [audit('domain.create', null, domain, domain)],
  events: [],
});

export const planChange = (before: Domain, after: Domain): Plan => ({
  writes: [domainItem.replace(after)],
  audit: [audit('domain.change', before, after, after)],
  events: [],
});

export const planLease = (after: Domain): Plan => ({ writes: [domainItem.replace(after)], audit: [], events: [] });

/** The name is free to be added anew: it takes another proof. */
export const planExpiry = (before: Domain, after: Domain): Plan => ({
  writes: [domainItem.replace(after), releaseName(after)],
  audit: [audit('domain.expire', before, after, after)],
  events: [],
});

/** What one look has shown, and what it does to who holds the name. */
export function planRecord(
  before: Domain,
  after: Domain,
  attempt: Attempt,
  { owned, by }: { readonly owned: Pick<Owned, 'writes' | 'ousted'>; readonly by: 'CALLER' | 'SYSTEM' },
): Plan {
  const event = eventOf(before.status, after.status);
  const action = by === 'CALLER' ? 'domain.verify' : event;
  return {
    writes: [domainItem.replace(after), attemptItem.create(attempt, () => 'stale'), ...owned.writes],
    audit: [
      ...(action ? [audit(action, before, after, after)] : []),
      ...(owned.ousted ? [auditOusted(owned.ousted)] : []),
    ],
    events: [
      ...(event ? [told(event, after)] : []),
      ...(owned.ousted ? [told('domain.suspended', owned.ousted.after)] : []),
    ],
  };
}

const told = (type: DomainEvent, domain: Domain) => ({
  federationId: domain.federationId,
  type,
  subject: domain.id,
  data: viewDomain(domain),
});

/** In the audit of the federation that loses the name, which is not told to whom. */
const auditOusted = ({ before, after }: NonNullable<Owned['ousted']>) =>
  audit('domain.suspended', before, after, after);

/** @param ownership lets go of the name, if this domain holds it */
export const planRemoval = (domain: Domain, ownership: readonly Write[]): Plan => ({
  writes: [domainItem.remove(domain), ...(domain.status === 'EXPIRED' ? [] : [releaseName(domain)]), ...ownership],
  audit: [audit('domain.delete', domain, null, domain)],
  events: [],
});
