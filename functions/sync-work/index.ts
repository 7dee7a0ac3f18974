/** Brings clusters that hold users and roles to what is wanted there, one principal on one cluster at a time. */
import { CONNECTORS } from '../../shared/connectors/registry.ts';
import { syncHandler } from './handler.ts';

export const handler = syncHandler(CONNECTORS);
