/** For whatever asks for a verdict at every use: nothing is put there, so nothing is late. */
import type { Connector } from './connector.ts';

export const introspection: Connector = {
  holds: false,
  async applyPrincipal() {},
};
