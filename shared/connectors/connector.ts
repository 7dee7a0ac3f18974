/**
 * What every data plane is asked for, whatever it is. A cluster is never told what has happened: it is told what is
 * wanted now, and believed only after a look. Nobody but the registry knows which connectors there are.
 */
import type { Cluster } from '../clusters/schema.ts';
import type { Union } from '../custom-roles/union.ts';
import type { Principal } from '../grants/schema.ts';

/** A user or group, as a server knows it: by the identity provider's short name and the claim's value. */
export interface Holder {
  readonly identityProvider: { readonly id: string; readonly shortName: string };
  readonly principal: Principal;
}

export interface Wish {
  readonly holder: Holder;
  /** The union of what its grants give now; null: nothing, and nothing of ours may be left of it. */
  readonly access: Union | null;
  /** Whether its sessions end with its access. */
  readonly endSessions: boolean;
}

export interface Connector {
  /** Whether the cluster holds users or roles of ours. One that asks us for verdicts does not. */
  readonly holds: boolean;
  /**
   * Makes it so, and looks whether it is: dropping also makes every node forget what it has cached of the principal, and
   * ends its sessions where that is wished. What is so already is a success. Does not answer before it is verified.
   * @throws ConnectorFault with what went wrong · whatever `signal` aborts with
   */
  applyPrincipal(cluster: Cluster, wish: Wish, signal: AbortSignal): Promise<void>;
}

/** Why a cluster is not as wanted, in words for its owner: never with a secret or a text of the server's. */
export class ConnectorFault extends Error {}

/** By the type in a cluster's `connector`. */
export type Connectors = ReadonlyMap<string, Connector>;

/** @throws Error for a type that this release has no connector for: clusters of it cannot be made */
export function connectorFor(connectors: Connectors, { connector: { type } }: Pick<Cluster, 'connector'>): Connector {
  const connector = connectors.get(type);
  if (!connector) throw new Error(`there is no connector "${type}"`);
  return connector;
}
