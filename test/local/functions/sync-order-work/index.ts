export { handler } from '../../stubs/worker.ts';
