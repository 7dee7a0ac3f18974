/** Tells every cluster of a revocation. */
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { bootWriter } from '../../shared/platform/boot.ts';
import { settings, WRITER } from '../../shared/platform/settings.ts';
import { workerOf } from '../../shared/platform/worker.ts';
import { revocationWork } from '../../shared/revocations/work.ts';

const parts = bootWriter(settings(WRITER), 'revocation-work');

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(workerOf(revocationWork(parts), parts.log));
