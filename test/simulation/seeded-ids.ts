import { monotonicFactory } from 'ulid';
import type { Ids } from '../../shared/platform/ids.ts';
import type { Clock } from '../../shared/platform/time.ts';
import type { Seeded } from './seeded.ts';

const BASE36 = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Identifiers of the same form as the real ones, that a seed repeats. */
export const seededIds = (clock: Clock, random: Seeded): Ids => {
  const ulid = monotonicFactory(random.fraction);
  return {
    next: (prefix) => `${prefix}_${ulid(clock())}`,
    secret: (characters) => Array.from({ length: characters }, () => BASE36[random.between(0, 36)]).join(''),
  };
};
