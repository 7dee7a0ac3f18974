/** Records and tells what time has done to grants, starts and ends, and goes on ending the grants of closed tickets. */
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { grantWork } from '../../shared/grants/work.ts';
import { ticketEndItem } from '../../shared/hooks/store.ts';
import { ticketEnder } from '../../shared/hooks/ticket-end.ts';
import { bootWriter } from '../../shared/platform/boot.ts';
import { kindOf } from '../../shared/platform/nudge.ts';
import { settings, WRITER } from '../../shared/platform/settings.ts';
import type { Key } from '../../shared/platform/table.ts';
import { workerOf } from '../../shared/platform/worker.ts';

const parts = bootWriter(settings(WRITER), 'grant-work');
const [workOnGrant, endTicket] = [grantWork(parts), ticketEnder(parts)];

const work = (key: Key, correlationId: string): Promise<void> =>
  kindOf(key) === ticketEndItem.name ? endTicket(key, correlationId) : workOnGrant(key, correlationId);

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(workerOf(work, parts.log));
