import { type PublicRoute, publicRoute } from './route.ts';

/** Says that the API answers; asks nothing of the table, which has alarms of its own. */
export const healthRoutes = (): PublicRoute[] => [
  publicRoute({ path: '/healthz', handle: async () => ({ status: 'ok' }) }),
];
