/** Shows secrets of every kind to the system, in the right places and in wrong ones, then reads all that it wrote. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { startIssuers } from '../peers/issuer.ts';
import type { Answer } from '../rig/answer.ts';
import { created } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';
import { tableBehind } from '../rig/running.ts';
import { unique } from '../rig/stories.ts';

const { api, system, aProject, aConnectedIdp, aGrant, aKey, aToken } = rig();

const issuers = await startIssuers();
afterAll(() => issuers.stop());

describe('O3 secrets', () => {
  it('are in no log line, problem, audit event or item', async () => {
    const project = await aProject();
    const { federationId, projectId, clusterId } = project;
    const issuer = await issuers.create();
    const idp = await aConnectedIdp(project, issuer);
    await aGrant(project, idp);
    const scope = { type: 'PROJECT', id: projectId };
    const keys = `/v1/federations/${federationId}/api-keys`;
    const kind = 'CLIENT_CREDENTIALS';
    const retried = { headers: { 'idempotency-key': unique('k') } };
    const body = { name: unique('SN'), role: 'REQUESTER', scope, kind };
    const { clientId = '', clientSecret = '' } = created(await api.post(keys, body, retried));
    await api.post(keys, body, retried); // the first answer, kept with its secret
    const apiKey = await aKey('DATA_PLANE', project.scopes.cluster);
    const pipeline = { name: unique('CI'), issuerUri: issuer.issuerUri, audience: 'us', subjects: ['job:1'] };
    created(
      await api.post(`/v1/federations/${federationId}/caller-issuers`, { ...pipeline, role: 'REQUESTER', scope }),
    );
    const principal = { type: 'USER', name: 'mallory' };
    const binding = { identityProviderId: idp.identityProviderId, principal, role: 'AUDITOR', scope };
    created(await api.post(`/v1/federations/${federationId}/role-bindings`, binding));

    const personToken = await aToken(issuer, { sub: 'mallory', groups: ['db-oncall'] });
    const jwt = issuer.mint({ now: await system.now(), claims: { sub: 'job:1', aud: 'us' } });
    const answers: Answer[] = [];
    const ask = async (answer: Promise<Answer>): Promise<Answer> => {
      answers.push(await answer);
      return answer;
    };
    const token = (fields: Record<string, string>) => api.form('/oauth2/token', fields, { key: null });
    const client = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const bearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    const issued = [
      await token(client),
      await token({ grant_type: bearer, assertion: jwt }),
      await token({ grant_type: bearer, assertion: personToken }),
    ].map((answer) => String(answer.body.access_token));
    expect(issued.every((one) => one.startsWith('sat_'))).toBe(true);

    // In the right places.
    for (const key of [...issued, personToken]) await ask(api.get(`/v1/clusters/${clusterId}`, { key }));
    await ask(api.form(`/v1/clusters/${clusterId}/introspect`, { token: personToken }, { key: apiKey }));
    // In wrong ones: bodies, paths, queries, headers, and cut or changed.
    const secrets = [system.bootstrapKey, apiKey, clientSecret, personToken, jwt, ...issued];
    for (const secret of secrets) {
      await ask(api.post(`/v1/projects/${projectId}/clusters`, { name: secret.slice(0, 500), tier: secret }));
      await ask(api.post('/v1/federations', `{"name": "${secret}`));
      await ask(api.get(`/v1/clusters/${secret}`));
      await ask(api.get('/v1/federations', { query: { cursor: secret } }));
      await ask(api.get(`/v1/clusters/${clusterId}`, { key: `${secret}x` }));
      await ask(api.get(`/v1/clusters/${clusterId}`, { headers: { 'if-match': secret.slice(0, 200) } }));
      await ask(token({ ...client, client_secret: `${secret}x` }));
      await ask(token({ grant_type: bearer, assertion: `${secret}x` }));
      await ask(token({ grant_type: secret, client_id: secret }));
      await ask(api.form(`/v1/clusters/${clusterId}/introspect`, { token: `${secret}x` }, { key: apiKey }));
    }

    /** The whole of it, and the part that only its owner knows. */
    const parts = secrets.flatMap((secret) => [secret, secret.slice(-30)]);
    const holds = (text: string) => parts.filter((part) => text.includes(part));
    for (const { request, text, status } of answers)
      expect([request.slice(0, 60), status, holds(text)]).toEqual([request.slice(0, 60), status, []]);
    const { dataFolder } = inject('rig');
    for await (const item of (await tableBehind(dataFolder)).items()) expect(holds(item)).toEqual([]);
    const log = () => readFile(join(dataFolder, 'log', 'functions.log'), 'utf8');
    await expect.poll(async () => (await log()).includes(clusterId), { timeout: 10_000 }).toBe(true);
    expect(holds(await log())).toEqual([]);
    const audited = await api.get(`/v1/federations/${federationId}/audit-events`, { query: { limit: 100 } });
    expect(audited.body.items?.length).toBeGreaterThan(10);
    expect(holds(audited.text)).toEqual([]);
  });
});
