/** Acme's identity provider is registered: a real issuer, whose discovery document and keys Sallyport fetches. */
import { unique } from '../../test/rig/stories.ts';
import type { Stage } from '../stage.ts';
import type { Teller } from '../teller.ts';
import type { Idp } from './cast.ts';

export async function registerIdentityProvider(
  tell: Teller,
  { issuers }: Stage,
  federationId: string,
  domainId: string,
): Promise<Idp> {
  tell.page.chapter("The company's own identity provider");
  const issuer = await issuers.create({ name: unique('acme') });
  const { id, findings } = await tell.make({
    say: `An OIDC issuer (oidc-provider) runs at ${issuer.issuerUri}. Acme registers it.`,
    path: `/v1/federations/${federationId}/identity-providers`,
    body: {
      name: 'Acme sign-in',
      purpose: 'WORKFORCE',
      issuerUri: issuer.issuerUri,
      clientId: issuer.clientId,
      audience: issuer.audience,
      authorizationType: 'GROUP',
      requestedScopes: ['openid'],
    },
    show: ['name', 'userClaim', 'groupsClaim', 'findings'],
  });
  const fetched = issuer.discoveryRequests();
  tell.check(fetched > 0, 'The issuer was registered without a look at its discovery document.');
  const count = findings?.length ?? 0;
  tell.page.point(
    `Its discovery document was fetched and matches, with ${count === 1 ? '1 finding' : `${count} findings`}.`,
  );
  await associate(tell, id, domainId);
  return { id, issuer };
}

/** The route comes with S7. A version without it is passed over in silence: the story does not hang on it. */
async function associate(tell: Teller, id: string, domainId: string): Promise<void> {
  const path = `/v1/identity-providers/${id}/domains`;
  if (await tell.isMissing(path)) return;
  await tell.ask({
    say: 'People of the verified domain sign in by it.',
    method: 'PUT',
    path,
    body: { domainIds: [domainId] },
    expect: [200],
  });
}
