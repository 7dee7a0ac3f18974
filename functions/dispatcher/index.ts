/** Once a minute: sends what falls due within the next three minutes to the queues. */
import middy from '@middy/core';
import type { Context, ScheduledEvent } from 'aws-lambda';
import { dispatchDue } from '../../shared/dispatcher/dispatch-due.ts';
import { bootWriter } from '../../shared/platform/boot.ts';
import { withCorrelation } from '../../shared/platform/log.ts';
import { settings, WRITER } from '../../shared/platform/settings.ts';

const dispatch = dispatchDue(bootWriter(settings(WRITER), 'dispatcher'));

export const handler = middy<ScheduledEvent, void>().handler(
  async (_event: ScheduledEvent, { awsRequestId }: Context) => {
    await withCorrelation(awsRequestId, () => dispatch(awsRequestId));
  },
);
