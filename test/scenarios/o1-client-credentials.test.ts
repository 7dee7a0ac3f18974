import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  clientCredentialsGrant,
} from 'openid-client';
import { describe, expect, it } from 'vitest';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import { unique } from '../rig/stories.ts';

const { api, system, aProject, aKey } = rig();
type Project = Awaited<ReturnType<typeof aProject>>;

async function clientCredentials(project: Project, body: object = {}) {
  const scope = { type: 'PROJECT', id: project.projectId };
  const wish = { name: unique('ServiceNow'), role: 'REQUESTER', scope, kind: 'CLIENT_CREDENTIALS', ...body };
  const { id, clientId, clientSecret } = created(
    await api.post(`/v1/federations/${project.federationId}/api-keys`, wish),
  );
  if (!clientId || !clientSecret) throw new Error('client credentials were made, but not shown');
  return { id, clientId, clientSecret };
}
const basicOf = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
});
const askForToken = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  api.form('/oauth2/token', fields, { key: null, headers });

describe('O1 client credentials', () => {
  it('are shown once, as a client ID and a secret of A-Z a-z 0-9 _ - only', async () => {
    const project = await aProject();
    const { id, clientId, clientSecret } = await clientCredentials(project);
    expect(clientId).toBe(id);
    expect(clientSecret).toMatch(/^[A-Za-z0-9_-]+$/);
    const read = await api.get(`/v1/api-keys/${id}`);
    expect(read.body).toMatchObject({ kind: 'CLIENT_CREDENTIALS', clientId });
    expect(read.text).not.toContain(clientSecret);
  });

  it.each([
    ['client_secret_basic', ClientSecretBasic],
    ['client_secret_post', ClientSecretPost],
  ])('get an access token by %s, as a client that knows RFC 6749 asks', async (_name, method) => {
    const project = await aProject();
    const { clientId, clientSecret } = await clientCredentials(project);
    const server = { issuer: system.url, token_endpoint: `${system.url}/oauth2/token` };
    const client = new Configuration(server, clientId, undefined, method(clientSecret));
    allowInsecureRequests(client);
    const { access_token, token_type, expires_in } = await clientCredentialsGrant(client);
    expect({ token_type, expires_in }).toEqual({ token_type: 'bearer', expires_in: 3600 });
    const key = access_token;
    expect((await api.get(`/v1/clusters/${project.clusterId}`, { key })).status).toBe(200);
    expect((await api.delete(`/v1/clusters/${project.clusterId}`, { key })).status).toBe(403);
    expect((await api.get(`/v1/clusters/${(await aProject()).clusterId}`, { key })).status).toBe(404);
  });

  it('are answered to the letter of RFC 6749 section 5', async () => {
    const { clientId, clientSecret } = await clientCredentials(await aProject());
    const grant_type = 'client_credentials';
    const good = await askForToken({ grant_type }, basicOf(clientId, clientSecret));
    expect(good).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600 } });
    expect(good.headers.get('cache-control')).toBe('no-store');
    expect(good.headers.get('pragma')).toBe('no-cache');
    expect(Object.keys(good.body).sort()).toEqual(['access_token', 'expires_in', 'token_type']);

    const form = { client_id: clientId, client_secret: clientSecret };
    const exchanged = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'e30.e30.e30',
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    };
    const wrong = `${clientSecret.slice(0, -1)}${clientSecret.endsWith('0') ? '1' : '0'}`;
    const cases: [Record<string, string>, Record<string, string>, number, string][] = [
      [{ grant_type }, basicOf(clientId, wrong), 401, 'invalid_client'],
      [{ grant_type }, basicOf('key_01JD0000000000000000000000', clientSecret), 401, 'invalid_client'],
      [{ grant_type }, {}, 401, 'invalid_client'],
      [{ grant_type }, { authorization: 'Bearer x' }, 401, 'invalid_client'],
      [{ grant_type, ...form, client_secret: wrong }, {}, 401, 'invalid_client'],
      [{ grant_type, client_secret: clientSecret }, {}, 400, 'invalid_request'],
      [{ grant_type, ...form }, basicOf(clientId, clientSecret), 400, 'invalid_request'],
      [{ ...form }, {}, 400, 'invalid_request'],
      [{ ...form, grant_type: 'password' }, {}, 400, 'unsupported_grant_type'],
      [{ ...form, grant_type, scope: 'admin' }, {}, 400, 'invalid_scope'],
      [{ ...form, grant_type, client_assertion: 'x' }, {}, 400, 'invalid_request'],
      [{ ...exchanged, actor_token_type: 'x' }, {}, 400, 'invalid_request'],
      [{ ...exchanged, audience: 'https://other.com' }, {}, 400, 'invalid_target'],
      [{ ...exchanged, resource: 'https://other.com' }, {}, 400, 'invalid_target'],
      [{ ...exchanged }, {}, 400, 'invalid_request'],
      [Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`p${at}`, ''])), {}, 400, 'invalid_request'],
      [{ ...form, grant_type, more: 'x'.repeat(128 * 1024) }, {}, 400, 'invalid_request'],
    ];
    for (const [fields, headers, status, error] of cases) {
      const refused = await askForToken(fields, headers);
      expect(refused).toMatchObject({ status, body: { error, error_description: expect.any(String) } });
      expect(refused.headers.get('cache-control')).toBe('no-store');
      expect(refused.headers.has('www-authenticate')).toBe(status === 401);
      expect(refused.headers.get('content-type')).toMatch(/^application\/json/);
      expect(refused.body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    }
    const twice = 'grant_type=client_credentials&grant_type=client_credentials';
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const refused = await api.post('/oauth2/token', twice, {
      headers: { ...type, ...basicOf(clientId, clientSecret) },
    });
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const json = await api.post('/oauth2/token', { grant_type, ...form }, { key: null });
    expect(json).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('open nothing without a token, and their tokens end with them', async () => {
    const project = await aProject();
    const reads = (key: string) => api.get(`/v1/clusters/${project.clusterId}`, { key });
    const { id, clientId, clientSecret } = await clientCredentials(project);
    expect((await reads(clientSecret)).status).toBe(401);
    const { access_token: token } = (
      await askForToken({ grant_type: 'client_credentials' }, basicOf(clientId, clientSecret))
    ).body;
    expect((await reads(String(token))).status).toBe(200);
    expect((await api.delete(`/v1/api-keys/${id}`)).status).toBe(204);
    expect((await reads(String(token))).status).toBe(401);
    const again = await askForToken({ grant_type: 'client_credentials' }, basicOf(clientId, clientSecret));
    expect(again).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('get no token that outlives them, and each token ends on its second', async () => {
    const project = await aProject();
    const expiresAt = new Date((await system.now()) + 90_000).toISOString();
    const short = await clientCredentials(project, { expiresAt });
    const basic = basicOf(short.clientId, short.clientSecret);
    const { body } = await askForToken({ grant_type: 'client_credentials' }, basic);
    expect(body.expires_in).toBeLessThanOrEqual(90);
    const reads = (key: unknown) => api.get(`/v1/clusters/${project.clusterId}`, { key: String(key) });
    expect((await reads(body.access_token)).status).toBe(200);
    const long = await clientCredentials(project);
    const issued = await askForToken({ grant_type: 'client_credentials' }, basicOf(long.clientId, long.clientSecret));
    await system.moveClock(expiresAt);
    expect((await reads(body.access_token)).status).toBe(401);
    expect((await reads(issued.body.access_token)).status).toBe(200);
    await system.moveClock(new Date((await system.now()) + 3_600_000).toISOString());
    expect((await reads(issued.body.access_token)).status).toBe(401);
  });

  it('let a gateway introspect, too', async () => {
    const project = await aProject();
    const scope = { type: 'CLUSTER', id: project.clusterId };
    const { clientId, clientSecret } = await clientCredentials(project, { role: 'DATA_PLANE', scope });
    const { body } = await askForToken({ grant_type: 'client_credentials' }, basicOf(clientId, clientSecret));
    const key = String(body.access_token);
    expect(await api.form(`/v1/clusters/${project.clusterId}/introspect`, { token: 'x.y.z' }, { key })).toMatchObject({
      status: 200,
      body: { active: false },
    });
  });
});

describe('O1 use and limits', () => {
  it('say when a key was last used, by calls and by verdicts', async () => {
    const project = await aProject();
    const [caller, plane] = [
      await aKey('AUDITOR', project.scopes.federation),
      await aKey('DATA_PLANE', project.scopes.cluster),
    ];
    const path = `/v1/federations/${project.federationId}/api-keys`;
    const lastUsed = async () => new Map((await api.get(path)).body.items?.map((one) => [one.role, one.lastUsedAt]));
    expect([...(await lastUsed()).values()]).toEqual([null, null]);
    const before = await system.now();
    await api.get(path, { key: caller });
    await api.form(`/v1/clusters/${project.clusterId}/introspect`, { token: 'x.y.z' }, { key: plane });
    for (const at of (await lastUsed()).values()) expect(Date.parse(String(at))).toBeGreaterThanOrEqual(before);
  });

  it('do not limit verdicts, and say so', async () => {
    const { federationId, clusterId } = await aProject();
    const wish = {
      name: 'gateway',
      role: 'DATA_PLANE',
      scope: { type: 'CLUSTER', id: clusterId },
      requestsPerMinute: 5,
    };
    expect(await api.post(`/v1/federations/${federationId}/api-keys`, wish)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/requestsPerMinute' }] },
    });
  });

  it('refuse a caller beyond its calls a minute, and say when to come back', async () => {
    const project = await aProject();
    const scope = { type: 'PROJECT', id: project.projectId };
    const wish = { name: unique('slow'), role: 'AUDITOR', scope, requestsPerMinute: 5 };
    const { key = '' } = created(await api.post(`/v1/federations/${project.federationId}/api-keys`, wish));
    const read = () => api.get(`/v1/projects/${project.projectId}`, { key });
    const answers = [];
    for (let count = 0; count < 12; count++) answers.push(await read()); // a minute's border lies between at most twice five
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(2);
    for (const { headers, body } of refused) {
      expect(body.type).toMatch(/rate-limited$/);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    }
    await system.moveClock(new Date((await system.now()) + 60_000).toISOString());
    expect((await read()).status).toBe(200);
  });
});
