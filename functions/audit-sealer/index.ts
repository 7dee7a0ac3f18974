/** Once a minute: chains the audit events that have settled, and puts a signed root where nobody overwrites it. */
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import middy from '@middy/core';
import type { Context, ScheduledEvent } from 'aws-lambda';
import * as z from 'zod';
import { rootStoreOn, signerOn } from '../../shared/audit/root-store.ts';
import { auditSealer } from '../../shared/audit/sealer.ts';
import { bootTable, clock, logOf } from '../../shared/platform/boot.ts';
import { commitWith } from '../../shared/platform/commit.ts';
import { idsOn } from '../../shared/platform/ids.ts';
import { withCorrelation } from '../../shared/platform/log.ts';
import { settings } from '../../shared/platform/settings.ts';

const env = settings({ TABLE: z.string().min(1), ROOTS_BUCKET: z.string().min(1), ROOTS_KEY: z.string().min(1) });
const table = bootTable(env.TABLE);
const log = logOf('audit-sealer');
const nudger = { nudge: async () => {} }; // seals and roots never fall due
const seal = auditSealer({
  table,
  commit: commitWith({ table, nudger, ids: idsOn(clock), log }),
  roots: rootStoreOn(new S3Client({}), env.ROOTS_BUCKET),
  sign: signerOn(new KMSClient({}), env.ROOTS_KEY),
  clock,
  log,
});

export const handler = middy<ScheduledEvent, void>().handler(
  async (_event: ScheduledEvent, { awsRequestId }: Context) => {
    await withCorrelation(awsRequestId, () => seal(awsRequestId));
  },
);
