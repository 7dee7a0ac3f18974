import { describe, expect, it } from 'vitest';
import { sallyport } from '../../client/index.ts';
import { rig } from '../rig/rig.ts';
import { unique } from '../rig/stories.ts';

const { api, system, aProject, aKey } = rig();

describe('O4 the document and its page', () => {
  it('are served to anybody, with a tag to ask again by', async () => {
    const answer = await api.get('/openapi.json', { key: null });
    expect(answer.body).toMatchObject({ openapi: '3.1.0', info: { title: 'Sallyport' } });
    const etag = answer.headers.get('etag') ?? '';
    const again = await fetch(`${system.url}/openapi.json`, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('need no other address: the page forbids every one', async () => {
    const page = await api.get('/docs', { key: null });
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'/);
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(files).toHaveLength(5);
    for (const path of files) {
      expect(path).toMatch(/^\//);
      expect((await fetch(system.url + path)).status).toBe(200);
    }
    expect((await api.get('/docs/index.html', { key: null })).status).toBe(404);
    expect((await api.get('/docs/..%2fopenapi.json', { key: null })).status).toBe(404);
  });
});

describe('O4 the typed client', () => {
  it('knows paths, bodies and answers by their types, and problems too', async () => {
    const { projectId, scopes } = await aProject();
    const client = sallyport({ url: system.url, caller: { key: await aKey('OWNER', scopes.federation) } });
    const path = { projectId };
    const connector = { type: 'introspection' } as const;
    const body = { name: unique('typed'), tier: 'SELF_MANAGED', mongoDbVersion: '7.0.12', connector };
    const made = await client.POST('/v1/projects/{projectId}/clusters', { params: { path }, body });
    expect(made.response.status).toBe(201);
    expect(made.data).toMatchObject({ name: body.name, distribution: 'ENTERPRISE' });
    const again = await client.POST('/v1/projects/{projectId}/clusters', { params: { path }, body });
    expect(again.error).toMatchObject({ status: 409, type: 'https://sallyport.dev/problems/name-taken' });
  });

  it('gets access tokens by itself with client credentials', async () => {
    const { federationId, projectId } = await aProject();
    const owner = sallyport({ url: system.url, caller: { key: system.bootstrapKey } });
    const scope = { type: 'FEDERATION', id: federationId } as const;
    const made = await owner.POST('/v1/federations/{federationId}/api-keys', {
      params: { path: { federationId } },
      body: { name: unique('client'), role: 'AUDITOR', scope, kind: 'CLIENT_CREDENTIALS' },
    });
    if (!made.data) throw new Error('no client credentials were made');
    const { clientId = '', clientSecret = '' } = made.data;
    let asked = 0;
    const counting: typeof fetch = (input, init) => {
      if (String(input).endsWith('/oauth2/token')) asked++;
      return fetch(input, init);
    };
    const client = sallyport({ url: system.url, caller: { clientId, clientSecret }, fetch: counting });
    const read = () => client.GET('/v1/projects/{projectId}', { params: { path: { projectId } } });
    const reads = await Promise.all([read(), read(), read()]);
    expect(reads.map(({ response }) => response.status)).toEqual([200, 200, 200]);
    expect((await read()).data).toMatchObject({ id: projectId });
    expect(asked).toBe(1);
    const stranger = sallyport({ url: system.url, caller: { clientId, clientSecret: `${clientSecret}x` } });
    await expect(stranger.GET('/v1/federations', {})).rejects.toThrow(/invalid_client/);
  });

  it('comes again after 429, as Retry-After says, and never repeats what could be done twice', async () => {
    const statuses = [429, 503, 200];
    const calls: string[] = [];
    const flaky: typeof fetch = async (input) => {
      calls.push(input instanceof Request ? input.method : 'GET');
      const status = statuses[calls.length - 1] ?? 200;
      return new Response('{}', { status, headers: { 'retry-after': '0' } });
    };
    const client = sallyport({ url: 'http://127.0.0.1:1', caller: { key: 'k' }, fetch: flaky });
    expect((await client.GET('/v1/federations', {})).response.status).toBe(200);
    calls.length = 0;
    expect((await client.POST('/v1/federations', { body: { name: 'Acme' } })).response.status).toBe(429);
    expect(calls).toEqual(['POST']);
  });
});
