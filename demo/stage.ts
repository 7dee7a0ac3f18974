/**
 * Where the story is played. It needs a system that trusts loopback (the issuer is there), that has the test clock, and
 * that asks the demo's own DNS server. Whoever started one says so with the same settings; else the demo starts its own.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DnsServer, startDnsServer } from '../test/peers/dns-server.ts';
import { type Issuers, startIssuers } from '../test/peers/issuer.ts';
import { setting } from '../test/rig/environment.ts';
import { startSystem } from '../test/rig/system.ts';
import { type SystemControl, systemControl } from '../test/rig/system-control.ts';
import type { Page } from './page.ts';
import { NotAsTold } from './teller.ts';

export interface Stage {
  readonly system: SystemControl;
  readonly dns: DnsServer;
  readonly issuers: Issuers;
  end(): Promise<void>;
}

const DNS_ADDRESS = /^(?:\[(?<six>[^\]]+)\]|(?<four>[^:]+)):(?<port>\d+)$/;

export async function openStage(page: Page): Promise<Stage> {
  const url = setting('SALLYPORT_URL') ?? `http://127.0.0.1:${setting('SALLYPORT_PORT') ?? '8787'}`;
  const dnsAddress = setting('SALLYPORT_DNS');
  const named = setting('SALLYPORT_URL') !== undefined;
  const toldHow = dnsAddress && setting('SALLYPORT_TEST_CLOCK') === '1' && setting('SALLYPORT_TRUST_LOOPBACK') === '1';
  return named || toldHow ? runningSystem(page, url, dnsAddress) : ownSystem(page, url);
}

async function runningSystem(page: Page, url: string, dnsAddress: string | undefined): Promise<Stage> {
  const { six, four, port } = DNS_ADDRESS.exec(dnsAddress ?? '')?.groups ?? {};
  const host = six ?? four;
  refuseUnless(
    host,
    `Say SALLYPORT_DNS=127.0.0.1:PORT, the resolver that the system at ${url} was started with: the demo answers there.`,
  );
  const clock = await statusOf(`${url}/local/clock`);
  refuseUnless(clock !== undefined, `Nothing answers at ${url}. Start it first, with the same settings: npm start`);
  refuseUnless(
    clock === 200,
    `The system at ${url} has no clock to move. Start it with SALLYPORT_TEST_CLOCK=1 SALLYPORT_TRUST_LOOPBACK=1 ` +
      `SALLYPORT_DNS=${dnsAddress}, or run the demo without these settings: it then starts a system of its own.`,
  );
  const system = systemControl(url, await bootstrapKey());
  const dns = await startDnsServer({ port: Number(port), host }).catch((error: unknown) => {
    throw new NotAsTold(`The demo cannot answer DNS questions at ${dnsAddress}, where the system asks them.`, [
      `${error}`,
    ]);
  });
  const issuers = await startIssuers();
  page.plain(`The story is played against the running system at ${url}.`);
  return { system, dns, issuers, end: async () => void (await Promise.all([dns.stop(), issuers.stop()])) };
}

async function ownSystem(page: Page, url: string): Promise<Stage> {
  const beside = (await statusOf(`${url}/healthz`)) === undefined ? '' : ` beside the one at ${url}`;
  page.plain(
    `The story needs a clock that can be moved and an issuer on loopback, both off by default and both needed from the\n` +
      `start: so the demo starts a system of its own${beside}, on a free port, with a temporary data folder.`,
  );
  const dns = await startDnsServer();
  const startedAt = performance.now();
  const system = await startSystem({ dns: dns.address }).catch(async (error: unknown) => {
    await dns.stop();
    throw new NotAsTold('The demo’s own system did not start.', [error instanceof Error ? error.message : `${error}`]);
  });
  page.plain(`It listens at ${system.url} after ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  const issuers = await startIssuers();
  return {
    system,
    dns,
    issuers,
    end: async () => void (await Promise.all([system.stop(), dns.stop(), issuers.stop()])),
  };
}

/** As `npm start` takes it or, left to itself, writes it. */
async function bootstrapKey(): Promise<string> {
  const given = setting('SALLYPORT_BOOTSTRAP_KEY');
  if (given) return given;
  const file = join(setting('SALLYPORT_DATA') ?? '.sallyport', 'bootstrap-key');
  const key = await readFile(file, 'utf8').catch(() => undefined);
  refuseUnless(
    key,
    `The first owner's key is not in ${file}. Say SALLYPORT_DATA or SALLYPORT_BOOTSTRAP_KEY as at the start.`,
  );
  return key.trim();
}

/** `undefined`: nothing answers there. */
const statusOf = (url: string): Promise<number | undefined> =>
  fetch(url).then(
    ({ status }) => status,
    () => undefined,
  );

function refuseUnless(holds: unknown, sentence: string): asserts holds {
  if (!holds) throw new NotAsTold(sentence, []);
}
