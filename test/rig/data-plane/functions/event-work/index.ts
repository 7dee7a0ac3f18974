export { handler } from '../../../../../functions/event-work/index.ts';
