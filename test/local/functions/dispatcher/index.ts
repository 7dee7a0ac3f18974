export { handler } from '../../stubs/dispatcher.ts';
