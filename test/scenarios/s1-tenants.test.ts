import { describe, expect, it } from 'vitest';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import { unique } from '../rig/stories.ts';

const { api, aFederation, aProject, aDomain, aCluster, aKey } = rig();

describe('S1 federations, organizations, projects and clusters', () => {
  it('are created, read, changed and deleted, each with its ETag', async () => {
    const project = await aProject();
    const path = `/v1/projects/${project.projectId}`;
    const before = await api.get(path);
    expect(before.body).toMatchObject({ organizationId: project.organizationId, federationId: project.federationId });
    expect(before.headers.get('etag')).toBe(before.body.etag);

    const renamed = await api.patch(path, { name: 'Payments EU' }, { headers: { 'if-match': before.body.etag ?? '' } });
    expect(renamed).toMatchObject({ status: 200, body: { name: 'Payments EU' } });
    expect(renamed.body.etag).not.toBe(before.body.etag);
    const late = await api.patch(path, { name: 'Payments US' }, { headers: { 'if-match': before.body.etag ?? '' } });
    expect(late).toMatchObject({ status: 412, body: { detail: expect.stringContaining('Read it again') } });
    expect((await api.get(path)).body).toMatchObject({ name: 'Payments EU' });
  });

  it('are renamed each, unless the name is taken beside them', async () => {
    const project = await aProject();
    const other = created(
      await api.post(`/v1/organizations/${project.organizationId}/projects`, { name: unique('Other') }),
    );
    const paths = [
      `/v1/federations/${project.federationId}`,
      `/v1/organizations/${project.organizationId}`,
      `/v1/projects/${project.projectId}`,
      `/v1/clusters/${project.clusterId}`,
    ];
    for (const path of paths) {
      const name = unique('Renamed');
      const { etag = '' } = (await api.get(path)).body;
      const dry = await api.patch(path, { name }, { query: { dryRun: true } });
      expect(dry).toMatchObject({ status: 200, body: { dryRun: true, name } });
      expect((await api.get(path)).body.etag).toBe(etag);
      expect(await api.patch(path, { name }, { headers: { 'if-match': etag } })).toMatchObject({
        status: 200,
        body: { name },
      });
      expect((await api.patch(path, { name, id: 'x' })).body.errors).toMatchObject([{ pointer: '/id' }]);
    }
    const { name } = (await api.get(`/v1/projects/${project.projectId}`)).body;
    expect((await api.patch(`/v1/projects/${other.id}`, { name })).status).toBe(409);
  });

  it('cannot be deleted while something hangs on them, which is named', async () => {
    const project = await aProject();
    const inUse = (path: string) => api.delete(path).then(({ status, body }) => [status, body.detail]);
    expect(await inUse(`/v1/projects/${project.projectId}`)).toEqual([
      409,
      `${project.projectId} still has clusters (${project.clusterId}). Remove them first.`,
    ]);
    expect(await inUse(`/v1/organizations/${project.organizationId}`)).toEqual([
      409,
      `${project.organizationId} still has projects (${project.projectId}). Remove them first.`,
    ]);
    const domains = [];
    for (let count = 0; count < 4; count++) domains.push(await aDomain(project));
    const named = domains
      .slice(0, 3)
      .map(({ id }) => id)
      .join(', ');
    expect(await inUse(`/v1/federations/${project.federationId}`)).toEqual([
      409,
      `${project.federationId} still has organizations (${project.organizationId}) and domains (${named} and more). Remove them first.`,
    ]);
    for (const { id } of domains) expect((await api.delete(`/v1/domains/${id}`)).status).toBe(204);
    expect((await api.delete(`/v1/clusters/${project.clusterId}`)).status).toBe(204);
    expect((await api.delete(`/v1/projects/${project.projectId}`)).status).toBe(204);
    expect((await api.delete(`/v1/organizations/${project.organizationId}`)).status).toBe(204);
    expect((await api.delete(`/v1/federations/${project.federationId}`)).status).toBe(204);
    expect((await api.get(`/v1/federations/${project.federationId}`)).status).toBe(404);
  });

  it('have names that are unique under their parent, and free again after a deletion', async () => {
    const { federationId } = await aFederation();
    const path = `/v1/federations/${federationId}/organizations`;
    const first = created(await api.post(path, { name: 'Databases' }));
    expect(await api.post(path, { name: 'Databases' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('"Databases"') },
    });
    expect((await api.delete(`/v1/organizations/${first.id}`)).status).toBe(204);
    expect((await api.post(path, { name: 'Databases' })).status).toBe(201);
  });

  it('are one when 20 callers create the same name at once', async () => {
    const { federationId } = await aFederation();
    const path = `/v1/federations/${federationId}/organizations`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.post(path, { name: 'Databases' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)]);
    expect((await api.get(path)).body.items).toHaveLength(1);
  });

  it('are listed in pages, in order of creation, each once', async () => {
    const { federationId } = await aFederation();
    const path = `/v1/federations/${federationId}/organizations`;
    const made: string[] = [];
    for (let count = 0; count < 7; count++) made.push(created(await api.post(path, { name: `Org ${count}` })).id);
    const listed: (string | undefined)[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.get(path, { query: { limit: 3, cursor } });
      listed.push(...(page.body.items ?? []).map(({ id }) => id));
      cursor = page.body.nextCursor ?? undefined;
    } while (cursor);
    expect(listed).toEqual(made);
  });

  it('do not open a cursor of another list', async () => {
    const [one, other] = [await aFederation(), await aFederation()];
    for (const name of ['a', 'b']) {
      await api.post(`/v1/federations/${one.federationId}/organizations`, { name });
      await api.post(`/v1/federations/${other.federationId}/organizations`, { name });
    }
    const { body } = await api.get(`/v1/federations/${one.federationId}/organizations`, { query: { limit: 1 } });
    const stolen = await api.get(`/v1/federations/${other.federationId}/organizations`, {
      query: { limit: 1, cursor: body.nextCursor ?? '' },
    });
    expect(stolen).toMatchObject({ status: 400, body: { errors: [{ pointer: '/cursor' }] } });
  });

  it.each([
    ['a shared tier', { tier: 'M5' }, '/tier', 'M10 or larger'],
    ['a MongoDB that is too old', { mongoDbVersion: '7.0.10' }, '/mongoDbVersion', '7.0.11'],
    [
      'a Percona that is too old',
      { distribution: 'PERCONA', mongoDbVersion: '7.0.24-12' },
      '/mongoDbVersion',
      '7.0.24-13',
    ],
    [
      'a Percona version without its build',
      { distribution: 'PERCONA', mongoDbVersion: '8.0.12' },
      '/mongoDbVersion',
      'build',
    ],
    [
      'Percona on an Atlas tier',
      { tier: 'M10', distribution: 'PERCONA', mongoDbVersion: '8.0.12-4' },
      '/distribution',
      'ATLAS',
    ],
  ])('refuse a cluster with %s, with the reason', async (_what, part, pointer, reason) => {
    const { projectId } = await aProject();
    const body = {
      name: 'c',
      tier: 'SELF_MANAGED',
      mongoDbVersion: '7.0.12',
      connector: { type: 'introspection' },
      ...part,
    };
    const refused = await api.post(`/v1/projects/${projectId}/clusters`, body);
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ pointer, message: expect.stringContaining(reason) }] },
    });
  });

  it('keep the rules of tier and version when a cluster is changed', async () => {
    const project = await aProject();
    const clusterId = await aCluster(project, { tier: 'M10', mongoDbVersion: '8.0.4' });
    const path = `/v1/clusters/${clusterId}`;
    const refused = await api.patch(path, { tier: 'M2', mongoDbVersion: '6.0.1' });
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/tier' }, { pointer: '/mongoDbVersion' }] },
    });
    expect((await api.patch(path, { tier: 'SELF_MANAGED' })).body.errors).toMatchObject([{ pointer: '/distribution' }]);
    expect(await api.patch(path, { tier: 'M30', mongoDbVersion: '8.0.5', verdictMaxAge: 30 })).toMatchObject({
      status: 200,
      body: { tier: 'M30', distribution: 'ATLAS', verdictMaxAge: 30 },
    });
    expect((await api.patch(path, { kind: 'FEDERATED_DATABASE_INSTANCE' })).body.errors).toMatchObject([
      { pointer: '/kind' },
    ]);
  });

  it('are not there for a caller of another federation', async () => {
    const [mine, foreign] = [await aProject(), await aProject()];
    const key = await aKey('OWNER', mine.scopes.federation);
    const paths = [
      `/v1/federations/${foreign.federationId}`,
      `/v1/organizations/${foreign.organizationId}`,
      `/v1/projects/${foreign.projectId}`,
      `/v1/clusters/${foreign.clusterId}`,
      `/v1/clusters/not-an-id`,
    ];
    const answers = await Promise.all(paths.map((path) => api.get(path, { key })));
    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 404));
    expect(new Set(answers.map(({ body }) => body.detail)).size).toBe(1);
    expect((await api.get(`/v1/clusters/${mine.clusterId}`, { key })).status).toBe(200);
  });
});
