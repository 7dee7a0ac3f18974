export { handler } from '../../../../../functions/dispatcher/index.ts';
