/** Tells what has happened: a delivery for each webhook that wants it, and the event bus. */
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { busOn } from '../../shared/events/bus.ts';
import { eventWork } from '../../shared/events/work.ts';
import { bootWriter } from '../../shared/platform/boot.ts';
import { commitWith } from '../../shared/platform/commit.ts';
import { eventItem } from '../../shared/platform/event-item.ts';
import { nudgerWithout } from '../../shared/platform/nudge.ts';
import { settings, WRITER } from '../../shared/platform/settings.ts';
import { workerOf } from '../../shared/platform/worker.ts';

const env = settings({ ...WRITER, BUS: z.string().min(1) });
const writer = bootWriter(env, 'event-work');
const commit = commitWith({ ...writer, nudger: nudgerWithout(writer.nudger, eventItem.name) });
const publish = busOn(new EventBridgeClient({}), env.BUS);

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(
  workerOf(eventWork({ ...writer, commit, publish }), writer.log),
);
