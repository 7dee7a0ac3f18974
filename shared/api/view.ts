/** What every view of a stored thing shows (api.md, Conventions). Pure. */
import * as z from 'zod';
import { idOf, type Prefix } from '../platform/ids.ts';
import { formatInstant, InstantShown } from '../platform/time.ts';
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

/** The schema of what `frameOf` gives. */
export const frame = (prefix: Prefix) => ({
  id: idOf(prefix),
  createdAt: InstantShown,
  updatedAt: InstantShown,
  etag: z.string().meta({
    description:
      'Entity tag, also in the header `ETag`: give it to `If-Match`. Background progress does not change it.',
    examples: ['"1"'],
  }),
});

/** The first state of a thing that callers may change. */
export const firstVersion = (now: number) => ({ version: 1, revision: 1, createdAt: now, updatedAt: now });
