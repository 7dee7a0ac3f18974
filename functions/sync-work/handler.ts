import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Connectors } from '../../shared/connectors/connector.ts';
import { bootWriter } from '../../shared/platform/boot.ts';
import { commitWith } from '../../shared/platform/commit.ts';
import { nudgerWithout } from '../../shared/platform/nudge.ts';
import { settings, WRITER } from '../../shared/platform/settings.ts';
import { ALL_AT_ONCE, workerOf } from '../../shared/platform/worker.ts';
import { presenceItem } from '../../shared/sync/store.ts';
import { syncWork } from '../../shared/sync/work.ts';

/** What is tried again within the minute is tried within one run; for the rest the dispatcher comes by. */
export function syncHandler(connectors: Connectors) {
  const writer = bootWriter(settings(WRITER), 'sync-work');
  const commit = commitWith({ ...writer, nudger: nudgerWithout(writer.nudger, presenceItem.name) });
  const work = syncWork({ ...writer, commit, connectors });
  return middy<SQSEvent, SQSBatchResponse>().handler(
    workerOf(work, writer.log, { atOnce: ALL_AT_ONCE, givesBack: false }),
  );
}
