/** Everything of the HTTP API but introspection. Entry only: parse, call, answer. */
import { CONNECTORS } from '../../shared/connectors/registry.ts';
import { apiHandler } from './handler.ts';

export const handler = await apiHandler(CONNECTORS);
