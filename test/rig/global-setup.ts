/** Vitest's globalSetup for the scenarios: one system and one DNS server, shared by all of them. */
import type { TestProject } from 'vitest/node';
import { manageDns } from '../peers/dns-management.ts';
import { startDnsServer } from '../peers/dns-server.ts';
import { startSystem } from './system.ts';

/** What the test processes are told; `rig.ts` turns it into clients. */
export interface RigAddresses {
  readonly systemUrl: string;
  readonly bootstrapKey: string;
  readonly dataFolder: string;
  readonly dnsAddress: string;
  readonly dnsManagementUrl: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    rig: RigAddresses;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dns = await startDnsServer();
  const management = await manageDns(dns);
  const endPeers = async () => void (await Promise.all([management.stop(), dns.stop()]));
  const system = await startSystem({ dns: dns.address }).catch(async (error: unknown) => {
    await endPeers();
    throw error;
  });
  project.provide('rig', {
    systemUrl: system.url,
    bootstrapKey: system.bootstrapKey,
    dataFolder: system.dataFolder,
    dnsAddress: dns.address,
    dnsManagementUrl: management.url,
  });
  return async () => {
    await system.stop();
    await endPeers();
  };
}
