export { handler } from '../../../../../functions/docs/index.ts';
