/** What callers ask for, as the model understands it and as the API takes it. */
import { formatInstant, type Instant, SECOND_MS } from '../../shared/platform/time.ts';
import type { End, ModelRule, Principal, Target } from './grants-model.ts';

export type Wish =
  | {
      readonly kind: 'create';
      readonly identityProviderId: string;
      readonly principal: Principal;
      readonly role: string;
      readonly clusterIds: readonly string[] | null;
      readonly startsAt: Instant | undefined;
      readonly end: End;
    }
  | { readonly kind: 'change'; readonly grantId: string; readonly end: End }
  | { readonly kind: 'end'; readonly grantId: string }
  | { readonly kind: 'freeze'; readonly target: Target }
  | { readonly kind: 'lift'; readonly freezeId: string }
  | { readonly kind: 'connect'; readonly identityProviderId: string }
  | { readonly kind: 'disconnect'; readonly identityProviderId: string }
  | { readonly kind: 'policy'; readonly rules: readonly ModelRule[] }
  | { readonly kind: 'role'; readonly action: string };
export type Change<Kind extends Wish['kind'] = Wish['kind']> = Extract<Wish, { kind: Kind }>;

/** One call, or several with one Idempotency-Key: done at most once. */
export interface Asked {
  readonly wish: Wish;
  readonly begunAt: Instant;
  isDone: boolean;
}

export interface Request {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Whether it takes an Idempotency-Key, so that asking again is safe. */
  readonly isKeyed: boolean;
}
export interface Ids {
  readonly federationId: string;
  readonly organizationId: string;
  readonly projectId: string;
}

/** The one custom role of each project. */
export const CUSTOM_ROLE = 'clerk';

const seconds = (ms: number): string => `PT${ms / SECOND_MS}S`;
const endText = (end: End) =>
  end === null
    ? { expiresAt: null }
    : 'ms' in end
      ? { duration: seconds(end.ms) }
      : { expiresAt: formatInstant(end.at) };

export function requestOf(wish: Wish, { federationId, organizationId, projectId }: Ids): Request {
  const connections = `/v1/organizations/${organizationId}/connections`;
  switch (wish.kind) {
    case 'create': {
      const { principal, identityProviderId, clusterIds, startsAt, end } = wish;
      const roles = wish.role === CUSTOM_ROLE ? { custom: [wish.role] } : { builtIn: wish.role };
      const body = {
        ...{ principal, identityProviderId, roles },
        ...(clusterIds && { scope: { clusterIds } }),
        ...(startsAt !== undefined && { startsAt: formatInstant(startsAt) }),
        ...(end !== null && endText(end)),
      };
      return { method: 'POST', path: `/v1/projects/${projectId}/grants`, body, isKeyed: true };
    }
    case 'change':
      return { method: 'PATCH', path: `/v1/grants/${wish.grantId}`, body: endText(wish.end), isKeyed: false };
    case 'end':
      return { method: 'DELETE', path: `/v1/grants/${wish.grantId}`, isKeyed: false };
    case 'freeze': {
      const { target } = wish;
      const wide = target.type === 'PROJECT' ? projectId : federationId;
      const body = { reason: 'simulated', target: target.type === 'PRINCIPAL' ? target : { ...target, id: wide } };
      return { method: 'POST', path: `/v1/federations/${federationId}/freezes`, body, isKeyed: true };
    }
    case 'lift':
      return { method: 'DELETE', path: `/v1/freezes/${wish.freezeId}`, query: { reason: 'simulated' }, isKeyed: false };
    case 'connect':
      return {
        method: 'POST',
        path: connections,
        body: { identityProviderId: wish.identityProviderId },
        isKeyed: true,
      };
    case 'disconnect':
      return { method: 'DELETE', path: `${connections}/${wish.identityProviderId}`, isKeyed: false };
    case 'policy': {
      const rules = wish.rules.map(({ name, principals, longestMs, totalMs, isTemporaryOnly }) => ({
        name,
        ...(principals && { principals }),
        ...(longestMs !== undefined && { longestDuration: seconds(longestMs) }),
        ...(totalMs !== undefined && { longestTotal: seconds(totalMs) }),
        temporaryOnly: isTemporaryOnly,
      }));
      return { method: 'PUT', path: `/v1/projects/${projectId}/access-policy`, body: { rules }, isKeyed: false };
    }
    case 'role': {
      const actions = [{ action: wish.action, resources: [{ database: 'sales', collection: '' }] }];
      const path = `/v1/projects/${projectId}/custom-roles/${CUSTOM_ROLE}`;
      return { method: 'PUT', path, body: { actions, inheritedRoles: [] }, isKeyed: false };
    }
  }
}
