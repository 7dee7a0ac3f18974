import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  disconnected,
  dueAt,
  isConnected,
  isShown,
  newConnection,
  next,
  reconnected,
  swept,
} from '../../shared/connections/rules.ts';
import { ids, T0 } from '../grants/a-grant.ts';

type Happening = 'connect' | 'disconnect' | 'sweep-one' | 'sweep-all';
const history = fc.array(fc.constantFrom<Happening>('connect', 'disconnect', 'sweep-one', 'sweep-all'), {
  maxLength: 40,
});

/** Beside it a model: under which epochs grants may still live. */
function live(
  happenings: readonly Happening[],
  see: (state: { connection: ReturnType<typeof newConnection>; open: Set<number>; now: number }) => void,
) {
  let connection = newConnection({ federationId: ids.fed, organizationId: ids.org }, ids.idp, T0);
  const open = new Set([connection.epoch]);
  let now = T0;
  for (const happening of happenings) {
    now += 1000;
    if (happening === 'connect' && !isConnected(connection)) {
      connection = reconnected(connection, now);
      open.add(connection.epoch);
    }
    if (happening === 'disconnect' && isConnected(connection)) connection = disconnected(connection, now);
    if (happening === 'sweep-one' && connection.sweep) connection = swept(connection, ids.prj);
    if (happening === 'sweep-all' && connection.sweep) {
      const isSecond = connection.sweep.notBefore !== undefined;
      for (let epoch = connection.sweep.fromEpoch; isSecond && epoch < connection.epoch; epoch++) open.delete(epoch);
      connection = swept(connection, null);
    }
    see({ connection, open, now });
  }
}

describe('S8 grants of an epoch that is over', () => {
  const place = { federationId: ids.fed, organizationId: ids.org };
  const gone = disconnected(newConnection(place, ids.idp, T0), T0);

  it('are looked for twice: at once, and when an index that was late has caught up', () => {
    expect(next(gone, T0)).toMatchObject({ kind: 'sweep', fromEpoch: 1, afterProjectId: null });
    const once = swept(swept(gone, ids.prj), null);
    expect(next(once, T0 + 59_999)).toEqual({ kind: 'wait', until: T0 + 60_000 });
    expect(dueAt(once)).toBe(T0 + 60_000);
    expect(next(once, T0 + 60_000)).toMatchObject({ kind: 'sweep', fromEpoch: 1, afterProjectId: null });
    expect(swept(swept(once, ids.prj), null).sweep).toBeNull();
  });

  it('are shown as being ended during the first look only', () => {
    expect(isShown(gone)).toBe(true);
    expect(isShown(swept(gone, null))).toBe(false);
  });
});

describe('over any history of connecting and disconnecting', () => {
  it('every epoch under which grants may live is the present one, or is still to be swept', () =>
    fc.assert(
      fc.property(history, (one) =>
        live(one, ({ connection, open }) => {
          for (const epoch of open) {
            const isPresent = isConnected(connection) && epoch === connection.epoch;
            const isSwept =
              connection.sweep !== null && connection.sweep.fromEpoch <= epoch && epoch < connection.epoch;
            expect(isPresent || isSwept).toBe(true);
          }
        }),
      ),
    ));

  it('connecting anew never comes back to an epoch under which a grant was made', () =>
    fc.assert(
      fc.property(history, (one) => {
        const used: number[] = [];
        live(one, ({ connection }) => void (isConnected(connection) && used.push(connection.epoch)));
        expect(used).toEqual([...used].sort((a, b) => a - b));
      }),
    ));

  it('is due exactly while there is something to sweep', () =>
    fc.assert(
      fc.property(history, (one) =>
        live(one, ({ connection, now }) => {
          const due = dueAt(connection);
          expect(next(connection, now).kind).toBe(due === null ? 'rest' : now < due ? 'wait' : 'sweep');
          expect(due !== null).toBe(connection.sweep !== null);
        }),
      ),
    ));
});
