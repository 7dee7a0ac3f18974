export { handler } from '../../../../../functions/domain-work/index.ts';
