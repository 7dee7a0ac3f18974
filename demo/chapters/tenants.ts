/** The organization with its project and cluster, connected to the identity provider, and the two machines' keys. */
import { unique } from '../../test/rig/stories.ts';
import type { Teller } from '../teller.ts';
import type { Access, Idp } from './cast.ts';

export async function connect(tell: Teller, federationId: string, idp: Idp): Promise<Access> {
  tell.page.chapter('A cluster to get to');
  const organization = await tell.make({
    say: 'Acme describes what it has: an organization, a project, a cluster that asks by token introspection.',
    path: `/v1/federations/${federationId}/organizations`,
    body: { name: 'Acme databases' },
  });
  const project = await tell.make({
    path: `/v1/organizations/${organization.id}/projects`,
    body: { name: 'Payments' },
  });
  const cluster = await tell.make({
    path: `/v1/projects/${project.id}/clusters`,
    body: {
      name: 'payments-eu',
      kind: 'CLUSTER',
      tier: 'SELF_MANAGED',
      mongoDbVersion: '7.0.12',
      connector: { type: 'introspection' },
    },
  });
  await tell.ask({
    say: 'It connects its identity provider to the organization, and so to every project in it.',
    method: 'POST',
    path: `/v1/organizations/${organization.id}/connections`,
    body: { identityProviderId: idp.id },
    expect: [201],
  });
  const aKey = async (say: string, role: string, scope: { type: string; id: string }): Promise<string> => {
    const { key } = await tell.make({
      say,
      path: `/v1/federations/${federationId}/api-keys`,
      body: { name: unique(role), role, scope, kind: 'API_KEY' },
      show: ['role', 'scope'],
    });
    tell.check(key, `The ${role} key was made, but not shown.`);
    return key;
  };
  const ticketing = await aKey('The ticketing system gets a key: it may request, for this project only.', 'REQUESTER', {
    type: 'PROJECT',
    id: project.id,
  });
  const data = await aKey('The cluster gets a key: it may ask about tokens, and nothing else.', 'DATA_PLANE', {
    type: 'CLUSTER',
    id: cluster.id,
  });
  tell.page.point('Each key is shown this once; Sallyport keeps only its hash.');
  return {
    federationId,
    organizationId: organization.id,
    projectId: project.id,
    clusterId: cluster.id,
    idp,
    ticketing,
    cluster: data,
  };
}
