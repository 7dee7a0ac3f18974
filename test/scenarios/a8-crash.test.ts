/** Starts systems of its own, to kill them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { dnsClient } from '../peers/dns-management.ts';
import { startIssuers } from '../peers/issuer.ts';
import { rigOf } from '../rig/rig.ts';
import { startSystem } from '../rig/system.ts';

const { dnsAddress, dnsManagementUrl } = inject('rig');
const dns = dnsClient(dnsManagementUrl, dnsAddress);
const issuers = await startIssuers();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-crash-'));
});
afterAll(async () => {
  await issuers.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('A8 a crash', () => {
  it('in the middle of a burst of grants loses none that was acknowledged, and each ends on time', async () => {
    const start = { dns: dnsAddress, dataFolder: folder, bootstrapKey: 'k'.repeat(40) };
    const first = await startSystem(start);
    const before = rigOf(first, dns);
    const project = await before.aProject();
    const issuer = await issuers.create();
    const idp = await before.aConnectedIdp(project, issuer);

    const acknowledged = new Map<string, { name: string; expiresAt: string }>();
    let count = 0;
    const burst = Array.from({ length: 4 }, async () => {
      for (;;) {
        const name = `team-${count++}`;
        const made = await before
          .aGrant(project, idp, { principal: { type: 'GROUP', name }, duration: 'PT1H' })
          .catch(() => null);
        if (!made) return; // it is gone
        acknowledged.set(made.id, { name, expiresAt: made.expiresAt ?? '' });
      }
    });
    while (acknowledged.size < 40) await new Promise((resolve) => setTimeout(resolve, 5));
    await first.kill();
    await Promise.all(burst);

    const second = await startSystem(start);
    try {
      const after = rigOf(second, dns);
      expect(acknowledged.size).toBeGreaterThanOrEqual(40);
      for (const [id, { expiresAt }] of acknowledged) {
        expect((await after.api.get(`/v1/grants/${id}`)).body).toMatchObject({ status: 'ACTIVE', expiresAt });
      }
      const ends = [...acknowledged.values()].map(({ expiresAt }) => Date.parse(expiresAt));
      const groups = [...acknowledged.values()].map(({ name }) => name);
      const active = async () => {
        const claims = { sub: 'a', groups };
        const token = issuer.mint({ claims, now: await second.now(), lifetimeSeconds: 86_400 });
        return (await after.introspect(project.clusterId, token)).body.grants;
      };
      expect(await active()).toHaveLength(acknowledged.size);
      await second.moveClock(Math.max(...ends));
      expect(await active()).toBeUndefined();
      for (const [id, { expiresAt }] of acknowledged) {
        expect((await after.api.get(`/v1/grants/${id}`)).body).toMatchObject({ status: 'ENDED', endedAt: expiresAt });
      }
    } finally {
      await second.stop();
    }
  });
});
