export { handler } from '../../../../../functions/sync-order-work/index.ts';
