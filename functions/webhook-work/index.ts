/** Sends what waits for webhooks, signed, each webhook's apart from all others. */
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { bootWriter } from '../../shared/platform/boot.ts';
import { bootOutside } from '../../shared/platform/boot-outside.ts';
import { commitWith } from '../../shared/platform/commit.ts';
import { nudgerWithout } from '../../shared/platform/nudge.ts';
import { sealerOf } from '../../shared/platform/seal.ts';
import { secretReader } from '../../shared/platform/secrets.ts';
import { OUTSIDE, SECRET, settings, WRITER } from '../../shared/platform/settings.ts';
import { ALL_AT_ONCE, workerOf } from '../../shared/platform/worker.ts';
import { senderOn } from '../../shared/webhooks/send.ts';
import { laneItem } from '../../shared/webhooks/store.ts';
import { webhookWork } from '../../shared/webhooks/work.ts';

const env = settings({ ...WRITER, ...OUTSIDE, SEALING_SECRET: SECRET });
const writer = bootWriter(env, 'webhook-work');
const commit = commitWith({ ...writer, nudger: nudgerWithout(writer.nudger, laneItem.name) });
const sealer = sealerOf(await secretReader(env.SEALING_SECRET, writer.clock)());
const send = senderOn(bootOutside(env).outside, sealer);

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(
  workerOf(webhookWork({ ...writer, commit, send }), writer.log, { atOnce: ALL_AT_ONCE }),
);
