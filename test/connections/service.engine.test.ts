import { describe, expect, it } from 'vitest';
import type { Call } from '../../shared/api/call.ts';
import { pagerOf } from '../../shared/api/paging.ts';
import { transact } from '../../shared/api/transact.ts';
import { firstVersion } from '../../shared/api/view.ts';
import { BOOTSTRAP } from '../../shared/callers/schema.ts';
import { disconnected, newConnection, swept } from '../../shared/connections/rules.ts';
import type { Connection } from '../../shared/connections/schema.ts';
import { connectionService } from '../../shared/connections/service.ts';
import { CONNECTIONS_MAX, connectionItem } from '../../shared/connections/store.ts';
import { identityProviderItem } from '../../shared/identity-providers/store.ts';
import { organizationItem } from '../../shared/tenants/store.ts';
import { T0 } from '../grants/a-grant.ts';
import { anIdentityProvider } from '../identity-providers/an-identity-provider.ts';
import { anEngine } from '../rig/engine.ts';

const CAUSE = { actor: { type: 'CALLER', id: 'key_test' }, correlationId: 'test', source: null, now: T0 } as const;
/** Sealing is not what is tested here. */
const pager = pagerOf(
  { seal: (text, purpose) => `${purpose}|${text}`, open: (text) => text.split('|').at(-1) },
  () => T0,
);

/** An organization with as many ended connections as it may have; `areDeleted`: their identity providers are gone. */
async function aFullOrganization({ areDeleted }: { readonly areDeleted: boolean }) {
  const engine = anEngine(T0);
  const { ids, table, commit, clock } = engine;
  const organization = { id: ids.next('org'), federationId: ids.next('fed'), name: 'Acme', ...firstVersion(T0) };
  const place = { federationId: organization.federationId, organizationId: organization.id };
  const ended = Array.from({ length: CONNECTIONS_MAX }, (): Connection => {
    const connection = newConnection(place, ids.next('idp'), T0);
    return swept(swept(disconnected(connection, T0), null), null);
  });
  const idp = (id: string) => identityProviderItem.create(anIdentityProvider({ ...place, id }), () => 'stale');
  const added = ids.next('idp');
  const write = (writes: Parameters<typeof commit>[0]['writes']) => commit({ writes, audit: [], events: [] }, CAUSE);
  await write([
    organizationItem.create(organization, () => 'stale'),
    idp(added),
    ...ended.map((connection) => connectionItem.create(connection, () => 'stale')),
  ]);
  if (!areDeleted) await write(ended.map(({ identityProviderId }) => idp(identityProviderId)));
  const call: Call = {
    ...CAUSE,
    caller: BOOTSTRAP,
    action: 'connection.write',
    origin: 'https://sallyport.test',
    ifMatch: undefined,
    dryRun: false,
    transact: (attempt) =>
      transact({ table, commit, clock, cause: CAUSE, dryRun: false, alongside: () => [] }, attempt),
  };
  const service = connectionService({ table, pager });
  return { service, organization, connect: () => service.connect(call, organization, { identityProviderId: added }) };
}

describe('S8 an organization with many connections behind it', () => {
  it('connects anew in the place of one whose identity provider is deleted', async () => {
    const { connect, service, organization } = await aFullOrganization({ areDeleted: true });
    const { id } = await connect();
    expect(await service.connectedTo(organization.id)).toEqual([id]);
  });

  it('is told what to do while there is none such', async () => {
    const { connect } = await aFullOrganization({ areDeleted: false });
    await expect(connect()).rejects.toMatchObject({
      type: 'invalid-body',
      errors: [{ pointer: '/identityProviderId', message: expect.stringContaining('delete it') }],
    });
  });
});
