/**
 * Histories of grants: the real API, verdicts, commits, dispatcher and workers, while machines die and are replaced,
 * messages are lost, doubled and late, and the table is slow or refuses. Every transaction, every answer and every
 * verdict is held against the model; then faults stop, and everything has to come to rest.
 */

import { connectionWork } from '../../shared/connections/work.ts';
import { eventWork } from '../../shared/events/work.ts';
import { grantsTogether, grantWork } from '../../shared/grants/work.ts';
import type { WriterParts } from '../../shared/platform/boot.ts';
import { commitWith } from '../../shared/platform/commit.ts';
import { nudgerTogether } from '../../shared/platform/nudge.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/platform/time.ts';
import { orderWork } from '../../shared/sync/order-work.ts';
import { type FaultRates, NO_FAULTS } from './faults.ts';
import { Callers } from './grants-callers.ts';
import { apiOn, verdictsOn } from './grants-functions.ts';
import { Place } from './grants-model.ts';
import { checkAtRest } from './grants-rest.ts';
import { Verdicts } from './grants-verdicts.ts';
import { GrantsWatch } from './grants-watch.ts';
import { anOrganization } from './grants-world.ts';
import { Simulation } from './simulation.ts';

export interface Histories {
  /** Of as many organizations, side by side on one system. */
  readonly histories: number;
  readonly seed: number;
  readonly rates: FaultRates;
  /** What a function is made of, if it is to be another thing than on AWS: shows that the checks can fail. */
  readonly broken?: (parts: WriterParts, name: string) => WriterParts;
}

/** 2026-11-01T00:00:00Z. */
const BEGIN = Date.UTC(2026, 10, 1);
/** In which callers wish for something. */
const BUSY_MS = 4 * HOUR_MS;
/** How long everything has to come to rest after the last fault: messages come back after six minutes. */
const REST_MS = 30 * MINUTE_MS;
const RELEASES = 4;
const RESTARTS = 8;

export async function simulateGrants({ histories, seed, rates, broken = (parts) => parts }: Histories) {
  const faults = { ...rates };
  const watch = new GrantsWatch();
  const simulation = new Simulation({ begin: BEGIN, seed, rates: faults, onWritten: watch.written });
  const { schedule, random } = simulation;
  using _taken = simulation.takeOver();

  simulation.batchWorker('GRANT', (machine) => {
    const nudger = nudgerTogether(machine.nudger);
    const parts = broken({ ...machine, commit: commitWith({ ...machine, nudger }) }, 'grant-work');
    const [work, readTogether] = [grantWork(parts), grantsTogether(parts, parts.log)];
    return async (keys) => {
      const together = await readTogether(keys);
      return (key, correlationId) => work(key, correlationId, together);
    };
  });
  simulation.worker('CONNECTION', (parts) => connectionWork(broken(parts, 'connection-work')));
  simulation.worker('SYNC_ORDER', (parts) => orderWork(broken(parts, 'sync-order-work')));
  simulation.worker('EVENT', (parts) =>
    eventWork({
      ...broken(parts, 'event-work'),
      publish: async (event) => {
        await parts.machine.wait(parts.machine.random.between(1, 50));
        watch.published(event, parts.clock());
      },
    }),
  );
  const dispatching = simulation.dispatch();
  const api = simulation.function('api', (parts) => apiOn(broken(parts, 'api')));
  const introspect = simulation.function('verdicts', (parts) => verdictsOn(broken(parts, 'verdicts')));

  const callers = new Callers({ simulation, watch, api, until: BEGIN + BUSY_MS });
  const verdicts = new Verdicts({
    simulation,
    introspect,
    exact: verdictsOn(broken(simulation.calmParts(), 'verdicts')),
  });
  watch.onGrant = (place, grant) => verdicts.planAround(place, grant);
  const calm = simulation.calmParts();
  for (let index = 0; index < histories; index++) {
    const organization = await anOrganization(calm, index, BEGIN + DAY_MS);
    const place = new Place();
    for (const id of organization.identityProviderIds)
      place.links.set(id, { isConnected: true, epoch: 1, cuts: new Map(), changedAt: BEGIN });
    watch.places.set(organization.federationId, place);
    verdicts.know(place, organization);
    callers.begin(place, organization, random.stream(`history ${index}`));
    verdicts.begin(place, random.stream(`verdicts ${index}`), BEGIN + BUSY_MS + REST_MS);
  }
  const when = random.stream('deploys');
  for (let at = 0; at < RELEASES; at++) schedule.at(BEGIN + when.between(0, BUSY_MS), () => simulation.deploy());
  for (let at = 0; at < RESTARTS; at++) schedule.at(BEGIN + when.between(0, BUSY_MS), () => simulation.restart());

  await schedule.runUntil(BEGIN + BUSY_MS);
  Object.assign(faults, NO_FAULTS);
  await schedule.runUntil(BEGIN + BUSY_MS + REST_MS);
  checkAtRest(simulation.dynamodb.table, watch, schedule.clock());
  return { simulation, watch, dispatching, callers, verdicts };
}
