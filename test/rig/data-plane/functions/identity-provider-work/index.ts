export { handler } from '../../../../../functions/identity-provider-work/index.ts';
