import * as z from 'zod';
import { publicOperation } from './operation.ts';
import { type PublicRoute, publicRoute } from './route.ts';

export const getHealth = publicOperation({
  id: 'getHealth',
  tag: 'About',
  summary: 'Say that the API answers',
  description: 'Asks nothing of the table, which has alarms of its own.',
  path: '/healthz',
  answer: z.strictObject({ status: z.literal('ok') }),
});

export const healthRoutes = (): PublicRoute[] => [publicRoute(getHealth, async () => ({ status: 'ok' }))];
