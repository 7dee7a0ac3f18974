/** The password of a connector's own database user: sealed for its cluster, opened where the cluster is called. */
import type { Sealer } from '../platform/seal.ts';

const purpose = (clusterId: string): string => `password of the connector of ${clusterId}`;

/** No other cluster's can be put in its place. */
export const sealedPassword = (sealer: Sealer, clusterId: string, password: string): string =>
  sealer.seal(password, purpose(clusterId));
