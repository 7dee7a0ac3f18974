import { describe, expect, it } from 'vitest';
import { rig } from '../rig/rig.ts';

const { api, system, aProject, aKey } = rig();

describe('O3 bad input', () => {
  it('is told whole: every broken field at once with a JSON Pointer, and nothing is stored', async () => {
    const { projectId } = await aProject();
    const refused = await api.post(`/v1/projects/${projectId}/clusters`, {
      name: '',
      tier: 7,
      mongoDbVersion: 'seven',
      connector: { type: 'carrier-pigeon' },
      'a/b~c': true,
    });
    expect(refused.status).toBe(422);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(refused.body.type).toMatch(/\/invalid-body$/);
    expect(refused.body.errors?.map(({ pointer }) => pointer).sort()).toEqual(
      ['/a~1b~0c', '/connector/type', '/mongoDbVersion', '/name', '/tier'].sort(),
    );
    expect((await api.get(`/v1/projects/${projectId}/clusters`)).body.items).toHaveLength(1);
  });

  it.each([
    ['JSON that breaks off', '{"name": "Acme', {}, 400, 'invalid-json'],
    ['a body that is no object', '[]', {}, 422, 'invalid-body'],
    ['another content type', 'name=Acme', { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
    ['a member that would be a prototype', '{"name": "Acme", "x": {"__proto__": {}}}', {}, 400, 'invalid-json'],
    ['half a surrogate pair', '{"name": "x\\ud800"}', {}, 400, 'invalid-json'],
    ['half a surrogate pair in a name', '{"x\\udfff": 1}', {}, 400, 'invalid-json'],
    ['more than is read', JSON.stringify({ name: 'x'.repeat(1024 * 1024) }), {}, 413, 'payload-too-large'],
  ])('%s', async (_what, body, headers, status, type) => {
    const refused = await api.post('/v1/federations', body, { headers });
    expect(refused).toMatchObject({ status, body: { status, type: expect.stringMatching(`/${type}$`) } });
  });

  it('is told up to a hundred faults, whatever was sent', async () => {
    const body = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`field${at}`, 1]));
    const refused = await api.post('/v1/federations', body);
    expect([refused.status, refused.body.errors?.length]).toEqual([422, 100]);
  });

  it('in a query is a 400 that names the parameter', async () => {
    const refused = await api.get('/v1/federations', { query: { limit: 0, colour: 'red' } });
    expect(refused.status).toBe(400);
    expect(refused.body.errors?.map(({ pointer }) => pointer).sort()).toEqual(['/colour', '/limit']);
    expect((await api.post('/v1/federations?dryRun=maybe', { name: 'Acme' })).status).toBe(400);
  });

  it('names no path and no method that there is not', async () => {
    expect((await api.get('/v1/nothing')).status).toBe(404);
    expect((await api.put('/v1/federations', {})).status).toBe(404);
    expect((await api.get('/v1/federations/%zz')).status).toBe(404);
    for (const odd of [
      '%00',
      '%F0%9F%92%A9',
      '__proto__',
      'fed_',
      'x'.repeat(3000),
      '..%2F..',
      '%E2%82%AC'.repeat(700),
    ]) {
      expect((await api.get(`/v1/federations/${odd}`)).status).toBe(404);
      expect((await api.form(`/v1/clusters/${odd}/introspect`, { token: 'x' })).status).toBe(404);
    }
  });

  it('a dry run answers as the call would have, without an id, and stores nothing', async () => {
    const { federationId } = await aProject();
    const path = `/v1/federations/${federationId}/organizations`;
    const dry = await api.post(path, { name: 'Dry' }, { query: { dryRun: true } });
    expect(dry).toMatchObject({ status: 201, body: { name: 'Dry', dryRun: true } });
    expect(dry.body.id).toBeUndefined();
    expect((await api.get(path)).body.items).toHaveLength(1);
    expect((await api.post(path, { name: 'Dry' })).status).toBe(201);
  });
});

describe('an Idempotency-Key', () => {
  const withKey = (key: string) => ({ headers: { 'idempotency-key': key } });

  it('makes 20 calls at once one item, and every answer the first', async () => {
    const { federationId } = await aProject();
    const path = `/v1/federations/${federationId}/organizations`;
    const call = () => api.post(path, { name: 'Once' }, withKey('REQ0012345'));
    const answers = await Promise.all(Array.from({ length: 20 }, call));
    const made = answers.filter(({ status }) => status === 201);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    expect((await call()).text).toBe(made[0]?.text);
    expect((await api.get(path)).body.items).toHaveLength(2);
  });

  it('answers again with the secret that was shown once', async () => {
    const { federationId, scopes } = await aProject();
    const body = { name: 'k', role: 'OWNER', scope: { type: 'PROJECT', id: scopes.project.id } };
    const call = () =>
      api.post(`/v1/federations/${federationId}/api-keys`, body, { headers: { 'x-idempotency-key': 'k1' } });
    const first = await call();
    expect(first.body.key).toBeDefined();
    expect((await call()).text).toBe(first.text);
  });

  it('is refused with another body or another query, and free again after a refusal', async () => {
    const { federationId } = await aProject();
    const path = `/v1/federations/${federationId}/organizations`;
    expect((await api.post(path, { name: '' }, withKey('a'))).status).toBe(422);
    expect((await api.post(path, { name: 'One' }, withKey('a'))).status).toBe(201);
    expect(await api.post(path, { name: 'Two' }, withKey('a'))).toMatchObject({
      status: 422,
      body: { type: expect.stringMatching(/idempotency-key-reused$/) },
    });
    expect((await api.post(path, { name: 'One' }, { ...withKey('a'), query: { dryRun: true } })).status).toBe(422);
    expect((await api.post(path, { name: 'One' }, withKey('b'))).status).toBe(409); // the name is taken: a rule, not the key
    expect((await api.post(path, { name: 'Three' }, withKey('b'))).status).toBe(201);
    expect((await api.post(path, { name: 'x' }, withKey('k'.repeat(256)))).status).toBe(400);
  });

  it('makes 20 calls at once with 20 keys and one unique name one item', async () => {
    const { federationId } = await aProject();
    const path = `/v1/federations/${federationId}/organizations`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => api.post(path, { name: 'Unique' }, withKey(`key-${at}`))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    expect((await api.get(path)).body.items).toHaveLength(2);
  });

  it('is its caller’s own: another caller with the same key and body gets its own answer', async () => {
    const { federationId, scopes } = await aProject();
    const body = { name: 'shared', role: 'AUDITOR', scope: { type: 'FEDERATION', id: federationId } };
    const path = `/v1/federations/${federationId}/api-keys`;
    const [one, other] = [await aKey('OWNER', scopes.federation), await aKey('OWNER', scopes.federation)];
    const first = await api.post(path, body, { ...withKey('same'), key: one });
    const second = await api.post(path, body, { ...withKey('same'), key: other });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.key).not.toBe(first.body.key);
    const stranger = await aKey('OWNER', (await aProject()).scopes.federation);
    expect((await api.post(path, body, { ...withKey('same'), key: stranger })).status).toBe(404);
  });
});

describe('a cursor', () => {
  it('fits the list that it came from, for whom it came, and no other', async () => {
    const [mine, foreign] = [await aProject(), await aProject()];
    const clusters = (id: string) => `/v1/projects/${id}/clusters`;
    for (const { projectId } of [mine, foreign])
      await api.post(clusters(projectId), {
        name: 'second',
        tier: 'SELF_MANAGED',
        mongoDbVersion: '7.0.12',
        connector: { type: 'introspection' },
      });
    const page = await api.get(clusters(mine.projectId), { query: { limit: 1 } });
    const cursor = String(page.body.nextCursor);
    expect(cursor).not.toMatch(/cls_|prj_/);
    expect((await api.get(clusters(mine.projectId), { query: { cursor } })).body.items).toHaveLength(1);
    const refused = await Promise.all([
      api.get(clusters(foreign.projectId), { query: { cursor } }),
      api.get(`/v1/projects/${mine.projectId}/grants`, { query: { cursor } }),
      api.get('/v1/federations', { query: { cursor } }),
      api.get(clusters(mine.projectId), { query: { cursor: `${cursor.slice(0, -2)}AA` } }),
      api.get(clusters(mine.projectId), { query: { cursor: 'cls_01JD0000000000000000000000' } }),
      api.get(clusters(mine.projectId), { query: { cursor: '' } }),
    ]);
    for (const { status, body } of refused) {
      expect([status, body.errors?.map(({ pointer }) => pointer)]).toEqual([400, ['/cursor']]);
    }
    await system.moveClock((await system.now()) + 86_400_000);
    expect((await api.get(clusters(mine.projectId), { query: { cursor } })).status).toBe(400); // a day old
  });
});
