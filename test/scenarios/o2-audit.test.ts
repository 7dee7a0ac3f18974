import { describe, expect, inject, it } from 'vitest';
import * as z from 'zod';
import { succeeded } from '../rig/answer.ts';
import { runAuditVerify } from '../rig/audit-verify.ts';
import { rig } from '../rig/rig.ts';

const { api, system, aFederation, aProject, aKey } = rig();
const Resource = z.object({ id: z.string() });

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

  it('is filtered by actor, action, resource and time, and a cursor is good for its own filter only', async () => {
    const project = await aProject();
    const path = `/v1/federations/${project.federationId}/audit-events`;
    const key = await aKey('OWNER', project.scopes.federation);
    const keyId = (await api.get(path, { query: { limit: 1 } })).body.items?.[0]?.resource;
    const clusters = `/v1/projects/${project.projectId}/clusters`;
    const body = {
      kind: 'CLUSTER',
      tier: 'SELF_MANAGED',
      mongoDbVersion: '7.0.12',
      connector: { type: 'introspection' },
    };
    for (const name of ['one', 'two', 'three']) succeeded(await api.post(clusters, { ...body, name }, { key }));
    const renamed = await api.patch(`/v1/projects/${project.projectId}`, { name: 'Renamed' });
    const actions = async (query: Record<string, string>) =>
      (await api.get(path, { query })).body.items?.map(({ action }) => action);

    expect(await actions({ actor: Resource.parse(keyId).id })).toEqual(Array(3).fill('cluster.create'));
    expect(await actions({ action: 'project.change' })).toEqual(['project.change']);
    expect(await actions({ resourceType: 'cluster', actor: 'bootstrap' })).toEqual(['cluster.create']);
    expect(await actions({ resource: project.projectId })).toEqual(['project.change', 'project.create']);
    expect(await actions({ resource: project.projectId, actor: 'nobody' })).toEqual([]);
    const changedAt = z.string().parse(renamed.body.updatedAt);
    expect(await actions({ resource: project.projectId, to: changedAt })).toEqual(['project.create']);
    expect(await actions({ from: changedAt })).toEqual(['project.change']);
    expect(await actions({ from: '2000-01-01T00:00:00Z', to: '2000-01-02T00:00:00Z' })).toEqual([]);

    const first = await api.get(path, { query: { resourceType: 'cluster', limit: 2 } });
    const cursor = first.body.nextCursor ?? '';
    const second = await api.get(path, { query: { resourceType: 'cluster', limit: 2, cursor } });
    expect(second.body.items).toHaveLength(2);
    expect(second.body.nextCursor).toBeUndefined();
    expect((await api.get(path, { query: { resourceType: 'project', cursor } })).status).toBe(400);
    expect((await api.get(path, { query: { limit: 101 } })).status).toBe(400);
  });

  it('is exported as JSON lines, CSV and OCSF, page by page by the Link header', async () => {
    const { federationId } = await aFederation();
    const organizations = `/v1/federations/${federationId}/organizations`;
    const names = ['=cmd|calc', 'plain, "quoted"', 'two\u2028lines', 'last'];
    for (const name of names) succeeded(await api.post(organizations, { name }));
    const pathOf = (format: string) => `/v1/federations/${federationId}/audit-events?format=${format}&limit=2`;
    const pages = async (format: string): Promise<string[]> => {
      const texts: string[] = [];
      for (let path: string | undefined = pathOf(format); path !== undefined; ) {
        const page = await api.get(path);
        expect(page.status).toBe(200);
        texts.push(page.text);
        path = /^<([^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
      }
      return texts;
    };
    const lines = async (format: string) =>
      (await pages(format)).flatMap((page) =>
        page
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
      );

    const events = await lines('jsonl');
    expect(events.map(({ after }) => after.name).slice(0, 4)).toEqual([...names].reverse());
    expect(events).toEqual((await api.get(pathOf('json').replace('limit=2', 'limit=9'))).body.items);
    expect((await lines('ocsf')).map(({ class_uid, metadata }) => [class_uid, metadata.uid])).toEqual(
      events.map(({ id }) => [6003, id]),
    );
    const [csv = ''] = await pages('csv');
    expect(csv).toMatch(
      /^id,at,actorType,actorId,actorSubject,action,resourceType,resourceId,source,correlationId,before,after\r\n/,
    );
    const answer = await api.get(`/v1/federations/${federationId}/audit-events?format=csv&resourceType=organization`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('link')).toBeNull();
    expect(answer.text.split('\r\n')).toHaveLength(6); // the header, four events, and after the last end of line nothing
  });

  it('is sealed when its minute has settled, and verified as it was sealed, after all that happened here', async () => {
    await aProject();
    await system.moveClock((await system.now()) + 3 * 60_000);
    const { code, output } = await runAuditVerify(inject('rig').dataFolder);
    expect(output).toMatch(
      /Verified: [1-9]\d* events in [1-9]\d* seals, [1-9]\d* signed roots; all that was written before /,
    );
    expect(output).toContain('would show nowhere: 0 events.');
    expect(code).toBe(0);
  });
});
