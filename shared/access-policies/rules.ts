/**
 * Which rule of a project's policy decides about a grant, and what it demands (A6). The first that matches holds; while
 * there are rules, a grant that none matches is refused. Pure.
 */
import { etagOf } from '../api/etag.ts';
import type { Grant, Ticket } from '../grants/schema.ts';
import type { FieldError } from '../platform/problems.ts';
import { formatDuration, formatInstant, type Instant } from '../platform/time.ts';
import type { Project } from '../tenants/schema.ts';
import type { AccessPolicy, AccessPolicyReplacement, PolicyRule } from './schema.ts';
import type { AccessPolicyView } from './view-schema.ts';

/** What is asked of the policy: a grant as it would be from now on. */
export interface Asked {
  readonly principal: Grant['principal'];
  readonly roles: Grant['roles'];
  readonly clusterIds: Grant['clusterIds'];
  readonly startsAt: Instant;
  readonly expiresAt: Instant | null;
  readonly ticket: Ticket | null;
  /** Whether the ticket's approver made this call with a token of their own. */
  readonly isApproverVerified: boolean;
  /** Under which member of the body its end was asked for. */
  readonly endPointer: string;
}

export interface Decision {
  /** Null: there are no rules, or none matches. */
  readonly rule: PolicyRule | null;
  readonly faults: readonly FieldError[];
}

export function decide(policy: Pick<AccessPolicy, 'rules'> | undefined, asked: Asked, now: Instant): Decision {
  const rules = policy?.rules ?? [];
  if (rules.length === 0) return { rule: null, faults: [] };
  const rule = rules.find((one) => matches(one, asked));
  if (rule) return { rule, faults: faultsOf(rule, asked, now) };
  const message = `No rule of the project's access policy (${rules.map(({ name }) => name).join(', ')}) is about this principal with these roles on these clusters. Ask for less, or ask an access administrator for a rule.`;
  return { rule: null, faults: [{ pointer: '', message }] };
}

/** All of the grant's principal, roles and clusters lie inside the rule. */
export const matches = (rule: PolicyRule, { principal, roles, clusterIds }: Asked): boolean =>
  (rule.principals?.includes(principal.name) ?? true) && coversRoles(rule, roles) && coversClusters(rule, clusterIds);

/** A rule that names roles of one kind is about no others: what it does not name cannot be smuggled in beside it. */
function coversRoles({ builtInRoles, customRoles, privileges }: PolicyRule, roles: Grant['roles']): boolean {
  if (!builtInRoles && !customRoles && !privileges) return true;
  const builtIn: readonly string[] = builtInRoles ?? [];
  return (
    (roles.builtIn === undefined || builtIn.includes(roles.builtIn)) &&
    roles.custom.every((name) => customRoles?.includes(name)) &&
    roles.privileges.every(({ role, database, collection }) =>
      privileges?.some(
        (pattern) =>
          pattern.role === role &&
          (pattern.database === undefined || pattern.database === database) &&
          (pattern.collection === undefined || pattern.collection === collection),
      ),
    )
  );
}

/** All clusters, also those still to come, lie inside no list. */
const coversClusters = ({ clusterIds: inside }: PolicyRule, clusterIds: Grant['clusterIds']): boolean =>
  inside === undefined || (clusterIds?.every((id) => inside.includes(id)) ?? false);

function faultsOf(rule: PolicyRule, asked: Asked, now: Instant): FieldError[] {
  const because = `The rule "${rule.name}" of the project's access policy`;
  return [...endFaults(rule, asked, now, because), ...ticketFaults(rule, asked, because)];
}

function endFaults(
  { temporaryOnly, longestDuration, longestTotal }: PolicyRule,
  { startsAt, expiresAt, endPointer: pointer }: Asked,
  now: Instant,
  because: string,
): FieldError[] {
  if (expiresAt === null) {
    const longest = longestDuration ?? longestTotal;
    if (!temporaryOnly && longest === undefined) return [];
    const most = longest === undefined ? '' : ` of at most ${formatDuration(longest)}`;
    return [{ pointer, message: `${because} takes temporary grants only. Give a duration${most}.` }];
  }
  const faults: FieldError[] = [];
  if (longestDuration !== undefined && expiresAt - Math.max(startsAt, now) > longestDuration) {
    faults.push({
      pointer,
      message: `${because} takes grants of at most ${formatDuration(longestDuration)}. Give less.`,
    });
  }
  if (longestTotal !== undefined && expiresAt - startsAt > longestTotal) {
    const until = formatInstant(startsAt + longestTotal);
    const message = `${because} lets one grant last ${formatDuration(longestTotal)} with its extensions: until ${until}. Give less, or ask for a new grant.`;
    faults.push({ pointer, message });
  }
  return faults;
}

function ticketFaults(rule: PolicyRule, { ticket, isApproverVerified }: Asked, because: string): FieldError[] {
  const faults: FieldError[] = [];
  if (rule.ticketRequired && ticket === null) {
    faults.push({ pointer: '/ticket', message: `${because} wants a ticket. Give its system and key.` });
  }
  if (rule.requesterAndApproverDiffer && !areTwo(ticket)) {
    const message = `${because} wants a requester and an approver who is somebody else. Name both in the ticket.`;
    faults.push({ pointer: '/ticket/approver', message });
  }
  if (rule.approverVerified && !isApproverVerified) {
    const message = `${because} wants a verified approver: the person whom the ticket names makes this call with an access token of their own.`;
    faults.push({ pointer: '/ticket/approver', message });
  }
  return faults;
}

/** Names are compared as mail systems do, so that capital letters make nobody a second person. */
function areTwo(ticket: Ticket | null): boolean {
  const { requester, approver } = ticket ?? {};
  if (requester === undefined || approver === undefined) return false;
  return requester.toLowerCase() !== approver.toLowerCase();
}

export const newPolicy = ({ id, federationId }: Project, now: Instant): AccessPolicy => ({
  version: 0,
  revision: 0,
  projectId: id,
  federationId,
  rules: [],
  createdAt: now,
  updatedAt: now,
});

export const replaced = (before: AccessPolicy, { rules }: AccessPolicyReplacement, now: Instant): AccessPolicy => ({
  ...before,
  rules,
  revision: before.revision + 1,
  updatedAt: now,
});

export const viewPolicy = (policy: AccessPolicy): AccessPolicyView => ({
  id: policy.projectId,
  createdAt: formatInstant(policy.createdAt),
  updatedAt: formatInstant(policy.updatedAt),
  etag: etagOf(policy.revision),
  projectId: policy.projectId,
  federationId: policy.federationId,
  rules: policy.rules.map(({ longestDuration, longestTotal, ...rule }) => ({
    ...rule,
    ...(longestDuration !== undefined && { longestDuration: formatDuration(longestDuration) }),
    ...(longestTotal !== undefined && { longestTotal: formatDuration(longestTotal) }),
  })),
});
