export { handler } from '../../../../../functions/revocation-work/index.ts';
