import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueAt, newRevocation, next, told, viewRevocation } from '../../shared/revocations/rules.ts';
import type { Revocation } from '../../shared/revocations/schema.ts';
import { ids, T0 } from '../grants/a-grant.ts';

const aRevocation = () =>
  newRevocation(
    'rev_01KDX0000000000000000000R1',
    { reason: 'signing key leaked' },
    { federationId: ids.fed, identityProviderId: ids.idp, keyGeneration: 2, createdBy: 'bootstrap' },
    T0,
  );
const position = (page: number) => ({ organizationId: ids.org, projectId: ids.prj, clusterId: `cls_${page}` });

/** Pages told, how late each was, and how many pages there are in all. */
const history = fc.record({
  pages: fc.integer({ min: 0, max: 30 }),
  waits: fc.array(fc.integer({ min: 0, max: 1e6 })),
});

function live(
  { pages, waits }: { pages: number; waits: number[] },
  see: (revocation: Revocation, now: number) => void,
) {
  let revocation = aRevocation();
  let now = T0;
  for (let page = 0; page <= pages; page++) {
    see(revocation, now);
    now += waits[page] ?? 0;
    revocation = told(revocation, page === pages ? null : position(page), now);
  }
  see(revocation, now);
  return revocation;
}

describe('over any history of a revocation', () => {
  it('is due from its first instant until the last cluster has been told, and never after', () =>
    fc.assert(
      fc.property(
        history,
        (one) =>
          void live(one, (revocation) => {
            const isOpen = revocation.finishedAt === null;
            expect(next(revocation).kind).toBe(isOpen ? 'tell' : 'rest');
            expect(dueAt(revocation)).toBe(isOpen ? T0 : null);
          }),
      ),
    ));

  it('goes on where it stopped, finishes once, and keeps the instant from which it holds', () =>
    fc.assert(
      fc.property(history, (one) => {
        const seen: string[] = [];
        const end = live(one, (revocation) => {
          const action = next(revocation);
          if (action.kind === 'tell') seen.push(action.after?.clusterId ?? 'first');
          expect(revocation.effectiveAt).toBe(T0);
        });
        expect(seen).toEqual(['first', ...Array.from({ length: one.pages }, (_, page) => `cls_${page}`)]);
        expect(viewRevocation(end, [], [])).toMatchObject({ status: 'FINISHED' });
      }),
    ));
});
