/** Looks at domains that are due: asks the DNS or the web for the proof, and records what came back. */
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { proverWith } from '../../shared/domains/prove.ts';
import { domainWork } from '../../shared/domains/work.ts';
import { bootWriter } from '../../shared/platform/boot.ts';
import { bootOutside } from '../../shared/platform/boot-outside.ts';
import { OUTSIDE, SITE, settings, WRITER } from '../../shared/platform/settings.ts';
import { workerOf } from '../../shared/platform/worker.ts';

const env = settings({ ...WRITER, ...OUTSIDE, ...SITE });
const parts = bootWriter(env, 'domain-work');
const prove = proverWith(bootOutside(env));

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(
  workerOf(domainWork({ ...parts, prove }), parts.log),
);
