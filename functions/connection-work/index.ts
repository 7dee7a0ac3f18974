/** Ends the grants of a connection that was disconnected. */
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { connectionWork } from '../../shared/connections/work.ts';
import { bootWriter } from '../../shared/platform/boot.ts';
import { settings, WRITER } from '../../shared/platform/settings.ts';
import { workerOf } from '../../shared/platform/worker.ts';

const parts = bootWriter(settings(WRITER), 'connection-work');

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(workerOf(connectionWork(parts), parts.log));
