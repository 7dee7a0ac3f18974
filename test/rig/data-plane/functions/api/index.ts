import { apiHandler } from '../../../../../functions/api/handler.ts';
import { CONNECTORS } from '../connectors.ts';

export const handler = await apiHandler(CONNECTORS);
