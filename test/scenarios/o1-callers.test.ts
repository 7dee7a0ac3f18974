import { describe, expect, it } from 'vitest';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';

const { api, system, aProject, aKey } = rig();

describe('O1 callers', () => {
  it('are told nothing without a key, or with one that is wrong in any way', async () => {
    const project = await aProject();
    const key = await aKey('OWNER', project.scopes.federation);
    const path = `/v1/projects/${project.projectId}`;
    const flipped = key.slice(0, -8) + (key.at(-8) === 'a' ? 'b' : 'a') + key.slice(-7);
    const answers = await Promise.all(
      [null, 'nonsense', flipped, `${key}x`, 'spk_x'].map((wrong) => api.get(path, { key: wrong })),
    );
    for (const { status, headers, body } of answers) {
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect(body.type).toMatch(/unauthenticated$/);
    }
    expect((await api.get(path, { key })).status).toBe(200);
  });

  it('are shown their key once, and it consists of A-Z a-z 0-9 _ - only', async () => {
    const { federationId, scopes } = await aProject();
    const made = await api.post(`/v1/federations/${federationId}/api-keys`, {
      name: 'ServiceNow',
      role: 'REQUESTER',
      scope: { type: 'PROJECT', id: scopes.project.id },
      kind: 'API_KEY',
    });
    expect(made.status).toBe(201);
    expect(made.body.key).toMatch(/^[A-Za-z0-9_-]+$/);
    const again = await api.get(`/v1/api-keys/${made.body.id}`);
    expect(again.body).toMatchObject({ name: 'ServiceNow', role: 'REQUESTER' });
    expect(again.text).not.toContain(made.body.key);
  });

  it('end at expiresAt, and at once when their key is deleted', async () => {
    const { federationId, scopes, projectId } = await aProject();
    const expiresAt = new Date((await system.now()) + 60_000).toISOString();
    const body = { name: 'Short', role: 'OWNER', scope: { type: 'FEDERATION', id: scopes.federation.id } };
    const short = created(await api.post(`/v1/federations/${federationId}/api-keys`, { ...body, expiresAt }));
    const long = created(await api.post(`/v1/federations/${federationId}/api-keys`, { ...body, name: 'Long' }));
    const reads = (key: string | undefined) => api.get(`/v1/projects/${projectId}`, { key: key ?? '' });
    expect([(await reads(short.key)).status, (await reads(long.key)).status]).toEqual([200, 200]);
    await system.moveClock(expiresAt);
    expect((await reads(short.key)).status).toBe(401);
    expect((await api.delete(`/v1/api-keys/${long.id}`)).status).toBe(204);
    expect((await reads(long.key)).status).toBe(401);
  });

  it('do what their role says and no more, within their scope', async () => {
    const project = await aProject();
    const requester = await aKey('REQUESTER', project.scopes.project);
    const dataPlane = await aKey('DATA_PLANE', project.scopes.cluster);
    const cluster = `/v1/clusters/${project.clusterId}`;
    expect((await api.get(cluster, { key: requester })).status).toBe(200);
    expect((await api.delete(cluster, { key: requester })).status).toBe(403);
    expect((await api.get(cluster, { key: dataPlane })).status).toBe(403);
    expect((await api.form(`${cluster}/introspect`, { token: 'x.y.z' }, { key: requester })).status).toBe(403);
    expect(await api.form(`${cluster}/introspect`, { token: 'x.y.z' }, { key: dataPlane })).toMatchObject({
      status: 200,
      body: { active: false },
    });
    const other = await aProject();
    expect(
      (await api.form(`/v1/clusters/${other.clusterId}/introspect`, { token: 'x' }, { key: dataPlane })).status,
    ).toBe(404);
  });

  it('cannot be made for a scope of another federation, or a data plane for a whole federation', async () => {
    const [mine, foreign] = [await aProject(), await aProject()];
    const path = `/v1/federations/${mine.federationId}/api-keys`;
    const scope = { type: 'PROJECT', id: foreign.projectId };
    expect(await api.post(path, { name: 'n', role: 'OWNER', scope })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/scope/id' }] },
    });
    const whole = { type: 'FEDERATION', id: mine.federationId };
    expect(await api.post(path, { name: 'n', role: 'DATA_PLANE', scope: whole })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/scope/type' }] },
    });
  });
});
