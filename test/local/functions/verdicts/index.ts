export { handler } from '../../stubs/verdicts.ts';
