/** Records and tells what time has done to grants, starts and ends, and goes on ending the grants of closed tickets. */
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { grantsTogether, grantWork } from '../../shared/grants/work.ts';
import { ticketEndItem } from '../../shared/hooks/store.ts';
import { ticketEnder } from '../../shared/hooks/ticket-end.ts';
import { bootWriter } from '../../shared/platform/boot.ts';
import { commitWith } from '../../shared/platform/commit.ts';
import { kindOf, nudgerTogether } from '../../shared/platform/nudge.ts';
import { settings, WRITER } from '../../shared/platform/settings.ts';
import { type BeginBatch, batchWorkerOf } from '../../shared/platform/worker.ts';

const writer = bootWriter(settings(WRITER), 'grant-work');
const parts = { ...writer, commit: commitWith({ ...writer, nudger: nudgerTogether(writer.nudger) }) };
const [workOnGrant, endTicket, readTogether] = [grantWork(parts), ticketEnder(parts), grantsTogether(parts, parts.log)];

const begin: BeginBatch = async (keys) => {
  const isTicket = (key: (typeof keys)[number]) => kindOf(key) === ticketEndItem.name;
  const together = await readTogether(keys.filter((key) => !isTicket(key)));
  return (key, correlationId) =>
    isTicket(key) ? endTicket(key, correlationId) : workOnGrant(key, correlationId, together);
};

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(batchWorkerOf(begin, parts.log));
