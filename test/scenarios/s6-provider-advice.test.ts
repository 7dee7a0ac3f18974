/** What each provider needs is tested with its own documents in test/identity-providers; here: that a caller reads it. */
import { afterAll, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import { unique } from '../rig/stories.ts';

const { api, aFederation } = rig();
const issuers = await startIssuers();
afterAll(() => issuers.stop());
const pathOf = ({ federationId }: { federationId: string }) => `/v1/federations/${federationId}/identity-providers`;

describe('S6 provider advice', () => {
  it('says at the create what Keycloak needs, and goes once it is followed', async () => {
    const federation = await aFederation();
    const issuer = await issuers.create({ name: `realms/${unique('staff')}` });
    const made = created(
      await api.post(pathOf(federation), {
        name: 'Keycloak',
        issuerUri: issuer.issuerUri,
        clientId: issuer.clientId,
        audience: issuer.audience,
        authorizationType: 'GROUP',
        groupsClaim: 'realm_access.roles',
      }),
    );
    const advice = made.findings?.find(({ code }) => code === 'claim-not-top-level');
    expect(advice).toMatchObject({
      severity: 'WARNING',
      message: expect.stringContaining('"realm_access.roles" lies inside another claim'),
      fix: expect.stringContaining('Add a mapper'),
    });
    const changed = await api.patch(`/v1/identity-providers/${made.id}`, { groupsClaim: 'groups' });
    expect(changed.body.findings?.map(({ code }) => code)).not.toContain('claim-not-top-level');
  });

  it.each(['common', 'organizations', 'consumers'])(
    'refuses the issuer that all Entra tenants share: %s',
    async (path) => {
      const refused = await api.post(pathOf(await aFederation()), {
        name: 'Entra',
        issuerUri: `https://login.microsoftonline.com/${path}/v2.0`,
        clientId: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
        audience: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
        authorizationType: 'GROUP',
      });
      expect(refused).toMatchObject({
        status: 422,
        body: {
          findings: expect.arrayContaining([
            expect.objectContaining({
              code: 'entra-shared-issuer',
              severity: 'ERROR',
              fix: expect.stringContaining('https://login.microsoftonline.com/<tenant ID>/v2.0'),
            }),
          ]),
        },
      });
    },
  );
});
