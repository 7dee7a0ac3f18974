/**
 * `npm run demo`: the whole story, step by step, against a running system. Ends non-zero when a step is not as
 * told.
 */
import { api } from '../test/rig/client.ts';
import { page } from './page.ts';
import { openStage, type Stage } from './stage.ts';
import { story } from './story.ts';
import { NotAsTold, teller } from './teller.ts';

const out = page((line) => console.log(line));
// Ends by `exit`, on whose event the rig ends what it started.
process.once('SIGINT', () => process.exit(130));

let stage: Stage | undefined;
try {
  stage = await openStage(out);
  const startedAt = performance.now();
  const tell = teller(api(stage.system.url, stage.system.bootstrapKey), out);
  await story(tell, stage);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  out.plain();
  out.point(`The whole story, as told: ${tell.requests()} requests in ${seconds} s.`);
} catch (error) {
  process.exitCode = 1;
  if (error instanceof NotAsTold) out.failure(error.message, error.details);
  else out.failure('The demo itself broke.', [error instanceof Error ? (error.stack ?? error.message) : String(error)]);
} finally {
  await stage?.end();
}
