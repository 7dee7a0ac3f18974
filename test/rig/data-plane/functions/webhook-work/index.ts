export { handler } from '../../../../../functions/webhook-work/index.ts';
