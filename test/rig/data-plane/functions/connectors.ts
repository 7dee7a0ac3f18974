/** Those of the product, and one that reaches the tests' own data plane in the place of MongoDB. */
import type { Connectors } from '../../../../shared/connectors/connector.ts';
import { CONNECTORS as OURS } from '../../../../shared/connectors/registry.ts';
import { pushConnector } from './push-connector.ts';

export const CONNECTORS: Connectors = new Map([...OURS, ['mongodb', pushConnector]]);
