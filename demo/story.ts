/** The story of issue 3, in the order in which a company would live it. Each chapter hands on what it made. */
import { proveDomain } from './chapters/domain.ts';
import { disconnect } from './chapters/farewell.ts';
import { registerIdentityProvider } from './chapters/identity-provider.ts';
import { leakKey } from './chapters/leak.ts';
import { connect } from './chapters/tenants.ts';
import { watchTheEnd } from './chapters/the-end.ts';
import { grantByTicket } from './chapters/ticket.ts';
import { judgeToken } from './chapters/verdict.ts';
import type { Stage } from './stage.ts';
import type { Teller } from './teller.ts';

export async function story(tell: Teller, stage: Stage): Promise<void> {
  const { federationId, domainId } = await proveDomain(tell, stage);
  const idp = await registerIdentityProvider(tell, stage, federationId, domainId);
  const access = await connect(tell, federationId, idp);
  const grant = await grantByTicket(tell, access);
  await judgeToken(tell, stage, access, grant);
  await watchTheEnd(tell, stage, access, grant);
  await leakKey(tell, stage, access);
  await disconnect(tell, stage, access);
}
