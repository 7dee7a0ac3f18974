/**
 * A month of domains in polling: the real service, commits, dispatcher and worker, while machines die, messages are
 * lost, doubled and late, and the DNS follows a script. Every look and every write is held against the model.
 */
import type { Call } from '../../shared/api/call.ts';
import { pagerOf } from '../../shared/api/paging.ts';
import { transact } from '../../shared/api/transact.ts';
import { BOOTSTRAP } from '../../shared/callers/schema.ts';
import type { Prove } from '../../shared/domains/prove.ts';
import type { Outcome } from '../../shared/domains/schema.ts';
import { domainService } from '../../shared/domains/service.ts';
import { domainItem, domainKey } from '../../shared/domains/store.ts';
import { domainWork } from '../../shared/domains/work.ts';
import { eventWork } from '../../shared/events/work.ts';
import { Problem } from '../../shared/platform/problems.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../shared/platform/time.ts';
import { newFederation } from '../../shared/tenants/rules.ts';
import type { Federation } from '../../shared/tenants/schema.ts';
import { federationItem } from '../../shared/tenants/store.ts';
import { Broken, DomainsModel } from './domains-model.ts';
import { aScript, factsOf, outages, type Script, shown } from './domains-world.ts';
import type { FaultRates } from './faults.ts';
import { type FunctionParts, Simulation } from './simulation.ts';

export interface Month {
  readonly domains: number;
  readonly seed: number;
  readonly rates: FaultRates;
  /** Told when a simulated day is over. */
  readonly onDay?: (day: number) => void;
}

/** 2026-11-01T00:00:00Z. */
const BEGIN = Date.UTC(2026, 10, 1);
/** Domains are added in the first day, and those that nobody proves are over after 30 more. */
const DAYS = 31;
const END = BEGIN + DAYS * DAY_MS + 10 * 60 * SECOND_MS;
const DOMAINS_PER_FEDERATION = 200;
/** One in so many names is wanted by two federations. */
const SHARED_EVERY = 10;
/** How long a look takes at most when nothing is wrong. */
const LOOK_MS_MAX = 1500;
/** Longer than the lease, and shorter than the function's time. */
const SLOW_MS = 40 * SECOND_MS;

const CAUSE = { actor: { type: 'CALLER', id: 'key_simulated' }, correlationId: 'add', source: null } as const;
/** Nobody turns pages here. */
const pager = pagerOf({ seal: (text) => text, open: (text) => text }, () => BEGIN);

interface Wish {
  readonly federation: Federation;
  readonly domainName: string;
}
const wishText = (federationId: string, domainName: string): string => `${federationId} ${domainName}`;

export async function simulateMonth({ domains, seed, rates, onDay }: Month) {
  const scripts = new Map<string, Script>();
  const model = new DomainsModel((federationId, domainName) => {
    const script = scripts.get(wishText(federationId, domainName));
    if (!script) throw new Broken(`${domainName} has no script`);
    return script;
  });
  const simulation = new Simulation({ begin: BEGIN, seed, rates, onWritten: model.written });
  const { schedule, random } = simulation;
  using _taken = simulation.takeOver();

  const worldRandom = random.stream('world');
  const down = outages(worldRandom, [BEGIN, END]);
  const proveOn = (parts: FunctionParts): Prove =>
    provingBy(parts, simulation, (token, at) => model.looking(token, at, (script) => shown(script, down, at)));
  const queue = simulation.worker('DOMAIN', (parts) => domainWork({ ...parts, prove: proveOn(parts) }));
  // Nobody has webhooks, and the bus takes everything: events come to rest, as they do in the whole system.
  simulation.worker('EVENT', (parts) => eventWork({ ...parts, publish: async () => undefined }));
  const dispatching = simulation.dispatch();
  const api = simulation.function<Wish, void>('api', (parts) => adding(parts, proveOn(parts)));

  /** Until it is there: a caller whose call failed does not know whether it was carried out. */
  const add = async (wish: Wish): Promise<void> => {
    while (!model.isAdded(wish.federation.id, wish.domainName)) {
      await api.invoke(wish).catch((error: unknown) => {
        if (error instanceof Problem) throw error;
      });
      await schedule.sleep(SECOND_MS);
    }
  };
  const federations = await someFederations(simulation, Math.max(3, Math.ceil(domains / DOMAINS_PER_FEDERATION)));
  for (let index = 0; index < domains; index++) {
    const federation = federations[index % federations.length];
    if (!federation) throw new Error('there is no federation');
    const domainName = `domain-${index % SHARED_EVERY === 1 ? index - 1 : index}.com`;
    const addedAt = BEGIN + worldRandom.between(0, DAY_MS);
    scripts.set(wishText(federation.id, domainName), aScript(worldRandom, [addedAt, END], domainName));
    schedule.at(addedAt, () => schedule.watch(add({ federation, domainName })));
  }
  for (let hour = 1; hour <= DAYS * 24; hour++)
    schedule.at(BEGIN + hour * HOUR_MS, () => {
      model.checkNothingLeft(schedule.clock());
      if (hour % 24 === 0) onDay?.(hour / 24);
    });
  await schedule.runUntil(END);
  model.checkNothingLeft(END);
  if (model.size !== domains) throw new Broken(`${model.size} domains of ${domains} were added`);
  await checkStored(simulation, model);
  return { simulation, model, queue, dispatching };
}

/** Looks at the script instead of the DNS; it takes a while, or never comes back. */
const provingBy =
  (
    { machine, clock }: FunctionParts,
    { schedule, rates, faults }: Simulation,
    look: (token: string, at: number) => Outcome,
  ): Prove =>
  async (domain) => {
    try {
      const outcome = look(domain.token, clock());
      await machine.wait(machine.random.between(5, LOOK_MS_MAX));
      if (machine.random.chance(rates.slow)) {
        faults.add('look longer than its lease');
        await machine.wait(SLOW_MS);
      }
      if (machine.random.chance(rates.hangs)) {
        faults.add('look that never came back');
        await machine.wait(DAY_MS);
      }
      return factsOf(domain, outcome);
    } catch (error) {
      schedule.fail(error); // the worker would only log it
      throw error;
    }
  };

const adding = (parts: FunctionParts, prove: Prove) => {
  const service = domainService({ ...parts, pager, prove });
  return async ({ federation, domainName }: Wish): Promise<void> => {
    const cause = { ...CAUSE, now: parts.clock() };
    const call: Call = {
      ...cause,
      caller: BOOTSTRAP,
      action: 'domain.write',
      origin: 'https://sallyport.test',
      ifMatch: undefined,
      dryRun: false,
      transact: (attempt) => transact({ ...parts, cause, dryRun: false, alongside: () => [] }, attempt),
    };
    await service.add(call, federation, { displayName: domainName, domainName, method: 'DNS_RECORD' });
  };
};

async function someFederations(simulation: Simulation, many: number): Promise<Federation[]> {
  const { commit, ids, clock } = simulation.calmParts();
  const federations = Array.from({ length: many }, (_, index) => newFederation(ids.next('fed'), `F${index}`, clock()));
  for (const federation of federations) {
    const writes = [federationItem.create(federation, () => 'stale')];
    await commit({ writes, audit: [], events: [] }, { ...CAUSE, now: clock() });
  }
  return federations;
}

/** Holds what the table has at the end against the model. */
async function checkStored(simulation: Simulation, model: DomainsModel): Promise<void> {
  const { table } = simulation.calmParts();
  for (const life of model.lives) {
    const domain = await domainItem.read(table, domainKey(life.id));
    const kept = simulation.dynamodb.table.sortKeys(life.id).filter((sk) => sk.startsWith('ATTEMPT#')).length;
    const isSame = domain?.status === life.status && domain.attempts === life.attempts && kept === life.attempts;
    if (!isSame) throw new Broken(`${life.id} is ${domain?.status} with ${kept} attempts, not ${JSON.stringify(life)}`);
  }
}
