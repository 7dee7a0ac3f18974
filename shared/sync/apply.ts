/** One try to bring a cluster to what is wanted there: some calls of its connector, each with a time limit. */
import { setTimeout as delay } from 'node:timers/promises';
import { isConnected } from '../connections/rules.ts';
import { ConnectorFault, type Connectors, connectorFor, type Wish } from '../connectors/connector.ts';
import { onEndOf } from '../grants/rules.ts';
import { grantItem, grantKey } from '../grants/store.ts';
import type { Log } from '../platform/log.ts';
import type { Table } from '../platform/table.ts';
import { type Clock, SECOND_MS } from '../platform/time.ts';
import type { Presence } from './schema.ts';
import { silences } from './silence.ts';
import type { Facts, Wanted } from './wanted.ts';

export type Applied = { readonly ok: true } | { readonly ok: false; readonly fault: string };

/** Of one call; a cluster that is changing its primary takes some seconds. */
const CALL_MS = 8 * SECOND_MS;
/** What fails for a moment is asked again within the try: nobody waits a minute for it. */
const PAUSES_MS = [0, 500, 1500];
/** Of all calls of one try. */
const TRY_MS = 20 * SECOND_MS;
const SILENT = `The cluster did not answer within ${CALL_MS / SECOND_MS} s.`;

/** What a signal aborts with. */
const isSilence = (error: unknown): boolean => error instanceof DOMException;

export const applierWith = ({
  table,
  connectors,
  clock,
  log,
}: {
  readonly table: Table;
  readonly clock: Clock;
  readonly connectors: Connectors;
  readonly log: Log;
}) => {
  const silent = silences();

  /** Sessions end with the last of the access, unless each grant that gave it only asks for dropping. */
  const endsSessions = async ({ grantIds, attempt }: Presence, { access }: Wanted, facts: Facts): Promise<boolean> => {
    if (access !== null) return false;
    if (facts.frozen.length > 0 || !isConnected(facts.connection)) return true;
    const ids = new Set([...grantIds, ...(attempt?.grantIds ?? [])]);
    const found = await table.batchGet([...ids].map(grantKey));
    return [...found.values()].some((item) => onEndOf(grantItem.parse(item)) === 'DROP_AND_END_SESSIONS');
  };

  const faultOf = (error: unknown): string => {
    if (error instanceof ConnectorFault) return error.message;
    if (isSilence(error)) return SILENT;
    log.error({ err: error }, 'a connector failed in a way that it does not say');
    return 'The connector failed in a way that it does not say: read the log of the function sync-work.';
  };

  /** Never throws: whatever goes wrong is what the try has shown. */
  return async (presence: Presence, wanted: Wanted, facts: Facts): Promise<Applied> => {
    const { cluster } = facts;
    if (!cluster) return { ok: false, fault: 'The cluster has been deleted.' };
    const endSessions = await endsSessions(presence, wanted, facts);
    const { identityProviderId: id, shortName, principal } = presence;
    if (shortName === null) return { ok: true }; // it was deleted before anything was tried for the principal
    const holder = { identityProvider: { id, shortName }, principal };
    const wish: Wish = { holder, access: wanted.access, endSessions };
    const asking = silent.asking(cluster.id, clock());
    if (asking === 'not now') return { ok: false, fault: SILENT };
    const until = AbortSignal.timeout(TRY_MS);
    let fault = '';
    for (const pause of asking === 'once' ? [0] : PAUSES_MS) {
      if (until.aborted) break;
      await delay(pause);
      try {
        const signal = AbortSignal.any([until, AbortSignal.timeout(CALL_MS)]);
        await connectorFor(connectors, cluster).applyPrincipal(cluster, wish, signal);
        silent.answered(cluster.id);
        return { ok: true };
      } catch (error) {
        fault = faultOf(error);
        if (!isSilence(error)) silent.answered(cluster.id);
      }
    }
    if (fault === SILENT) silent.wasSilent(cluster.id, presence.id, clock());
    return { ok: false, fault };
  };
};
