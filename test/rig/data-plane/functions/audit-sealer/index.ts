export { handler } from '../../../../../functions/audit-sealer/index.ts';
