/** Entity tags (RFC 9110 section 8.8.3). Strong: they change with every change a caller makes, not with progress. */
import { Problem } from '../platform/problems.ts';

export const etagOf = (revision: number): string => `"${revision}"`;

/** @throws Problem `precondition-failed` unless the header is absent, `*`, or lists the present tag (strong comparison) */
export function checkIfMatch(ifMatch: string | undefined, revision: number): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const etag = etagOf(revision);
  const listed = ifMatch.split(',').map((tag) => tag.trim());
  if (!listed.includes(etag)) throw new Problem('precondition-failed', { etag });
}
