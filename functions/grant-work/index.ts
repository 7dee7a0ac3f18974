/** Records and tells what time has done to grants: starts and ends. */
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { grantWork } from '../../shared/grants/work.ts';
import { bootWriter } from '../../shared/platform/boot.ts';
import { settings, WRITER } from '../../shared/platform/settings.ts';
import { workerOf } from '../../shared/platform/worker.ts';

const parts = bootWriter(settings(WRITER), 'grant-work');

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(workerOf(grantWork(parts), parts.log));
