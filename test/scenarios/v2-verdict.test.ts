import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { rig } from '../rig/rig.ts';
import type { ConnectedIdp, Project } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aGrant, aKey, aToken, introspect } = rig();

const issuers = await startIssuers();
let issuer: Issuer;
let project: Project;
let idp: ConnectedIdp;

beforeAll(async () => {
  issuer = await issuers.create();
  project = await aProject();
  idp = await aConnectedIdp(project, issuer);
  await aGrant(project, idp, { duration: undefined });
});
afterAll(() => issuers.stop());

const person = { sub: 'alice', groups: ['db-oncall'] };

describe('V2 verdict', () => {
  it('says no to an audience that is nested deeper than can be written', async () => {
    const aud = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const part = (text: string) => Buffer.from(text).toString('base64url');
    const token = `${part('{"alg":"RS256"}')}.${part(`{"iss":"${issuer.issuerUri}","aud":${aud}}`)}.AAAA`;
    expect(await introspect(project.clusterId, token)).toMatchObject({ status: 200, body: { active: false } });
  });

  it('accepts a real token of a real issuer, from a data plane of the cluster', async () => {
    const key = await aKey('DATA_PLANE', project.scopes.cluster);
    const verdict = await introspect(project.clusterId, await aToken(issuer, person), key);
    expect(verdict).toMatchObject({
      status: 200,
      body: {
        active: true,
        sub: 'alice',
        client_id: issuer.clientId,
        principal: { type: 'GROUP', names: ['db-oncall'] },
      },
    });
    expect(verdict.body.username).toMatch(/^acme-sign-in[a-z0-9-]*\/alice$/);
    expect(verdict.headers.get('cache-control')).toBe('no-store');
  });

  it.each<[string, Parameters<Issuer['mint']>[0] extends infer M ? Partial<M> : never]>([
    ['another audience', { claims: { aud: 'another' } }],
    ['no group that was granted', { claims: { groups: ['staff'] } }],
    ['groups left out', { claims: { groups: undefined } }],
    ['an end that has passed', { lifetimeSeconds: -1 }],
    ['no end', { claims: { exp: undefined } }],
    ['another type', { header: { typ: 'logout+jwt' } }],
    ['an algorithm of none', { header: { alg: 'none' } }],
    ['the public key as a secret', { header: { alg: 'HS256' } }],
    ['an issuer that is not registered', { claims: { iss: 'https://elsewhere.example.com' } }],
  ])('says no, and nothing more, to a token with %s', async (_what, mint) => {
    const now = await system.now();
    const good = issuer.mint({ claims: { sub: 'alice', groups: ['db-oncall'] }, now });
    expect((await introspect(project.clusterId, good)).body.active).toBe(true);
    const bad = issuer.mint({ now, ...mint, claims: { sub: 'alice', groups: ['db-oncall'], ...mint.claims } });
    const verdict = await introspect(project.clusterId, bad);
    expect(verdict).toMatchObject({ status: 200, text: '{"active":false}' });
    expect(verdict.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['an opaque token', 'aGVsbG8'],
    ['five parts', 'a.b.c.d.e'],
    ['line breaks', 'e30.e30.\ne30'],
    ['64 KiB and more', `e30.${'e'.repeat(70_000)}.e30`],
    ['no UTF-8', 'gICA.gICA.gICA'],
  ])('says no to what is no JWT: %s', async (_what, token) => {
    expect(await introspect(project.clusterId, token)).toMatchObject({ status: 200, text: '{"active":false}' });
  });

  it('says no to a token that was changed, and to one signed by another issuer’s key', async () => {
    const now = await system.now();
    const good = issuer.mint({ claims: { sub: 'alice', groups: ['db-oncall'] }, now });
    const [header, , signature] = good.split('.');
    const payload = Buffer.from(
      JSON.stringify({ ...person, iss: issuer.issuerUri, aud: issuer.audience, exp: now / 1000 + 999 }),
    );
    const changed = [header, payload.toString('base64url'), signature].join('.');
    expect((await introspect(project.clusterId, changed)).text).toBe('{"active":false}');
    const other = await issuers.create();
    const kid = issuer.publishedKeyIds()[0];
    const foreign = other.mint({
      claims: { ...person, iss: issuer.issuerUri, aud: issuer.audience },
      header: { kid },
      now,
    });
    expect((await introspect(project.clusterId, foreign)).text).toBe('{"active":false}');
  });

  it('finds the IdP that fits once it is connected, though another of the same issuer was looked at before', async () => {
    const mine = await aProject();
    const other = await issuers.create();
    const first = await aConnectedIdp(mine, other, { audience: 'another-audience' });
    await aGrant(mine, first, { duration: undefined });
    const token = other.mint({ claims: { ...person }, now: await system.now() });
    expect((await introspect(mine.clusterId, token)).body.active).toBe(false);
    const second = await aConnectedIdp(mine, other, { name: 'Second' });
    await aGrant(mine, second, { duration: undefined });
    expect((await introspect(mine.clusterId, token)).body.active).toBe(true);
    const path = `/v1/organizations/${mine.organizationId}/connections/${second.identityProviderId}`;
    expect((await api.delete(path)).status).toBe(202);
    expect((await introspect(mine.clusterId, token)).body.active).toBe(false);
  });

  it.each([
    ['half a surrogate pair, twice', ['\ud800', '\ud801', 'db-oncall']],
    ['a name that is longer than any key', ['€'.repeat(1000), 'db-oncall']],
    ['names with separators', ['#', '|', 'db-oncall#', 'db-oncall']],
    ['many more than one read takes', [...Array.from({ length: 350 }, (_, index) => `team-${index}`), 'db-oncall']],
  ])('takes no harm from a group that is %s', async (_what, groups) => {
    const token = issuer.mint({ claims: { sub: 'alice', groups }, now: await system.now() });
    expect(await introspect(project.clusterId, token)).toMatchObject({
      status: 200,
      body: { active: true, principal: { names: ['db-oncall'] } },
    });
  });

  it('answers the caller’s own mistakes as errors', async () => {
    const path = `/v1/clusters/${project.clusterId}/introspect`;
    expect((await api.form(path, {})).status).toBe(400);
    expect((await api.post(path, { token: 'x' })).status).toBe(415);
    expect((await api.form(path, { token: 'x' }, { key: null })).status).toBe(401);
    expect((await api.form('/v1/clusters/cls_none/introspect', { token: 'x' })).status).toBe(404);
  });

  it('lets a gateway hold a yes for as long as the cluster allows, never past its end, and a no never', async () => {
    expect((await api.patch(`/v1/clusters/${project.clusterId}`, { verdictMaxAge: 30 })).status).toBe(200);
    const now = await system.now();
    const claims = { ...person };
    const long = await introspect(project.clusterId, issuer.mint({ claims, now }));
    expect(long.headers.get('cache-control')).toBe('private, max-age=30');
    const short = await introspect(project.clusterId, issuer.mint({ claims, now, lifetimeSeconds: 10 }));
    expect(short.headers.get('cache-control')).toMatch(/^private, max-age=[0-9]$/);
    expect((await introspect(project.clusterId, 'x.y.z')).headers.get('cache-control')).toBe('no-store');
    await api.patch(`/v1/clusters/${project.clusterId}`, { verdictMaxAge: 0 });
  });

  it('R6 asks the issuer once for an unknown kid, however often it is shown', async () => {
    const now = await system.now();
    const unknown = (kid: string) => issuer.mint({ claims: person, header: { kid }, now });
    await introspect(project.clusterId, issuer.mint({ claims: person, now })); // its keys are in memory
    const before = issuer.jwksRequests();
    for (const kid of ['x1', 'x2', 'x3', 'x1', 'x2', 'x3']) {
      expect((await introspect(project.clusterId, unknown(kid))).text).toBe('{"active":false}');
    }
    expect(issuer.jwksRequests() - before).toBe(1);
  });

  it('R6 accepts a key that the issuer has rotated to, without any revocation', async () => {
    await system.moveClock((await system.now()) + 60_000);
    await introspect(project.clusterId, issuer.mint({ claims: person, now: await system.now() }));
    await issuer.rotateKeys();
    const token = issuer.mint({ claims: person, now: await system.now() });
    expect((await introspect(project.clusterId, token)).body.active).toBe(true);
  });
});
