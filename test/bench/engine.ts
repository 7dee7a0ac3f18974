/** The engine of a running system, and grants in it: made by the plans and the commit of the service, many at a time. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import pMap from 'p-map';
import { planCreation } from '../../shared/grants/plans.ts';
import type { Grant } from '../../shared/grants/schema.ts';
import { grantItem, grantKey } from '../../shared/grants/store.ts';
import { surroundingsOf } from '../../shared/grants/surroundings.ts';
import { commitWith } from '../../shared/platform/commit.ts';
import { idsOn } from '../../shared/platform/ids.ts';
import { logTo } from '../../shared/platform/log.ts';
import { tableOn } from '../../shared/platform/table.ts';
import type { Instant } from '../../shared/platform/time.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import type { Rig } from '../rig/rig.ts';

export interface FunctionRecipe {
  readonly module: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
}
export interface Engine {
  readonly endpoint: string;
  readonly table: string;
  readonly functions: Readonly<Record<string, FunctionRecipe>>;
}

/** Three items each, of the 100 that one transaction takes. */
const TOGETHER = 30;
const AT_ONCE = 4;

export const clientOf = ({ endpoint }: Pick<Engine, 'endpoint'>): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

export type GrantMaker = Awaited<ReturnType<typeof grantMaker>>;

/** The first grant is made over HTTP; all others are as it is, each of a group of its own. */
export async function grantMaker(rig: Rig, issuer: Issuer, engine: Engine) {
  const project = await rig.aProject();
  const idp = await rig.aConnectedIdp(project, issuer);
  const { id } = await rig.aGrant(project, idp, { duration: 'PT6H' });
  const table = tableOn(clientOf(engine), engine.table);
  const first = await grantItem.read(table, grantKey(id));
  if (!first) throw new Error(`${id} is not stored`);
  const surroundings = await surroundingsOf(table, first);
  const ids = idsOn(Date.now);
  const log = logTo((line) => process.stderr.write(line), 'bench');
  // Nobody is told of them: 10,000 events would be in the way of what is measured. The dispatcher finds their ends.
  const commit = commitWith({ table, ids, log, nudger: { nudge: async () => undefined } });
  const cause = { actor: { type: 'SYSTEM', id: 'bench' }, correlationId: 'bench', source: null } as const;

  const grantOf = (index: number, now: Instant, expiresAt: Instant): Grant => ({
    ...first,
    id: ids.next('grt'),
    principal: { type: 'GROUP', name: `team-${index}` },
    ...{ startsAt: now, startedAt: now, createdAt: now, updatedAt: now, expiresAt },
    warnedAt: now,
  });
  return {
    engine,
    table,
    ids,
    surroundings,
    grantOf,
    async create(count: number, endOf: (index: number) => Instant): Promise<Grant[]> {
      const now = Date.now();
      const grants = Array.from({ length: count }, (_, index) => grantOf(index, now, endOf(index)));
      const batches = Array.from({ length: Math.ceil(count / TOGETHER) }, (_, at) =>
        grants.slice(at * TOGETHER, (at + 1) * TOGETHER),
      );
      const write = (batch: readonly Grant[]) => {
        const planning = () => ({ surroundings, now, intervalId: ids.next('evt') });
        const writes = batch.flatMap((grant) => planCreation(grant, planning()).writes);
        return commit({ writes, audit: [], events: [] }, { ...cause, now });
      };
      await pMap(batches, write, { concurrency: AT_ONCE });
      return grants;
    },
  };
}
