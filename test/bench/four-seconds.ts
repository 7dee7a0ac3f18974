/** One grant of four seconds, watched from outside. */
import type { Issuer } from '../peers/issuer-interface.ts';
import type { Rig } from '../rig/rig.ts';

export interface FourSecondFigures {
  /** From the end of the grant to the first verdict, asked after it, that said no; asked all the time. */
  readonly verdictLateMs: number;
  readonly readsEndedAfterMs: number;
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
