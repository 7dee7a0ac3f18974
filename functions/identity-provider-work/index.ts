/** Looks at issuers that are due: fetches discovery document and keys, and records what is found. */
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { issuerProver } from '../../shared/identity-providers/prove.ts';
import { identityProviderWork } from '../../shared/identity-providers/work.ts';
import { bootWriter } from '../../shared/platform/boot.ts';
import { bootOutside } from '../../shared/platform/boot-outside.ts';
import { OUTSIDE, settings, WRITER } from '../../shared/platform/settings.ts';
import { workerOf } from '../../shared/platform/worker.ts';

const env = settings({ ...WRITER, ...OUTSIDE });
const parts = bootWriter(env, 'identity-provider-work');
const prover = issuerProver(bootOutside(env).outside);

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(
  workerOf(identityProviderWork({ ...parts, prover }), parts.log),
);
