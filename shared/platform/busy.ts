/** Whether AWS did not answer because there was too much to do, or not in time: worth asking again. Pure. */

/** As the services name it (AWS SDK, retry behaviour), and the SDK's own time limits. */
const NAMES: readonly string[] = [
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'RequestTimeout',
];

export const isBusy = (error: unknown): boolean =>
  error instanceof Error && (NAMES.includes(error.name) || ('code' in error && error.code === 'ECONNRESET'));
