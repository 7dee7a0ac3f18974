/** The connectors of this release. */
import type { Connectors } from './connector.ts';

import { introspection } from './introspection.ts';

export const CONNECTORS: Connectors = new Map([['introspection', introspection]]);
