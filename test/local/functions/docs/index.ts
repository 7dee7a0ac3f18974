export { handler } from '../../stubs/api.ts';
