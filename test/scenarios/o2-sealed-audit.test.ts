/** Starts a system of its own, to change its audit behind its back. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import * as z from 'zod';
import { endAt, hashOfEvent, nextSeal } from '../../shared/audit/seal-rules.ts';
import { Seal as KeptSeal } from '../../shared/audit/seal-schema.ts';
import { sealItem } from '../../shared/audit/seal-store.ts';
import { dnsClient } from '../peers/dns-management.ts';
import { runAuditVerify } from '../rig/audit-verify.ts';
import { rigOf } from '../rig/rig.ts';
import { tableBehind } from '../rig/running.ts';
import { type System, startSystem } from '../rig/system.ts';

const Stored = z.looseObject({ pk: z.string(), sk: z.string() });
type Stored = z.infer<typeof Stored>;
const Seal = z.looseObject({
  ...Stored.shape,
  shard: z.number(),
  sequence: z.number(),
  events: z.array(z.looseObject({ id: z.string() })),
});

const { dnsAddress, dnsManagementUrl } = inject('rig');
/** A start, and some rounds of sealing, on a busy machine. */
const START_MS_MAX = 120_000;
let system: System;
let table: Awaited<ReturnType<typeof tableBehind>>;
beforeAll(async () => {
  system = await startSystem({ dns: dnsAddress });
  table = await tableBehind(system.dataFolder);
  const { aFederation, aKey } = rigOf(system, dnsClient(dnsManagementUrl, dnsAddress));
  const federation = await aFederation();
  // Events fall on 16 shards by chance: on with it until one has a chain, and there are roots, that have a middle.
  do {
    await Promise.all(Array.from({ length: 12 }, () => aKey('REQUESTER', federation.scope)));
    await system.moveClock((await system.now()) + 3 * 60_000);
  } while (!(await aLongChain()) || (await rootFiles()).length < 3);
}, START_MS_MAX);
afterAll(() => system?.stop());

const itemsIn = async (partitions: string): Promise<Stored[]> => {
  const { Items = [] } = await table.client.send(
    new ScanCommand({
      TableName: table.name,
      FilterExpression: 'begins_with(pk, :start)',
      ExpressionAttributeValues: { ':start': { S: partitions } },
    }),
  );
  return Items.map((item) => Stored.parse(unmarshall(item)));
};
const put = (...items: readonly object[]) =>
  Promise.all(
    items.map((item) => table.client.send(new PutItemCommand({ TableName: table.name, Item: marshall(item) }))),
  );
const remove = (...items: readonly Stored[]) =>
  Promise.all(
    items.map(({ pk, sk }) =>
      table.client.send(new DeleteItemCommand({ TableName: table.name, Key: marshall({ pk, sk }) })),
    ),
  );

/** A chain of at least three seals, first to last, if there is one. */
async function aLongChain() {
  const seals = (await itemsIn('AUDIT_SEAL#')).filter(({ sk }) => /^\d+$/.test(sk)).map((item) => Seal.parse(item));
  const chains = [...Map.groupBy(seals, ({ shard }) => shard).values()];
  return chains.find(({ length }) => length >= 3)?.sort((one, other) => one.sequence - other.sequence);
}
async function rootFiles(): Promise<string[]> {
  const folder = join(system.dataFolder, 'audit-roots');
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));
}
async function coveredBy(...seals: readonly z.infer<typeof Seal>[]): Promise<Stored[]> {
  const ids = new Set(seals.flatMap(({ events }) => events.map(({ id }) => id)));
  return (await itemsIn('AUDIT#')).filter(({ sk }) => ids.has(sk));
}
const found = async (): Promise<string> => {
  const { code, output } = await runAuditVerify(system.dataFolder);
  expect(code).toBe(1);
  return output;
};

describe('O2 a sealed audit', () => {
  it('is as it was sealed while nobody touches it', async () => {
    const { code, output } = await runAuditVerify(system.dataFolder);
    expect(output).toContain('The audit is as it was sealed.');
    expect(output).toMatch(/Verified: [1-9]\d* events in [1-9]\d* seals/);
    expect(code).toBe(0);
  });

  it('shows a changed event', async () => {
    const [seal] = (await aLongChain()) ?? [];
    const [event] = seal ? await coveredBy(seal) : [];
    if (!seal || !event) throw new Error('nothing is sealed');
    await put({ ...event, actor: { type: 'CALLER', id: 'key_somebody_else' } });
    expect(await found()).toContain(
      `Event ${event.sk} of ${event.federationId} has been changed since it was sealed; Seal 1 of shard ${seal.shard} covers it.`,
    );
    await put(event);
  });

  it('shows a removed event', async () => {
    const [seal] = (await aLongChain()) ?? [];
    const [event] = seal ? await coveredBy(seal) : [];
    if (!event) throw new Error('nothing is sealed');
    await remove(event);
    expect(await found()).toContain(`Event ${event.sk} of ${event.federationId} has been removed;`);
    await put(event);
  });

  it('shows an event that was put in later', async () => {
    const [event] = await itemsIn('AUDIT#');
    if (!event) throw new Error('there is no event');
    const forged = { ...event, sk: `${event.sk.slice(0, -1)}${event.sk.endsWith('0') ? '1' : '0'}` };
    await put(forged);
    expect(await found()).toContain(
      `Event ${forged.sk} of ${event.federationId} is in no seal, though everything before`,
    );
    await remove(forged);
  });

  it('shows a chain whose end was cut off, with its events', async () => {
    const [, ...cut] = (await aLongChain()) ?? [];
    const events = await coveredBy(...cut);
    await remove(...cut, ...events);
    expect(await found()).toMatch(
      /The chain of shard \d+ ends at seal 1, but root \d+ vouches for seal 2: its end was cut off\./,
    );
    await put(...cut, ...events);
  });

  it('shows a chain from whose middle a seal was taken, with its events', async () => {
    const [, middle] = (await aLongChain()) ?? [];
    if (!middle) throw new Error('nothing is sealed');
    const events = await coveredBy(middle);
    await remove(middle, ...events);
    expect(await found()).toContain(`Seal 2 of shard ${middle.shard} is missing: the chain was cut.`);
    await put(middle, ...events);
  });

  it('shows a root that is missing or rewritten', async () => {
    const [, second = '', ...more] = await rootFiles();
    const text = await readFile(second, 'utf8');
    await rm(second);
    expect(await found()).toContain('Root 2 is missing.');
    await writeFile(second, text.replace(/"count":\d+/, '"count":7'));
    expect(await found()).toContain('Root 2 is not signed by the key.');
    await writeFile(second, text);
    const last = more.at(-1) ?? '';
    const lastText = await readFile(last, 'utf8');
    await rm(last);
    expect(await found()).toContain('missing: the table knows of more.');
    await writeFile(last, lastText);
  });

  it('is as it was sealed again when all is put back, and goes on', async () => {
    await system.moveClock((await system.now()) + 30 * 60_000);
    expect(await runAuditVerify(system.dataFolder)).toMatchObject({ code: 0 });
  });

  it('shows an event that was put in later with a seal of its own, which the sealer does not go on with', async () => {
    const chain = (await aLongChain()) ?? [];
    const [first] = await coveredBy(...chain.slice(0, 1));
    const last = KeptSeal.parse(chain.at(-1));
    if (!first) throw new Error('nothing is sealed');
    const forged = { ...first, id: `${first.sk.slice(0, -1)}${first.sk.endsWith('0') ? '1' : '0'}` };
    const event = { ...forged, sk: forged.id };
    const sealed = { federationId: String(first.federationId), id: event.id, hash: hashOfEvent(event) };
    const seal = nextSeal(endAt(last), { shard: last.shard, at: last.at, upTo: last.upTo, events: [sealed] });
    const item = { ...sealItem.key(seal), ...seal };
    await put(event, item);
    expect(await found()).toContain(
      `Event ${event.id} of ${first.federationId} was put there later: Seal ${seal.sequence}`,
    );
    const roots = await rootFiles();
    await system.moveClock((await system.now()) + 15 * 60_000);
    expect(await rootFiles()).toEqual(roots);
    await remove(event, item);
    await system.moveClock((await system.now()) + 15 * 60_000);
    expect((await rootFiles()).length).toBeGreaterThan(roots.length);
    expect(await runAuditVerify(system.dataFolder)).toMatchObject({ code: 0 });
  });

  it('cannot be verified where no system runs: one sentence', async () => {
    const folder = join(system.dataFolder, 'nothing');
    const { code, output } = await runAuditVerify(folder);
    expect(code).toBe(2);
    expect(output).toBe(`No Sallyport runs on ${folder}: start it, with the same SALLYPORT_DATA.\n`);
  });
});
