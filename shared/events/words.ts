/** The message of the log entry that an alarm waits for (`infra/alarms.ts`). */
export const BUS_STUCK = 'stuck: the bus does not take an event';
