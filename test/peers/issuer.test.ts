import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Issuers, startIssuers } from './issuer.ts';
import type { Issuer } from './issuer-interface.ts';

let issuers: Issuers;
const alice = { sub: 'alice@acme.com', groups: ['db-oncall', 'staff'] };
beforeAll(async () => {
  issuers = await startIssuers();
});
afterAll(() => issuers.stop());

const verified = (issuer: Issuer, token: string, at = Date.now()) =>
  jwtVerify(token, createRemoteJWKSet(new URL(issuer.jwksUri)), {
    issuer: issuer.issuerUri,
    audience: issuer.audience,
    currentDate: new Date(at),
  });

describe('an issuer', () => {
  it('gives a token by the code flow that jose verifies against its key set', async () => {
    const issuer = await issuers.create();
    const { payload, protectedHeader } = await verified(issuer, await issuer.token(alice));
    expect(payload).toMatchObject({ sub: alice.sub, groups: alice.groups, client_id: issuer.clientId });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'at+jwt', kid: issuer.publishedKeyIds()[0] });
  });

  it('dates a token by the clock of the system under test', async () => {
    const issuer = await issuers.create({ algorithm: 'ES256' });
    const now = Date.now() + 90 * 86_400_000;
    const token = await issuer.token({ ...alice, now, lifetimeSeconds: 600 });
    const { payload } = await verified(issuer, token, now);
    expect(payload).toMatchObject({ iat: Math.floor(now / 1000), exp: Math.floor(now / 1000) + 600 });
  });

  it('keeps two sign-ins of one name apart that run side by side', async () => {
    const issuer = await issuers.create({ algorithm: 'EdDSA' });
    const groups = [['a'], ['b'], ['c']];
    const tokens = await Promise.all(groups.map((own) => issuer.token({ sub: 'same', groups: own })));
    const seen = await Promise.all(tokens.map(async (token) => (await verified(issuer, token)).payload.groups));
    expect(seen).toEqual(groups);
  });

  it('gives a refresh token for offline_access', async () => {
    const issuer = await issuers.create({ algorithm: 'ES256' });
    expect((await issuer.signIn(alice, 'openid offline_access')).refreshToken).toBeTypeOf('string');
  });

  it('withdraws the old key on rotation, and can still sign with it', async () => {
    const issuer = await issuers.create({ algorithm: 'ES256' });
    const [leaked = ''] = issuer.publishedKeyIds();
    const old = await issuer.token(alice);
    const kid = await issuer.rotateKeys();
    expect(issuer.publishedKeyIds()).toEqual([kid]);
    await expect(verified(issuer, old)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    expect(decodeProtectedHeader(await issuer.token(alice)).kid).toBe(kid);
    expect(decodeProtectedHeader(issuer.mint({ key: leaked, now: Date.now() })).kid).toBe(leaked);
  });

  it('publishes a known key under another name', async () => {
    const issuer = await issuers.create({ algorithm: 'ES256' });
    const [first = ''] = issuer.publishedKeyIds();
    const again = await issuer.addKey({ copyOf: first, kid: 'innocent' });
    expect(issuer.thumbprintOf(again)).toBe(issuer.thumbprintOf(first));
    await verified(issuer, issuer.mint({ key: again, now: Date.now() }));
  });

  it.each(['RS256', 'RS512', 'PS384', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const)(
    'mints valid %s tokens',
    async (algorithm) => {
      const issuer = await issuers.create({ algorithm });
      const { payload } = await verified(issuer, issuer.mint({ claims: { sub: 'x', groups: ['g'] }, now: Date.now() }));
      expect(payload).toMatchObject({ sub: 'x', groups: ['g'] });
      await verified(issuer, await issuer.token(alice));
    },
  );

  it('holds a key set back as it was when it was asked for', async () => {
    const issuer = await issuers.create({ algorithm: 'ES256' });
    const before = issuer.publishedKeyIds();
    const held = Promise.withResolvers<void>();
    issuer.setFault('jwks', { hold: held.promise });
    const arrived = issuer.nextRequest('jwks');
    const answer = fetch(issuer.jwksUri).then((response) => response.json());
    await arrived;
    issuer.setFault('jwks', null);
    await issuer.rotateKeys();
    held.resolve();
    expect(await answer).toMatchObject({ keys: before.map((kid) => ({ kid })) });
    expect(issuer.jwksRequests()).toBe(1);
  });

  it('serves a document of the test’s own, and signs people in all the same', async () => {
    const issuer = await issuers.create({ algorithm: 'ES256' });
    const { code_challenge_methods_supported: _left, ...without } = await issuer.document('discovery');
    issuer.setFault('discovery', { body: without });
    const seen = await (await fetch(`${issuer.issuerUri}/.well-known/openid-configuration`)).json();
    expect(seen).toEqual(without);
    issuer.setFault('discovery', { status: 503 });
    expect((await fetch(`${issuer.issuerUri}/.well-known/openid-configuration`)).status).toBe(503);
    await issuer.token(alice);
    expect(issuer.discoveryRequests()).toBe(2);
  });
});
