/** Whether a grant may be made as asked, go on longer, or begin: every fault at once, each with its pointer. Pure. */
import { type Asked, type Decision, decide } from '../access-policies/rules.ts';
import type { Connection } from '../connections/schema.ts';
import { roleNamed } from '../custom-roles/rules.ts';
import { type FieldError, Problem } from '../platform/problems.ts';
import { INSTANT_MAX, type Instant } from '../platform/time.ts';
import type { Facts } from './facts.ts';
import { endOf, startOf } from './rules.ts';
import type { Grant, GrantChange, NewGrant } from './schema.ts';

/** Under which the grant may be made. */
export interface Eligible {
  readonly connection: Connection;
  /** The rule of the access policy that decided; null: there is none. */
  readonly policyRule: string | null;
}

/**
 * @param isApproverVerified whether the ticket's approver makes this call with a token of their own
 * @throws Problem `invalid-body` with every fault · `refused-by-policy` · `identity-provider-not-connected`
 */
export function checkGrant(wish: NewGrant, facts: Facts, isApproverVerified: boolean, now: Instant): Eligible {
  const errors = [
    ...identityProviderFaults(wish, facts),
    ...customRoleFaults(wish, facts),
    ...clusterFaults(wish, facts),
    ...endFaults(wish, now),
    ...reviewFaults({ startsAt: startOf(wish, now), reviewBy: wish.reviewBy ?? null }, now),
  ];
  if (errors.length > 0) throw new Problem('invalid-body', {}, { errors });
  if (facts.connection?.status !== 'CONNECTED') {
    const { identityProviderId } = wish;
    const { organizationId } = facts.project;
    const message = `It is not connected to ${organizationId}.`;
    throw new Problem(
      'identity-provider-not-connected',
      { identityProviderId, organizationId },
      { errors: [{ pointer: '/identityProviderId', message }] },
    );
  }
  const startsAt = startOf(wish, now);
  const asked: Asked = {
    principal: wish.principal,
    roles: wish.roles,
    clusterIds: wish.scope.clusterIds ?? null,
    startsAt,
    expiresAt: endOf(wish, startsAt),
    ticket: wish.ticket ?? null,
    isApproverVerified,
    endPointer: endPointer(wish),
  };
  return { connection: facts.connection, policyRule: checkPolicy(facts, asked, now) };
}

/** What another end and another review have to be, whatever the policy. @throws Problem `invalid-body` with every fault */
export function checkChange(before: Grant, after: Grant, now: Instant): void {
  const from = Math.max(before.startsAt, now);
  const isOver = after.expiresAt !== null && after.expiresAt <= from;
  const message = 'The end must lie after the start and in the future. To end it now, DELETE it.';
  const isTooLate = after.expiresAt !== null && after.expiresAt > INSTANT_MAX;
  const errors = [
    ...(isOver ? [{ pointer: '/expiresAt', message }] : []),
    ...(isTooLate ? [{ pointer: '/duration', message: TOO_LATE }] : []),
    ...(after.reviewBy === before.reviewBy ? [] : reviewFaults(after, now)),
  ];
  if (errors.length > 0) throw new Problem('invalid-body', {}, { errors });
}

function reviewFaults({ startsAt, reviewBy }: Pick<Grant, 'startsAt' | 'reviewBy'>, now: Instant): FieldError[] {
  if (reviewBy === null || reviewBy > Math.max(startsAt, now)) return [];
  return [{ pointer: '/reviewBy', message: 'The review must lie after the start and in the future.' }];
}

/**
 * An extension, which the policy is asked about anew; a shortening needs nobody's leave.
 * @returns the rule that decided
 * @throws Problem `refused-by-policy`
 */
export function checkExtension(
  after: Grant,
  change: GrantChange,
  facts: Pick<Facts, 'policy'>,
  isApproverVerified: boolean,
  now: Instant,
): string | null {
  return checkPolicy(facts, { ...after, isApproverVerified, endPointer: endPointer(change) }, now);
}

/** What the policy says of a grant whose start has come; it may have changed since the grant was made. */
export const decideAtStart = (grant: Grant, { policy }: Pick<Facts, 'policy'>): Decision =>
  decide(
    policy,
    { ...grant, isApproverVerified: grant.approval?.assurance === 'VERIFIED', endPointer: '/expiresAt' },
    grant.startsAt,
  );

const endPointer = (wish: { duration?: unknown }): string => (wish.duration === undefined ? '/expiresAt' : '/duration');

function checkPolicy({ policy }: Pick<Facts, 'policy'>, asked: Asked, now: Instant): string | null {
  const { rule, faults } = decide(policy, asked, now);
  if (faults.length === 0) return rule?.name ?? null;
  const rules = rule ? `The rule "${rule.name}"` : 'No rule';
  throw new Problem('refused-by-policy', { rules }, { errors: faults, extensions: { policyRule: rule?.name ?? null } });
}

function identityProviderFaults(wish: NewGrant, { identityProvider, project }: Facts): FieldError[] {
  if (identityProvider?.federationId !== project.federationId) {
    return [{ pointer: '/identityProviderId', message: 'There is no such identity provider in this federation.' }];
  }
  const { authorizationType, id } = identityProvider;
  if (wish.principal.type === authorizationType) return [];
  return [
    { pointer: '/principal/type', message: `${id} authorizes by ${authorizationType}. Give a principal of that type.` },
  ];
}

const customRoleFaults = ({ roles }: NewGrant, { customRoles }: Facts): FieldError[] =>
  roles.custom.flatMap((name, index) =>
    roleNamed(customRoles, name)
      ? []
      : [{ pointer: `/roles/custom/${index}`, message: `The project has no custom role "${name}".` }],
  );

const clusterFaults = ({ scope }: NewGrant, { presentClusterIds, project }: Facts): FieldError[] =>
  (scope.clusterIds ?? []).flatMap((id, index) =>
    presentClusterIds.has(id)
      ? []
      : [{ pointer: `/scope/clusterIds/${index}`, message: `${project.id} has no cluster ${id}.` }],
  );

/** Only ever by a duration: an instant that is given has four digits of a year. */
const TOO_LATE = 'It would end after the year 9999. Leave the end out for a permanent grant.';

function endFaults(wish: NewGrant, now: Instant): FieldError[] {
  const startsAt = startOf(wish, now);
  const expiresAt = endOf(wish, startsAt);
  if (expiresAt === null) return [];
  if (expiresAt <= startsAt) {
    return [{ pointer: '/expiresAt', message: 'The end must lie after the start and in the future.' }];
  }
  return expiresAt > INSTANT_MAX ? [{ pointer: '/duration', message: TOO_LATE }] : [];
}
