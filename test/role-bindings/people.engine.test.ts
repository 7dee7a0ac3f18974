import { describe, expect, it } from 'vitest';
import { useOn } from '../../shared/callers/use.ts';
import { newConnection } from '../../shared/connections/rules.ts';
import { connectionItem } from '../../shared/connections/store.ts';
import { register } from '../../shared/identity-providers/registration.ts';
import { identityProviderItem } from '../../shared/identity-providers/store.ts';
import { type Key, keyText, type Table } from '../../shared/platform/table.ts';
import { peopleWith } from '../../shared/role-bindings/people.ts';
import type { CheckBearer } from '../../shared/tokens/check-bearer.ts';
import type { Token } from '../../shared/tokens/token.ts';
import { T0 } from '../grants/a-grant.ts';
import { anIdentityProvider } from '../identity-providers/an-identity-provider.ts';
import { anEngine } from '../rig/engine.ts';

const CAUSE = { actor: { type: 'CALLER', id: 'key_test' }, correlationId: 'test', source: null, now: T0 } as const;
const forged: CheckBearer = async () => ({ failedStep: 'signature' });
const signed: CheckBearer = async () => ({
  times: { expiresAt: T0 + 60_000, notBefore: null, issuedAt: T0 },
  keyGeneration: 1,
  now: T0,
});

/** A connected identity provider in each of several federations, all of one issuer and audience, that bind nobody. */
async function federations(count: number) {
  const engine = anEngine(T0);
  const ids: string[] = [];
  const issuerUri = `https://${engine.ids.next('idp')}.acme.com`;
  for (let one = 0; one < count; one++) {
    const place = { federationId: engine.ids.next('fed'), organizationId: engine.ids.next('org') };
    const idp = anIdentityProvider({ id: engine.ids.next('idp'), federationId: place.federationId, issuerUri });
    ids.push(idp.id);
    const writes = [
      identityProviderItem.create(idp, () => 'stale'),
      register(idp, idp.id),
      connectionItem.create(newConnection(place, idp.id, T0), () => 'stale'),
    ];
    await engine.commit({ writes, audit: [], events: [] }, CAUSE);
  }
  const read: Key[] = [];
  const table: Table = {
    ...engine.table,
    batchGet: (keys) => {
      read.push(...keys);
      return engine.table.batchGet(keys);
    },
  };
  const { audience, groupsClaim } = anIdentityProvider();
  const groups = Array.from({ length: 1000 }, (_, at) => `group-${at}`);
  const claims = { iss: issuerUri, aud: audience, sub: 'mallory', [groupsClaim]: groups };
  const token: Token = { header: { alg: 'RS256', kid: 'k1' }, claims, text: 'x.y.z', nonceInHeader: false };
  const use = useOn(engine.table);
  const vouched = (checkBearer: CheckBearer) =>
    peopleWith({ table, clock: engine.clock, use, checkBearer }).vouched(token);
  const rolesRead = () => read.filter((key) => keyText(key).startsWith('PERSON_ROLES#')).length;
  return { vouched, rolesRead, use, ids };
}

describe('O1 a person’s token', () => {
  it('that is forged has no roles read for it, whatever groups it names and however many believe its issuer', async () => {
    const { vouched, rolesRead } = await federations(5);
    expect(await vouched(forged)).toEqual([]);
    expect(rolesRead()).toBe(0);
  });

  it('is checked at a few identity providers only, when each refuses it', async () => {
    const { vouched } = await federations(8);
    let checked = 0;
    await vouched(async () => {
      checked += 1;
      return { failedStep: 'signature' };
    });
    expect(checked).toBe(3);
  });

  it('of a person without a role has its roles read, is refused, and is counted', async () => {
    const { vouched, rolesRead, use, ids } = await federations(1);
    await expect(vouched(signed)).rejects.toMatchObject({ type: 'no-role-binding' });
    expect(rolesRead()).toBe(1001);
    const person = `${ids[0]}/mallory`;
    expect((await use.lastUsed([person])).get(person)).toBe(T0);
  });
});
