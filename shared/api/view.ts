/** What every view of a stored thing shows (api.md, Conventions). Pure. */
import { formatInstant } from '../platform/time.ts';
import { etagOf } from './etag.ts';

interface Kept {
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly revision: number;
}

export const frameOf = ({ id, createdAt, updatedAt, revision }: Kept) => ({
  id,
  createdAt: formatInstant(createdAt),
  updatedAt: formatInstant(updatedAt),
  etag: etagOf(revision),
});

/** The first state of a thing that callers may change. */
export const firstVersion = (now: number) => ({ version: 1, revision: 1, createdAt: now, updatedAt: now });
