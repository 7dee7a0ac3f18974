/** Every operation × every role × every scope, in and out of it, against the one table (`RIGHTS`). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Action, allows, covers, OWN_ONLY, type Place } from '../../shared/callers/rights.ts';
import { Role, type Scope } from '../../shared/callers/schema.ts';
import { BODY_EXAMPLES } from '../../shared/openapi/examples.ts';
import { OPERATIONS } from '../../shared/openapi/operations.ts';
import { introspect } from '../../shared/verdicts/operations.ts';
import { startIssuers } from '../peers/issuer.ts';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import { type ConnectedIdp, type Project, unique } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aVerifiedDomain, aGrant, aKey } = rig();

interface World {
  readonly project: Project;
  readonly idp: ConnectedIdp;
  /** By the name of the path's parameter. */
  readonly ids: Readonly<Record<string, string>>;
}

const issuers = await startIssuers();
let world: World;
let stranger: Project;

beforeAll(async () => {
  world = await aWorld();
  stranger = await aProject();
});
afterAll(() => issuers.stop());

async function aWorld(): Promise<World> {
  const project = await aProject();
  const { federationId, organizationId, projectId, clusterId } = project;
  const issuer = await issuers.create();
  const idp = await aConnectedIdp(project, issuer);
  const { identityProviderId } = idp;
  const make = async (path: string, body: object) => created(await api.post(path, body)).id;
  const federation = `/v1/federations/${federationId}`;
  const scope = { type: 'FEDERATION', id: federationId };
  const principal = { type: 'GROUP', name: 'dba' };
  // Nobody is there, which is no matter: its delivery is.
  const hook = { url: 'https://hooks.acme.com/sallyport', events: ['domain.verified'] };
  const webhookId = await make(`${federation}/webhooks`, hook);
  const domainId = (await aVerifiedDomain(project)).id;
  await system.moveClock((await system.now()) + 1000);
  const deliveries = await api.get(`/v1/webhooks/${webhookId}/deliveries`);
  const pipeline = { name: 'CI', issuerUri: issuer.issuerUri, audience: 'us', subjects: ['repo:acme/infra:x'] };
  return {
    project,
    idp,
    ids: {
      federationId,
      organizationId,
      projectId,
      clusterId,
      identityProviderId,
      roleName: await make(`/v1/projects/${projectId}/custom-roles`, {
        name: 'base',
        inheritedRoles: [{ role: 'clusterMonitor' }],
      }),
      domainId,
      webhookId,
      deliveryId: deliveries.body.items?.[0]?.id ?? '',
      grantId: (await aGrant(project, idp)).id,
      revocationId: await make(`/v1/identity-providers/${identityProviderId}/revocations`, { reason: 'a drill' }),
      apiKeyId: await make(`${federation}/api-keys`, { name: unique('key'), role: 'AUDITOR', scope }),
      // Of a role that whoever may bind may take away again.
      roleBindingId: await make(`${federation}/role-bindings`, {
        identityProviderId,
        principal,
        role: 'REQUESTER',
        scope,
      }),
      freezeId: await make(`${federation}/freezes`, {
        target: { type: 'PRINCIPAL', identityProviderId, principal: { type: 'USER', name: 'mallory' } },
        reason: 'a drill',
      }),
      hookId: await make(`${federation}/hooks`, {
        name: unique('hook'),
        format: 'pagerduty-v3',
        action: 'REVOKE_JWKS',
        identityProviderId,
      }),
      callerIssuerId: await make(`${federation}/caller-issuers`, { ...pipeline, role: 'AUDITOR', scope }),
    },
  };
}

/** Where the thing stands that a path names. */
function placeOf(path: string): Place {
  const { federationId, organizationId, projectId, clusterId } = world.project;
  if (path.includes('{clusterId}')) return { federationId, organizationId, projectId, clusterId };
  if (/\{(projectId|grantId)\}/.test(path)) return { federationId, organizationId, projectId };
  return path.includes('{organizationId}') ? { federationId, organizationId } : { federationId };
}

/** A federation's identity providers are also seen from below, by those whose organization is connected to one. */
const isSeenFromBelow = (method: string, path: string): boolean =>
  path.startsWith('/v1/identity-providers/') || (method === 'GET' && path.endsWith('/identity-providers'));

interface Asked {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly action: Action;
}
type Answer = 'passes' | 401 | 403 | 404;
function expected({ action, method, path }: Asked, role: Role, scope: Scope): Answer {
  if (!path.includes('{')) return allows(role, action) ? 'passes' : 403;
  const place = placeOf(path);
  if (!covers(scope, place)) {
    if (!isSeenFromBelow(method, path)) return 404;
    return allows(role, action) && action === 'identity-provider.read' ? 'passes' : 403;
  }
  if (!allows(role, action)) return 403;
  // The grant of the path was made by somebody else.
  return path.includes('{grantId}') && OWN_ONLY[action]?.includes(role) ? 404 : 'passes';
}

const fill = (path: string): string => path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => world.ids[name] ?? '');

async function answerTo({ id, method, path }: Asked, key: string | null): Promise<Answer> {
  const target = fill(path);
  const ask = { key, query: { dryRun: method === 'GET' ? undefined : true } };
  const bodies = { POST: api.post, PUT: api.put, PATCH: api.patch };
  const send = async () => {
    if (id === introspect.id) return api.form(target, { token: 'x.y.z' }, { key });
    if (method === 'GET') return api.get(target, ask);
    if (method === 'DELETE') return api.delete(target, ask);
    const call = method === 'POST' ? bodies.POST : method === 'PUT' ? bodies.PUT : bodies.PATCH;
    return call(target, BODY_EXAMPLES[id], ask);
  };
  const { status } = await send();
  expect(status, `${method} ${target}`).toBeLessThan(500);
  return status === 401 || status === 403 || status === 404 ? status : 'passes';
}

const ALL: readonly Asked[] = [...OPERATIONS, introspect];
/** A data plane has the scope of a cluster or a project, and no other. */
const scopesOf = (role: Role, { scopes }: Project) =>
  role === 'DATA_PLANE' ? [scopes.project, scopes.cluster] : Object.values(scopes);

describe('O1 the matrix', () => {
  it.each(Role.options)('%s: every operation answers what the table says, in every scope', async (role) => {
    for (const scope of scopesOf(role, world.project)) {
      const key = await aKey(role, scope);
      const answers = await Promise.all(ALL.map((one) => answerTo(one, key)));
      const found = ALL.map(({ id }, at) => `${id}: ${answers[at]}`);
      expect(found).toEqual(ALL.map((one) => `${one.id}: ${expected(one, role, scope)}`));
    }
  });

  it.each(Role.options)('%s of another federation: nothing exists', async (role) => {
    const key = await aKey(role, role === 'DATA_PLANE' ? stranger.scopes.project : stranger.scopes.federation);
    const named = ALL.filter(({ path }) => path.includes('{'));
    const answers = await Promise.all(named.map((one) => answerTo(one, key)));
    expect(named.map(({ id }, at) => `${id}: ${answers[at]}`)).toEqual(named.map(({ id }) => `${id}: 404`));
  });

  it('what may not be seen has the same body as what does not exist', async () => {
    const key = await aKey('OWNER', stranger.scopes.federation);
    for (const { id, method, path } of ALL.filter((one) => one.path.includes('{'))) {
      if (method !== 'GET') continue;
      const [hidden, absent] = await Promise.all([
        api.get(fill(path), { key }),
        api.get(fill(path).replaceAll(/_[0-9A-Z]{26}/g, '_01JD0000000000000000000000'), { key }),
      ]);
      const body = ({ body: { instance: _, ...rest } }: typeof hidden) => rest;
      expect([id, hidden.status, body(hidden)]).toEqual([id, absent.status, body(absent)]);
    }
  });

  it('nobody without a key gets as far as that', async () => {
    const answers = await Promise.all(ALL.map((one) => answerTo(one, null)));
    expect(ALL.map(({ id }, at) => `${id}: ${answers[at]}`)).toEqual(ALL.map(({ id }) => `${id}: 401`));
  });

  it('a requester keeps its own grants in hand', async () => {
    const key = await aKey('REQUESTER', world.project.scopes.project);
    const own = await aGrant(world.project, world.idp, {}, key);
    expect((await api.get(`/v1/grants/${own.id}`, { key })).status).toBe(200);
    expect((await api.patch(`/v1/grants/${own.id}`, { duration: 'PT1H' }, { key })).status).toBe(200);
    const { body } = await api.get(`/v1/projects/${world.project.projectId}/grants`, { key });
    expect(body.items?.map(({ id }) => id)).toEqual([own.id]);
    expect((await api.delete(`/v1/grants/${own.id}`, { key })).status).toBe(204);
  });
});
