/** Everything a verdict is made of, loaded before the clock is read and anything is decided. */
import type { Cluster } from '../clusters/schema.ts';
import type { Connection } from '../connections/schema.ts';
import type { CustomRoles } from '../custom-roles/schema.ts';
import type { LiveGrant } from '../grants/live.ts';
import type { Gate } from '../identity-providers/gate.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import type { ReadPrincipal } from '../tokens/principal.ts';
import type { TokenFacts } from '../tokens/steps.ts';

/** What was read of the IdP that the token's issuer and audience point to, and of its bearer's grants. */
export interface Registered {
  readonly identityProvider: IdentityProvider;
  readonly gate: Gate;
  /** Freezes of the project and of the federation. */
  readonly frozen: readonly string[];
  readonly connection: Connection | undefined;
  readonly principal: ReadPrincipal;
  /** Of the user, or of each of the groups in the token; in time or not. */
  readonly grants: readonly (LiveGrant & { readonly principalName: string })[];
  /** Of the project; read only when a grant names one. */
  readonly customRoles: Pick<CustomRoles, 'roles'>;
}

export interface Facts extends TokenFacts {
  readonly cluster: Cluster;
  /** Undefined: no IdP of the organization has the token's issuer. */
  readonly registered: Registered | undefined;
}
