export { handler } from '../../../../../functions/verdicts/index.ts';
