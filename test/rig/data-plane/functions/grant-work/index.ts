export { handler } from '../../../../../functions/grant-work/index.ts';
