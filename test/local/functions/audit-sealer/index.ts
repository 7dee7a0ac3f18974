export { handler } from '../../stubs/sealer.ts';
