/** The message of the log entry that an alarm waits for (`infra/alarms.ts`). */
export const CLUSTER_STUCK = 'stuck: a cluster is not as wanted';
