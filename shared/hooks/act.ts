/**
 * What a proven delivery does, as a caller of its own and by the services that every caller uses. Its answer is kept in
 * the transaction of what it does: whoever races, it is done once, and a crash leaves all of it or nothing.
 */
import type * as z from 'zod';
import type { Call, Planned } from '../api/call.ts';
import { faultsOf } from '../api/faults.ts';
import { transact } from '../api/transact.ts';
import type { Action } from '../callers/rights.ts';
import { NewGrant } from '../grants/schema.ts';
import type { GrantService } from '../grants/service.ts';
import { identityProviderItem, identityProviderKey } from '../identity-providers/store.ts';
import type { Commit } from '../platform/commit.ts';
import type { Cause, Plan } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import type { Table, Write } from '../platform/table.ts';
import type { Clock, Instant } from '../platform/time.ts';
import type { FindsIdentityProviders } from '../revocations/routes.ts';
import { NewRevocation } from '../revocations/schema.ts';
import type { RevocationService } from '../revocations/service.ts';
import type { Project } from '../tenants/schema.ts';
import { type Filled, nested } from './fields.ts';
import { callerOfHook } from './rules.ts';
import type { Doing, Hook, HookAction } from './schema.ts';

export interface ActParts {
  readonly table: Table;
  readonly commit: Commit;
  readonly clock: Clock;
  readonly grants: Pick<GrantService, 'create'>;
  readonly revocations: Pick<RevocationService, 'create'>;
  readonly identityProviders: FindsIdentityProviders;
  readonly tenants: { project(call: Call, id: string): Promise<Project> };
}

/** What each action is checked as; the roles that allow it are in `rules.ts`. */
const ACTS_AS: { readonly [Name in HookAction]: Action } = {
  REVOKE_JWKS: 'revocation.write',
  END_GRANTS_OF_TICKET: 'grant.write',
  CREATE_GRANT: 'grant.write',
};

/** What goes into the transaction beside the action itself; it may throw what ends the attempt. */
export type Beside = (now: Instant) => Promise<Plan>;

/** The call that a delivery makes. A dry run rehearses. */
export const callOf = (
  { table, commit, clock }: Pick<ActParts, 'table' | 'commit' | 'clock'>,
  hook: Hook,
  cause: Cause,
  { dryRun, beside }: { readonly dryRun: boolean; readonly beside: Beside },
): Call => ({
  ...cause,
  caller: callerOfHook(hook),
  action: ACTS_AS[hook.doing.action],
  dryRun,
  origin: '',
  ifMatch: undefined,
  transact: <View>(attempt: (now: Instant) => Promise<Planned<View>>) =>
    transact({ table, commit, clock, cause, dryRun, alongside: () => [] }, async (now) => {
      const more = await beside(now);
      const { plan, view } = await attempt(now);
      return { plan: joined(plan, more), view };
    }),
});

export const joined = (one: Plan, other: Plan): Plan => ({
  writes: [...one.writes, ...other.writes],
  audit: [...one.audit, ...other.audit],
  events: [...one.events, ...other.events],
});

type Revoking = Extract<Doing, { action: 'REVOKE_JWKS' }>;
type Creating = Extract<Doing, { action: 'CREATE_GRANT' }>;

export const actions = ({ table, grants, revocations, identityProviders, tenants }: ActParts) => ({
  /** @throws Problem as `revocations.create` · `not-found` when the identity provider is gone */
  async revoke(call: Call, hook: Hook, { identityProviderId }: Revoking, fields: Filled) {
    const identityProvider = await identityProviders.find(call, identityProviderId);
    const wish = { reason: `The hook ${hook.name} was called.`, ...nested(fields) };
    return revocations.create(call, identityProvider, parsed(NewRevocation, wish));
  },

  /** @throws Problem as `grants.create` · `not-found` when the project or the identity provider is gone */
  async create(call: Call, { projectId, identityProviderId }: Creating, fields: Filled) {
    const project = await tenants.project(call, projectId);
    const identityProvider = await identityProviderItem.read(table, identityProviderKey(identityProviderId));
    if (!identityProvider) throw new Problem('not-found', {});
    const filled = { 'principal.type': identityProvider.authorizationType, ...fields };
    return grants.create(call, project, parsed(NewGrant, { ...nested(filled), identityProviderId }));
  },

  /** The project that grants of a ticket are ended in. @throws Problem `not-found` when it is gone */
  project: (call: Call, projectId: string) => tenants.project(call, projectId),
});

/** As the API reads the same from a body. */
function parsed<T>(schema: z.ZodType<T>, wish: unknown): T {
  const result = schema.safeParse(wish, { reportInput: true });
  if (!result.success) throw new Problem('invalid-body', {}, { errors: faultsOf(result.error.issues) });
  return result.data;
}

export const onlyWrites = (writes: readonly Write[]): Plan => ({ writes, audit: [], events: [] });
