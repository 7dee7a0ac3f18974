/** A caller's wish as a value. Made by pure functions, shown by a dry run, sent by `commit`. */

import type { Write } from './table.ts';
import type { Instant } from './time.ts';

/** Who did it. */
export interface Actor {
  readonly type: 'CALLER' | 'SYSTEM';
  /** What proved the caller: `key_…`, `cis_…`, `hok_…` of a signed delivery, or `idp_…` of a person. */
  readonly id: string;
  /** Who stands behind it: the `sub` of a caller issuer's JWT, or the person's user name. */
  readonly subject?: string | undefined;
}

/** What the audit keeps of a change; `before` and `after` are views, so they never hold a secret. */
export interface AuditEntry {
  readonly federationId: string;
  /** Such as `grant.create`; the words of the API. */
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly before: unknown;
  readonly after: unknown;
}

/** What leaves the system as a CloudEvent; kept as an item until it is delivered. */
export interface DomainEvent {
  readonly federationId: string;
  /** A name of api.md, Events, such as `grant.created`. */
  readonly type: string;
  readonly subject: string;
  readonly data: unknown;
}

export interface Plan {
  readonly writes: readonly Write[];
  readonly audit: readonly AuditEntry[];
  readonly events: readonly DomainEvent[];
}

/** Nothing to do: it is already as wished. */
export const NOTHING: Plan = { writes: [], audit: [], events: [] };

/** Under what a plan is carried out: who, when, and on whose behalf. */
export interface Cause {
  readonly actor: Actor;
  readonly now: Instant;
  /** Follows a change from the request through every message to the last worker. */
  readonly correlationId: string;
  /** Address of the caller; null for what the system does by itself. */
  readonly source: string | null;
}
