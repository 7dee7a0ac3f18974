import { describe, expect, it } from 'vitest';
import { rig } from '../rig/rig.ts';

const { api, aFederation, aProject, aKey } = rig();

describe('O2 audit', () => {
  it('says who did what, when, from where, before and after', async () => {
    const project = await aProject();
    const path = `/v1/projects/${project.projectId}`;
    const before = (await api.get(path)).body;
    const changed = await api.patch(path, { name: 'Renamed' });
    const { body } = await api.get(`/v1/federations/${project.federationId}/audit-events`, { query: { limit: 1 } });
    expect(body.items?.[0]).toMatchObject({
      id: expect.stringMatching(/^evt_/),
      at: changed.body.updatedAt,
      actor: { type: 'CALLER', id: 'bootstrap' },
      action: 'project.change',
      resource: { type: 'project', id: project.projectId },
      before: { name: before.name, etag: before.etag },
      after: { name: 'Renamed', etag: changed.body.etag },
      source: '127.0.0.1',
      correlationId: expect.any(String),
    });
  });

  it('is written with the change or not at all: refusals and dry runs leave nothing', async () => {
    const { federationId } = await aFederation();
    const organizations = `/v1/federations/${federationId}/organizations`;
    await api.post(organizations, { name: '' });
    await api.post(organizations, { name: 'Dry' }, { query: { dryRun: true } });
    const { body } = await api.get(`/v1/federations/${federationId}/audit-events`);
    expect(body.items?.map(({ action }) => action)).toEqual(['federation.create']);
  });

  it('is listed newest first, in pages, each event once, and never shows a secret', async () => {
    const project = await aProject();
    for (let count = 0; count < 6; count++) await aKey('REQUESTER', project.scopes.project);
    const path = `/v1/federations/${project.federationId}/audit-events`;
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.get(path, { query: { limit: 4, cursor } });
      expect(page.text).not.toMatch(/spk_|secretHash/);
      listed.push(...(page.body.items ?? []).map(({ id }) => id ?? ''));
      cursor = page.body.nextCursor ?? undefined;
    } while (cursor);
    expect(listed).toHaveLength(10); // federation, organization, project, cluster, six keys
    expect(listed).toEqual([...new Set(listed)].sort().reverse());
  });

  it('is read by an auditor, and by nobody with less', async () => {
    const project = await aProject();
    const path = `/v1/federations/${project.federationId}/audit-events`;
    expect((await api.get(path, { key: await aKey('AUDITOR', project.scopes.federation) })).status).toBe(200);
    expect((await api.get(path, { key: await aKey('REQUESTER', project.scopes.federation) })).status).toBe(403);
    expect((await api.get(path, { key: await aKey('AUDITOR', project.scopes.project) })).status).toBe(404);
  });
});
