/** Whatever anybody sends: never a fault of ours, and never an answer that the document does not have. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import { created } from '../rig/answer.ts';
import { breachOf } from '../rig/contract.ts';
import { setting } from '../rig/environment.ts';
import { FUZZED, type FuzzedRequest, type World } from '../rig/fuzz-requests.ts';
import { rig } from '../rig/rig.ts';

const { api, system, aProject, aConnectedIdp, aGrant, aKey, aVerifiedDomain } = rig();

/** `SALLYPORT_FUZZ_SEED` repeats a run, which prints it; `SALLYPORT_FUZZ_RUNS` looks longer. */
const seed = Number(setting('SALLYPORT_FUZZ_SEED') ?? Date.now() % 2 ** 31);
const RUNS_OF_A_READ = 4;
const RUNS_OF_A_WRITE = Number(setting('SALLYPORT_FUZZ_RUNS') ?? 10);

const issuers = await startIssuers();
let world: World;
let sent = 0;
const answered = new Map<number, number>();

async function things(): Promise<{ ids: Record<string, string>; key: (role: 'OWNER' | 'AUDITOR') => Promise<string> }> {
  const project = await aProject();
  const { federationId, organizationId, projectId, clusterId, scopes } = project;
  const idp = await aConnectedIdp(project, await issuers.create());
  const { identityProviderId } = idp;
  const make = async (path: string, body: object) => created(await api.post(path, body)).id;
  const scope = { type: 'PROJECT', id: projectId };
  const pipeline = {
    name: 'p',
    issuerUri: idp.issuer.issuerUri,
    audience: 'a',
    subjects: ['s'],
    role: 'REQUESTER',
    scope,
  };
  const binding = { identityProviderId, principal: { type: 'GROUP', name: 'dba' }, role: 'AUDITOR', scope };
  const ids = {
    fed: federationId,
    org: organizationId,
    prj: projectId,
    cls: clusterId,
    idp: identityProviderId,
    dom: (await aVerifiedDomain(project)).id,
    grt: (await aGrant(project, idp)).id,
    rev: await make(`/v1/identity-providers/${identityProviderId}/revocations`, { reason: 'a test' }),
    key: await make(`/v1/federations/${federationId}/api-keys`, { name: 'k', role: 'REQUESTER', scope }),
    hok: await make(`/v1/federations/${federationId}/hooks`, {
      name: 'h',
      format: 'pagerduty-v3',
      action: 'REVOKE_JWKS',
      identityProviderId,
    }),
    cis: await make(`/v1/federations/${federationId}/caller-issuers`, pipeline),
    rbd: await make(`/v1/federations/${federationId}/role-bindings`, binding),
  };
  return { ids, key: (role) => aKey(role, scopes.federation) };
}

async function send({ method, target, headers, body }: FuzzedRequest): Promise<void> {
  const response = await fetch(system.url + target, { method, headers, ...(body !== undefined && { body }) });
  const { status } = response;
  const contentType = response.headers.get('content-type');
  const path = new URL(system.url + target).pathname;
  const breach = breachOf({
    method,
    path,
    status,
    contentType,
    headers: response.headers,
    body: await response.text(),
  });
  sent += 1;
  answered.set(status, (answered.get(status) ?? 0) + 1);
  expect(breach).toBeUndefined();
  expect(status).toBeLessThan(500);
}

describe('O4 whatever is sent', () => {
  beforeAll(async () => {
    console.log(`fuzz seed ${seed}`);
    const [own, others] = [await things(), await things()];
    const bearer = (key: string) => `Bearer ${key}`;
    const callers = [bearer(await own.key('OWNER')), bearer(await own.key('AUDITOR')), bearer(system.bootstrapKey)];
    const issuerUri = (await issuers.create()).issuerUri;
    world = {
      own: own.ids,
      others: others.ids,
      issuerUri,
      callers: [...callers, '', 'Bearer x', 'Basic eDp5', 'Bearer a.b.c'],
    };
  });
  afterAll(async () => {
    const statuses = [...answered]
      .sort(([one], [other]) => one - other)
      .map(([status, count]) => `${status}: ${count}`);
    console.log(`${sent} requests, answered ${statuses.join(', ')}`);
    await issuers.stop();
  });

  it.each(FUZZED)('$method $path answers as it is documented', async ({ method, requests }) => {
    const numRuns = method === 'GET' ? RUNS_OF_A_READ : RUNS_OF_A_WRITE;
    await fc.assert(fc.asyncProperty(requests(world), send), { seed, numRuns });
  });
});
