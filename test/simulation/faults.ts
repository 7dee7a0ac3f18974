/** What goes wrong, and how often. */
import { MINUTE_MS } from '../../shared/platform/time.ts';
import type { Seeded } from './seeded.ts';

export interface FaultRates {
  /** Share of calls to an engine before or after which the machine is gone. */
  readonly dies: number;
  /** Share of calls that throw, before or after they were carried out. */
  readonly fails: number;
  /** Share of calls that the table refuses because there is too much to do. */
  readonly throttled: number;
  /** Longest time that a call takes, in milliseconds; 0: none. */
  readonly callMsMax: number;
  /** Shares of messages. */
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
  readonly lateMsMax: number;
  /** Share of index entries that come late, and how late at most. */
  readonly indexLate: number;
  readonly indexLateMsMax: number;
  /** Share of the schedule's runs that do not happen. */
  readonly missed: number;
  /** Shares of looks at the world outside that never come back, or only when nobody waits any more. */
  readonly hangs: number;
  readonly slow: number;
}

export const NO_FAULTS: FaultRates = {
  dies: 0,
  fails: 0,
  throttled: 0,
  callMsMax: 0,
  lost: 0,
  doubled: 0,
  late: 0,
  lateMsMax: 0,
  indexLate: 0,
  indexLateMsMax: 0,
  missed: 0,
  hangs: 0,
  slow: 0,
};

/** Far more than AWS does, yet so little that what is left is done in minutes. */
export const ROUGH: FaultRates = {
  dies: 0.0005,
  fails: 0.0005,
  throttled: 0,
  callMsMax: 10,
  lost: 0.03,
  doubled: 0.03,
  late: 0.03,
  lateMsMax: 2 * MINUTE_MS,
  indexLate: 0.01,
  indexLateMsMax: 2000,
  missed: 0.01,
  hangs: 0.002,
  slow: 0.002,
};

/** For histories of hours: each of them is to meet several of these. */
export const HARSH: FaultRates = {
  ...ROUGH,
  dies: 0.004,
  fails: 0.004,
  throttled: 0.01,
  callMsMax: 20,
  lost: 0.1,
  doubled: 0.1,
  late: 0.1,
  indexLate: 0.1,
  missed: 0.05,
};

export type CallFault = 'dies before' | 'dies after' | 'fails before' | 'fails after' | 'throttled';

export function callFault(rates: FaultRates, random: Seeded): CallFault | undefined {
  const share = random.fraction();
  if (share < rates.dies) return random.chance(0.5) ? 'dies before' : 'dies after';
  if (share < rates.dies + rates.fails) return random.chance(0.5) ? 'fails before' : 'fails after';
  return share < rates.dies + rates.fails + rates.throttled ? 'throttled' : undefined;
}
