import { syncHandler } from '../../../../../functions/sync-work/handler.ts';
import { CONNECTORS } from '../connectors.ts';

export const handler = syncHandler(CONNECTORS);
