/**
 * What a scenario starts with: `const { api, system, dns, aProject, aConnectedIdp, … } = rig();`
 * The system is shared and its clock only moves forward: take 'now' from `system.now()`, and expect other scenarios'
 * time to have passed.
 */
import { inject } from 'vitest';
import { dnsClient } from '../peers/dns-management.ts';
import type { DnsPeer } from '../peers/dns-server.ts';
import { type Api, api } from './client.ts';
import { type Stories, stories } from './stories.ts';
import { type SystemControl, systemControl } from './system-control.ts';

export interface Rig extends Stories {
  /** As the first owner. */
  readonly api: Api;
  readonly system: SystemControl;
  readonly dns: DnsPeer;
}

export function rig(): Rig {
  const { systemUrl, bootstrapKey, dnsAddress, dnsManagementUrl } = inject('rig');
  return rigOf(systemControl(systemUrl, bootstrapKey), dnsClient(dnsManagementUrl, dnsAddress));
}

/** The same around a system that a test started for itself, to kill or to stop. */
export function rigOf(system: SystemControl, dns: DnsPeer): Rig {
  const caller = api(system.url, system.bootstrapKey);
  return { api: caller, system, dns, ...stories(caller, system, dns) };
}
