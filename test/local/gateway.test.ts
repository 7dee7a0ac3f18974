import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { realClock } from '../../local/clock.ts';
import { disabledControl } from '../../local/control.ts';
import type { FunctionRunner, InvocationResult } from '../../local/function-runner.ts';
import { type Gateway, startGateway } from '../../local/gateway.ts';
import { routesOf } from '../../local/http-routes.ts';
import { resolverFor } from '../../local/identities.ts';
import { stubStack } from './stub-stack.ts';

const Event = z.looseObject({
  rawPath: z.string(),
  rawQueryString: z.string(),
  routeKey: z.string(),
  headers: z.record(z.string(), z.string()),
  isBase64Encoded: z.boolean(),
});
type Event = z.infer<typeof Event>;

let result: InvocationResult;
let seen: Event;
let gateway: Gateway;

const runner: FunctionRunner = {
  name: 'fake',
  async invoke(event) {
    seen = Event.parse(event);
    return result;
  },
  load: async () => undefined,
  stop: async () => {},
};

beforeAll(async () => {
  const { template } = await stubStack();
  const routes = routesOf(template, resolverFor(template, ''), () => runner);
  gateway = await startGateway(0);
  gateway.open({ routes, control: disabledControl, clock: realClock });
});
beforeEach(() => {
  result = { kind: 'answer', value: { statusCode: 200, body: 'ok' } };
});
afterAll(() => gateway.stop());

const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`${gateway.url}${path}`, init);
/** What comes back for these bytes, until the connection ends. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    connect(Number(new URL(gateway.url).port), '127.0.0.1')
      .setEncoding('utf8')
      .on('data', (chunk) => {
        answer += chunk;
      })
      .on('end', () => resolve(answer))
      .on('error', reject)
      .end(text);
  });

describe('the event for a function', () => {
  it('has path and query as they came, and the query by name too', async () => {
    await ask('/v1/x%20y?a=1&b=%2F&a=2');
    expect(seen).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/v1/x%20y',
      rawQueryString: 'a=1&b=%2F&a=2',
      queryStringParameters: { a: '1,2', b: '/' },
      isBase64Encoded: false,
      requestContext: {
        stage: '$default',
        http: { method: 'GET', path: '/v1/x%20y', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      },
    });
    expect(seen).not.toHaveProperty('body');
    expect(seen).not.toHaveProperty('pathParameters');
  });

  it('has parameters of the path, decoded', async () => {
    await ask('/v1/clusters/cls%2F1/introspect', { method: 'POST' });
    expect(seen).toMatchObject({ pathParameters: { clusterId: 'cls/1' } });
    await ask('/v1/clusters/cls_1/introspect'); // GET is another route
    expect(seen.routeKey).toBe('$default');
  });

  it('has a JSON body as text and a form in Base64, as API Gateway has', async () => {
    await ask('/', { method: 'POST', body: '{"ä":1}', headers: { 'Content-Type': 'application/json' } });
    expect(seen).toMatchObject({ body: '{"ä":1}', isBase64Encoded: false });
    await ask('/', { method: 'POST', body: new URLSearchParams({ token: 'x' }) });
    expect(seen).toMatchObject({ body: Buffer.from('token=x').toString('base64'), isBase64Encoded: true });
  });

  it('has header names in lower case, repeated ones joined, cookies apart, and none of the connection', async () => {
    await raw(
      'GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nX-a: 2\r\nAuthorization: a\r\nAuthorization: b\r\nCookie: c=1; d=2\r\nTE: trailers\r\nConnection: close\r\n\r\n',
    );
    expect(seen.headers).toMatchObject({ host: 'h', 'x-a': '1, 2', authorization: 'a, b' });
    expect(seen).toMatchObject({ cookies: ['c=1', 'd=2'] });
    expect(Object.keys(seen.headers)).not.toContain('te');
    expect(Object.keys(seen.headers)).not.toContain('connection');
  });
});

describe('the answer of a function', () => {
  it('is passed on with status, headers and cookies', async () => {
    const headers = { 'X-One': '1', 'Transfer-Encoding': 'chunked', Connection: 'upgrade' };
    result = {
      kind: 'answer',
      value: { statusCode: 201, headers, cookies: ['a=1', 'b=2'], body: 'aGk=', isBase64Encoded: true },
    };
    const response = await ask('/');
    expect(response.status).toBe(201);
    expect(await response.text()).toBe('hi');
    expect(response.headers.get('x-one')).toBe('1');
    expect(response.headers.get('content-type')).toBe('text/plain;charset=UTF-8');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('transfer-encoding')).toBeNull();
    expect(response.headers.get('apigw-requestid')).toBeTruthy();
  });

  it('is the body, when it has no status', async () => {
    result = { kind: 'answer', value: { fine: true } };
    expect(await (await ask('/')).json()).toEqual({ fine: true });
  });

  it('has no body for 204', async () => {
    result = { kind: 'answer', value: { statusCode: 204 } };
    expect((await ask('/')).headers.get('content-length')).toBeNull();
  });

  it.each<[InvocationResult, number, string]>([
    [{ kind: 'error', message: 'it threw' }, 500, 'Internal Server Error'],
    [{ kind: 'timeout', message: 'too slow' }, 503, 'Service Unavailable'],
    [{ kind: 'answer', value: { statusCode: 'none' } }, 500, 'Internal Server Error'],
    [{ kind: 'answer', value: { statusCode: 200, headers: { a: 'b\r\nc: d' } } }, 500, 'Internal Server Error'],
  ])('is that of API Gateway for %o', async (outcome, status, message) => {
    result = outcome;
    const response = await ask('/');
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ message });
  });
});

describe('the gateway itself', () => {
  it('refuses a body of more than 10 MB, announced or not', async () => {
    const announced = await ask('/', { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) });
    expect(announced.status).toBe(413);
    expect(announced.headers.get('content-type')).toBe('application/problem+json');
    const head = 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';
    const chunk = `${(6 * 1024 * 1024).toString(16)}\r\n${'x'.repeat(6 * 1024 * 1024)}\r\n`;
    expect(await raw(`${head}${chunk}${chunk}0\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 /);
  });

  it('refuses header fields of more than 10,240 bytes', async () => {
    const answer = await raw(`GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${'x'.repeat(10_240)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(answer).toContain('application/problem+json');
  });

  it('refuses what is no HTTP', async () => {
    expect(await raw('hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });

  it('has no switches unless they are enabled', async () => {
    for (const path of ['/local/clock', '/local/queues']) expect((await ask(path)).status).toBe(404);
  });

  it('says that it is starting, until it is open', async () => {
    const closed = await startGateway(0);
    expect((await fetch(closed.url)).status).toBe(503);
    await closed.stop();
  });
});
