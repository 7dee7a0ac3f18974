/** Carries out orders to look at what lies on clusters, and sends on what has come due there, each in its turn. */
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { bootWriter } from '../../shared/platform/boot.ts';
import { commitWith } from '../../shared/platform/commit.ts';
import { kindOf, nudgerWithout } from '../../shared/platform/nudge.ts';
import { settings, WRITER } from '../../shared/platform/settings.ts';
import type { Key } from '../../shared/platform/table.ts';
import { workerOf } from '../../shared/platform/worker.ts';
import { orderWork } from '../../shared/sync/order-work.ts';
import { presenceItem, syncOrderItem } from '../../shared/sync/store.ts';

const writer = bootWriter(settings(WRITER), 'sync-order-work');
const commit = commitWith({ ...writer, nudger: nudgerWithout(writer.nudger, syncOrderItem.name) });
const carryOut = orderWork({ ...writer, commit });

const work = async (key: Key, correlationId: string): Promise<void> => {
  if (kindOf(key) !== presenceItem.name) return carryOut(key, correlationId);
  const now = writer.clock();
  await writer.nudger.nudge([{ key, dueAt: now }], now, correlationId);
};

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(workerOf(work, writer.log));
