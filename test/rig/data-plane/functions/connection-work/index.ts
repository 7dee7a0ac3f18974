export { handler } from '../../../../../functions/connection-work/index.ts';
