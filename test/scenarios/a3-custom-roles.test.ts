import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import { rig } from '../rig/rig.ts';
import type { ConnectedIdp, Project } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aGrant, aKey, introspect } = rig();
const issuers = await startIssuers();
afterAll(() => issuers.stop());
let issuer: Issuer;
let project: Project;
let idp: ConnectedIdp;
beforeEach(async () => {
  issuer = await issuers.create();
  project = await aProject();
  idp = await aConnectedIdp(project, issuer);
});
const path = (name = '') => `/v1/projects/${project.projectId}/custom-roles${name && `/${name}`}`;
const FIND = { action: 'FIND', resources: [{ database: 'sales', collection: 'orders' }] };
const verdict = async () => {
  const token = issuer.mint({ claims: { sub: 'alice', groups: ['db-oncall'] }, now: await system.now() });
  return (await introspect(project.clusterId, token)).body;
};

describe('A3 custom roles', () => {
  it('are created, read, listed, replaced and deleted, each with its ETag', async () => {
    const made = await api.post(path(), { name: 'auditor', actions: [FIND] });
    expect(made).toMatchObject({ status: 201, body: { id: 'auditor', actions: [FIND], inheritedRoles: [] } });
    const inheriting = { inheritedRoles: [{ role: 'read', database: 'sales' }] };
    const replaced = await api.put(path('auditor'), inheriting, { headers: { 'if-match': made.body.etag ?? '' } });
    expect(replaced).toMatchObject({ status: 200, body: { actions: [], ...inheriting } });
    const late = { headers: { 'if-match': made.body.etag ?? '' } };
    expect((await api.put(path('auditor'), inheriting, late)).status).toBe(412);
    expect((await api.post(path(), { name: 'auditor', actions: [FIND] })).status).toBe(409);
    await api.post(path(), { name: 'analyst', actions: [FIND] });
    expect((await api.get(path())).body.items?.map(({ id }) => id)).toEqual(['analyst', 'auditor']);
    expect((await api.delete(path('auditor'))).status).toBe(204);
    expect((await api.get(path('auditor'))).status).toBe(404);
    expect((await api.put(path('auditor'), inheriting)).status).toBe(404);
  });

  it.each<[string, object, string[]]>([
    ['nothing in it', { name: 'a' }, ['/actions']],
    ['a name of MongoDB’s own', { name: 'readWrite', actions: [FIND] }, ['/name']],
    ['an action that does not exist', { name: 'a', actions: [{ ...FIND, action: 'FLY' }] }, ['/actions/0/action']],
    ['no resource', { name: 'a', actions: [{ action: 'FIND', resources: [] }] }, ['/actions/0/resources']],
    [
      'roles that are not there',
      { name: 'a', inheritedRoles: [{ role: 'nobody' }, { role: 'read', database: 'sales' }] },
      ['/inheritedRoles/0/role'],
    ],
    [
      'a built-in role without its database',
      { name: 'a', inheritedRoles: [{ role: 'read' }] },
      ['/inheritedRoles/0/database'],
    ],
    ['itself', { name: 'a', inheritedRoles: [{ role: 'a' }] }, ['/inheritedRoles/0/role']],
  ])('are refused with %s', async (_what, body, pointers) => {
    const refused = await api.post(path(), body);
    expect(refused.status).toBe(422);
    expect(refused.body.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('too large to be kept with their audit are refused; one that is just below is replaced again and again', async () => {
    const roleOf = (letter: string, resources: number) => ({
      actions: ['FIND', 'INSERT', 'UPDATE', 'REMOVE', 'COLL_STATS'].map((action) => ({
        action,
        resources: Array.from({ length: resources }, (_, at) => ({
          database: `${letter}${at}`,
          collection: letter.repeat(255),
        })),
      })),
    });
    const [first, second] = ['a', 'b'].map((letter) => ({ name: letter, ...roleOf('中', 44) }));
    expect((await api.post(path(), first)).status).toBe(201);
    expect((await api.put(path('a'), roleOf('乙', 44))).status).toBe(200);
    const pointers = ({ body }: Awaited<ReturnType<typeof api.put>>) => body.errors?.map(({ pointer }) => pointer);
    const tooLarge = await api.put(path('a'), roleOf('丙', 47));
    expect([tooLarge.status, pointers(tooLarge)]).toEqual([422, ['/actions']]);
    const tooMany = await api.post(path(), second); // together
    expect([tooMany.status, pointers(tooMany)]).toEqual([422, ['/actions']]);
  });

  it('inherit without cycles, and the cycle is shown', async () => {
    await api.post(path(), { name: 'a', actions: [FIND] });
    await api.post(path(), { name: 'b', inheritedRoles: [{ role: 'a' }] });
    await api.post(path(), { name: 'c', inheritedRoles: [{ role: 'b' }] });
    expect(await api.put(path('a'), { inheritedRoles: [{ role: 'c' }] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/inheritedRoles/0/role', message: expect.stringContaining('a → c → b → a') }] },
    });
  });

  it('are given by grants, resolved in verdicts, and a change takes effect on running grants', async () => {
    await api.post(path(), { name: 'base', actions: [FIND], inheritedRoles: [{ role: 'clusterMonitor' }] });
    await api.post(path(), {
      name: 'auditor',
      inheritedRoles: [{ role: 'base' }, { role: 'read', database: 'sales' }],
    });
    const roles = { custom: ['auditor'] };
    await aGrant(project, idp, { roles });
    expect(await verdict()).toMatchObject({
      active: true,
      roles: [
        { role: 'auditor', database: 'admin' },
        { role: 'clusterMonitor', database: 'admin' },
      ],
      privileges: [{ role: 'read', database: 'sales' }],
      customRoles: [{ role: 'auditor', actions: [FIND] }],
    });
    const INSERT = { action: 'INSERT', resources: [{ database: '', collection: '' }] };
    await api.put(path('base'), { actions: [INSERT] });
    expect(await verdict()).toMatchObject({
      roles: [{ role: 'auditor', database: 'admin' }],
      customRoles: [{ role: 'auditor', actions: [INSERT] }],
    });
  });

  it('are not deleted while a live grant or another role names them, which is said', async () => {
    await api.post(path(), { name: 'base', actions: [FIND] });
    await api.post(path(), { name: 'auditor', inheritedRoles: [{ role: 'base' }] });
    const grant = await aGrant(project, idp, { roles: { custom: ['base'] } });
    expect(await api.delete(path('base'))).toMatchObject({
      status: 409,
      body: {
        detail: `base still has live grants (${grant.id}) and roles that inherit it (auditor). Remove them first.`,
      },
    });
    await api.delete(`/v1/grants/${grant.id}`);
    await api.delete(path('auditor'));
    expect((await api.delete(path('base'))).status).toBe(204);
    const refused = await api.post(`/v1/projects/${project.projectId}/grants`, {
      principal: { type: 'GROUP', name: 'x' },
      identityProviderId: idp.identityProviderId,
      roles: { custom: ['base'] },
    });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/roles/custom/0' }] } });
  });

  it('are read by a requester and changed by an access administrator', async () => {
    const [requester, administrator] = [
      await aKey('REQUESTER', project.scopes.project),
      await aKey('ACCESS_ADMINISTRATOR', project.scopes.project),
    ];
    const body = { name: 'auditor', actions: [FIND] };
    expect((await api.post(path(), body, { key: requester })).status).toBe(403);
    expect((await api.post(path(), body, { key: administrator })).status).toBe(201);
    expect((await api.get(path('auditor'), { key: requester })).status).toBe(200);
  });
});
