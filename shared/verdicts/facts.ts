/** Everything a verdict is made of, loaded before the clock is read and anything is decided. */
import type { Cluster } from '../clusters/schema.ts';
import type { Connection } from '../connections/schema.ts';
import type { LiveGrant } from '../grants/live.ts';
import type { Gate } from '../identity-providers/gate.ts';
import type { UsableKey } from '../identity-providers/key-set.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import type { ReadPrincipal } from './principal.ts';
import type { SignatureChecked } from './signature.ts';
import type { Token } from './token.ts';

/** What was read of the IdP that the token's issuer and audience point to, and of its bearer's grants. */
export interface Registered {
  readonly identityProvider: IdentityProvider;
  readonly gate: Gate;
  readonly connection: Connection | undefined;
  readonly principal: ReadPrincipal;
  /** Of the user, or of each of the groups in the token; in time or not. */
  readonly grants: readonly (LiveGrant & { readonly principalName: string })[];
}

export interface Facts {
  readonly cluster: Cluster;
  readonly token: Token;
  /** Undefined: no IdP of the organization has the token's issuer. */
  readonly registered: Registered | undefined;
  /** The keys that fit the token's header, of the present generation; undefined when they were not looked for. */
  readonly candidates: readonly UsableKey[] | undefined;
  readonly signature: SignatureChecked | undefined;
}
