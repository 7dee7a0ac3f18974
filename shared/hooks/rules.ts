/** What a hook is, whom it acts as, and plans for it. Pure. */
import { firstVersion, frameOf } from '../api/view.ts';
import type { Caller, Held, Role } from '../callers/schema.ts';
import type { Plan } from '../platform/plan.ts';
import { deletion } from '../platform/table.ts';
import { DAY_MS, formatDuration, formatInstantOrNull, type Instant } from '../platform/time.ts';
import { claimName, parentExists, releaseName } from '../tenants/rules.ts';
import type { Doing, Guards, Hook, HookAction, HookChange, HookSecret, NewHook, Signing } from './schema.ts';
import { actionsKey, hookItem } from './store.ts';
import type { HookView } from './view-schema.ts';

const WORD = 'hook';
/** How long the secret of before lives on: senders are changed by hand, one after the other. */
export const OLDER_SECRET_MS = DAY_MS;

/** Those that prove deliveries, newest first. */
export const liveSecrets = ({ secrets }: Pick<Hook, 'secrets'>, now: Instant): HookSecret[] =>
  secrets.filter(({ endsAt }) => endsAt === null || now < endsAt);

/** @param origin of the API, as the caller reaches it */
export const urlOf = (origin: string, hookId: string): string => `${origin}/v1/hooks/${hookId}`;

export function viewHook(hook: Hook, origin: string, now: Instant, lastUsedAt: Instant | null = null): HookView {
  const { format, ...own } = hook.signing;
  const [, older] = liveSecrets(hook, now);
  const { equals, maxAgeMs, maxActionsPerHour } = hook.guards;
  return {
    ...frameOf(hook),
    federationId: hook.federationId,
    name: hook.name,
    format,
    ...own,
    ...hook.doing,
    mapping: hook.mapping,
    constants: hook.constants,
    guards: { equals, maxAge: maxAgeMs === null ? null : formatDuration(maxAgeMs), maxActionsPerHour },
    url: urlOf(origin, hook.id),
    olderSecretEndsAt: formatInstantOrNull(older?.endsAt ?? null),
    lastUsedAt: formatInstantOrNull(lastUsedAt),
  };
}

const guardsOf = ({ equals, maxAge, maxActionsPerHour }: Guards): Hook['guards'] => ({
  equals,
  maxAgeMs: maxAge ?? null,
  maxActionsPerHour: maxActionsPerHour ?? null,
});

/** As the definition's checks have let it pass. */
const signingOf = ({ format, header = '', prefix = '', encoding = 'hex' }: NewHook): Signing =>
  format === 'hmac-sha256' ? { format, header, prefix, encoding } : { format };

const doingOf = ({ action, projectId = '', identityProviderId = '' }: NewHook): Doing => {
  switch (action) {
    case 'REVOKE_JWKS':
      return { action, identityProviderId };
    case 'END_GRANTS_OF_TICKET':
      return { action, projectId };
    case 'CREATE_GRANT':
      return { action, projectId, identityProviderId };
  }
};

export const newHook = (
  id: string,
  wish: NewHook,
  place: { readonly federationId: string; readonly organizationId: string | null },
  sealed: string,
  now: Instant,
): Hook => ({
  id,
  ...firstVersion(now),
  ...place,
  name: wish.name,
  signing: signingOf(wish),
  doing: doingOf(wish),
  mapping: wish.mapping,
  constants: wish.constants,
  guards: guardsOf(wish.guards),
  secrets: [{ sealed, endsAt: null }],
});

export const changedHook = (before: Hook, change: HookChange, now: Instant): Hook => ({
  ...before,
  name: change.name ?? before.name,
  mapping: change.mapping ?? before.mapping,
  constants: change.constants ?? before.constants,
  guards: change.guards ? guardsOf(change.guards) : before.guards,
  revision: before.revision + 1,
  updatedAt: now,
});

/** The newest secret and the one before, which lives on for a day; an older one ends at once. */
export function rotated(before: Hook, sealed: string, now: Instant): Hook {
  const [newest] = before.secrets;
  const older = newest ? [{ ...newest, endsAt: now + OLDER_SECRET_MS }] : [];
  return { ...before, secrets: [{ sealed, endsAt: null }, ...older], revision: before.revision + 1, updatedAt: now };
}

/** The least role that its action needs, and only where it acts. It holds no other, whoever made it. */
const ROLES: { readonly [Action in HookAction]: Role } = {
  REVOKE_JWKS: 'INCIDENT_RESPONDER',
  END_GRANTS_OF_TICKET: 'ACCESS_ADMINISTRATOR', // the ticket's grants may be another caller's
  CREATE_GRANT: 'REQUESTER',
};

type Acting = Pick<Hook, 'id' | 'federationId' | 'organizationId' | 'doing'>;

/** The caller that a hook's deliveries are: its grants are its own. */
export function callerOfHook({ id, federationId, organizationId, doing }: Acting): Caller {
  const held: Held =
    'projectId' in doing
      ? {
          role: ROLES[doing.action],
          scope: { type: 'PROJECT', id: doing.projectId },
          place: { federationId, organizationId: organizationId ?? undefined, projectId: doing.projectId },
        }
      : {
          role: ROLES[doing.action],
          scope: { type: 'FEDERATION', id: federationId },
          place: { federationId },
        };
  return { kind: 'CLIENT', id, actor: { type: 'CALLER', id }, holds: [held], requestsPerMinute: null };
}

/** Without its address, which depends on who asks. */
function audited(hook: Hook, now: Instant) {
  const { url: _url, lastUsedAt: _lastUsedAt, ...view } = viewHook(hook, '', now);
  return view;
}

const audit = (verb: string, before: Hook | null, after: Hook | null, one: Hook, now: Instant) => ({
  federationId: one.federationId,
  action: `${WORD}.${verb}`,
  resource: { type: WORD, id: one.id },
  before: before && audited(before, now),
  after: after && audited(after, now),
});

export const planCreation = (hook: Hook, now: Instant): Plan => ({
  writes: [
    hookItem.create(hook, () => 'stale'),
    parentExists.federation(hook.federationId),
    claimName(hook.federationId, WORD, hook.name, hook.id),
  ],
  audit: [audit('create', null, hook, hook, now)],
  events: [],
});

export const planChange = (before: Hook, after: Hook, now: Instant): Plan => ({
  writes: [
    hookItem.replace(after),
    ...(before.name === after.name
      ? []
      : [
          releaseName(before.federationId, WORD, before.name, before.id),
          claimName(after.federationId, WORD, after.name, after.id),
        ]),
  ],
  audit: [audit('change', before, after, after, now)],
  events: [],
});

export const planRotation = (before: Hook, after: Hook, now: Instant): Plan => ({
  writes: [hookItem.replace(after)],
  audit: [audit('rotate-secret', before, after, after, now)],
  events: [],
});

/** From then on nothing that it signed is believed; what it made stays. */
export const planRemoval = (hook: Hook, now: Instant): Plan => ({
  writes: [
    hookItem.remove(hook),
    deletion(actionsKey(hook.id)),
    releaseName(hook.federationId, WORD, hook.name, hook.id),
  ],
  audit: [audit('delete', hook, null, hook, now)],
  events: [],
});
