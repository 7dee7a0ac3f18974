/**
 * How late work starts: grants that end in real time, and the instants at which the system says that it recorded
 * their ends. And one grant of four seconds, watched from outside.
 */

import type { Issuer } from '../peers/issuer-interface.ts';
import { succeeded } from '../rig/answer.ts';
import type { Rig } from '../rig/rig.ts';
import { percentile } from './measure.ts';

export interface ExpiryFigures {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
export interface FourSecondFigures {
  /** From the end of the grant to the first verdict, asked after it, that said no; asked all the time. */
  readonly verdictLateMs: number;
  readonly readsEndedAfterMs: number;
}

const COUNT = 200;
const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** 200 grants with ends spread over some seconds; lateness is the audit's instant less `expiresAt`. */
export async function benchExpiries(rig: Rig, issuer: Issuer): Promise<ExpiryFigures> {
  const project = await rig.aProject();
  const idp = await rig.aConnectedIdp(project, issuer);
  const firstEnd = (await rig.system.now()) + 15_000;
  const ends = new Map<string, number>();
  const pending = Array.from({ length: COUNT }, (_, index) => index);
  const caller = async (): Promise<void> => {
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      const expiresAt = new Date(firstEnd + index * 20).toISOString();
      const principal = { type: 'GROUP', name: `team-${index}` };
      const grant = await rig.aGrant(project, idp, { principal, duration: undefined, expiresAt });
      ends.set(grant.id, Date.parse(expiresAt));
    }
  };
  await Promise.all(Array.from({ length: 4 }, caller));
  await delay(firstEnd + COUNT * 20 - (await rig.system.now()) + 4_000);

  const lateness = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const path = `/v1/federations/${project.federationId}/audit-events`;
    const page = succeeded(await rig.api.get(path, { query: { limit: 100, cursor } }));
    for (const event of page.items ?? []) {
      if (event.action !== 'grant.expire') continue;
      const resource: unknown = event.resource;
      const id = typeof resource === 'object' && resource && 'id' in resource ? String(resource.id) : '';
      const end = ends.get(id);
      if (end !== undefined) lateness.set(id, Date.parse(String(event.at)) - end);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  if (lateness.size !== COUNT) throw new Error(`only ${lateness.size} of ${COUNT} ends were recorded`);
  const sample = [...lateness.values()];
  if (Math.min(...sample) < 0) throw new Error('an end was recorded before it');
  return { count: COUNT, p50Ms: percentile(sample, 0.5), p99Ms: percentile(sample, 0.99) };
}

/** A grant of four seconds: the last yes and the first no around its end, and when it reads ENDED. */
export async function benchFourSeconds(rig: Rig, issuer: Issuer): Promise<FourSecondFigures> {
  const project = await rig.aProject();
  const idp = await rig.aConnectedIdp(project, issuer);
  const token = issuer.mint({
    claims: { sub: 'a', groups: ['db-oncall'] },
    now: await rig.system.now(),
    lifetimeSeconds: 600,
  });
  const grant = await rig.aGrant(project, idp, { duration: 'PT4S' });
  const end = Date.parse(grant.expiresAt ?? '');
  let verdictLateMs: number | undefined;
  while (verdictLateMs === undefined) {
    const { body } = await rig.introspect(project.clusterId, token);
    const now = Date.now();
    if (body.active === false) verdictLateMs = now - end;
    else if (now > end + 5_000) throw new Error('the grant did not end');
  }
  if (verdictLateMs < 0) throw new Error('a verdict said no before the end');
  for (;;) {
    const { body } = await rig.api.get(`/v1/grants/${grant.id}`);
    if (body.status === 'ENDED') return { verdictLateMs, readsEndedAfterMs: Date.now() - end };
    if (Date.now() > end + 10_000) throw new Error('the grant does not read ENDED');
  }
}
