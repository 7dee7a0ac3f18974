import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endAll, newDataFolder, type StubSystem, startAndEnd, startStubSystem } from './stub-system.ts';

const ENGINE = /org\.eclipse\.jetty\.xml\.XmlConfiguration/;
/** Command lines of the engines that use this data folder. */
const enginesOf = (folder: string): string[] =>
  execFileSync('ps', ['-ww', '-eo', 'command='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => ENGINE.test(line) && line.includes(folder));

const send = (system: StubSystem, method: string, path: string, body?: object): Promise<Response> =>
  fetch(`${system.url}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });

afterAll(endAll);

describe('the system on one machine', () => {
  const folder = newDataFolder();
  const settings = { SALLYPORT_DATA: folder, SALLYPORT_TRUST_LOOPBACK: '1', SALLYPORT_SITE_PORT: '8080' };
  let system: StubSystem;

  beforeAll(async () => {
    system = await startStubSystem({ ...settings, SALLYPORT_DNS: '127.0.0.1:5353' });
  });

  it('gives functions the settings of this machine', async () => {
    expect(await system.get('/env?name=RESOLVERS')).toBe('127.0.0.1:5353');
    expect(await system.get('/env?name=TRUST_LOOPBACK')).toBe('1');
    expect(await system.get('/env?name=SITE_PORT')).toBe('8080');
  });

  it('keeps the first owner’s key in a file for its user only', async () => {
    const file = join(folder, 'bootstrap-key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const key = readFileSync(file, 'utf8').trim();
    expect(key).toMatch(/^[A-Za-z0-9]{48}$/);
    expect(await system.get('/secret?name=BOOTSTRAP_SECRET')).toBe(key);
    expect(await system.get('/secret?name=SEALING_SECRET')).toMatch(/^[A-Za-z0-9]{64}$/);
  });

  it('sends a verdict’s path to the function of its own, with its parameter', async () => {
    const response = await send(system, 'POST', '/v1/clusters/cls_1/introspect', {});
    expect(await response.json()).toMatchObject({
      routeKey: 'POST /v1/clusters/{clusterId}/introspect',
      pathParameters: { clusterId: 'cls_1' },
    });
  });

  it('delivers a message to its function', async () => {
    await system.get('/send?body=hello');
    expect(await system.untilWritten('message hello')).toBe('1');
  });

  it('goes on after a function has crashed', async () => {
    expect((await send(system, 'GET', '/crash')).status).toBe(500);
    expect(await system.get('/healthz')).toBe('ok');
  });

  it('moves the clock of functions, and has done what came due when it answers', async () => {
    await system.get(`/write?name=due-at&value=${new Date(Date.now() + 6 * 3_600_000).toISOString()}`);
    const now = new Date(Date.now() + 7 * 3_600_000).toISOString();
    const moved = await send(system, 'PUT', '/local/clock', { now });
    expect(moved.status).toBe(200);
    expect(await system.get('/read?name=message%20due')).toBe('1');
    expect(Date.parse(await system.get('/now'))).toBeGreaterThanOrEqual(Date.parse(now));
  });

  it('does not wait for a message that a function has handed back', async () => {
    await system.get('/send?body=bad');
    await system.untilWritten('message bad');
    const now = new Date(Date.now() + 8 * 3_600_000).toISOString();
    expect((await send(system, 'PUT', '/local/clock', { now })).status).toBe(200);
  });

  it('refuses to move the clock backwards', async () => {
    const refused = await send(system, 'PUT', '/local/clock', { now: new Date(Date.now()).toISOString() });
    expect(refused.status).toBe(409);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect((await send(system, 'PUT', '/local/clock', { now: 'tomorrow' })).status).toBe(422);
  });

  it('stops and starts delivering, and can lose what waits', async () => {
    expect((await send(system, 'PUT', '/local/queues', { delivering: false })).status).toBe(200);
    await system.get('/send?body=lost');
    expect((await send(system, 'DELETE', '/local/queues/messages')).status).toBe(204);
    await system.get('/send?body=kept');
    const now = new Date(Date.now() + 9 * 3_600_000).toISOString();
    expect((await send(system, 'PUT', '/local/clock', { now })).status).toBe(200); // there is nothing to wait for
    expect(await system.get('/read?name=message%20kept')).toBe('');
    expect((await send(system, 'PUT', '/local/queues', { delivering: true })).status).toBe(200);
    expect(await system.untilWritten('message kept')).toBe('1');
    expect(await system.get('/read?name=message%20lost')).toBe('');
  });

  it('refuses a second start on its data folder, and on its port', async () => {
    const again = await startAndEnd(settings);
    expect(again).toMatchObject({ code: 1, output: expect.stringMatching(/^Sallyport is running already on .*\n$/) });
    const { port } = new URL(system.url);
    const other = await startAndEnd({ SALLYPORT_DATA: newDataFolder(), SALLYPORT_PORT: port });
    expect(other).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^Port \d+ is taken by another program: .*\n$/),
    });
  });

  it('leaves no engine behind when it is killed, and loses nothing', async () => {
    await system.get('/write?name=kept&value=through%20the%20kill');
    await system.get('/send?body=delayed&delay=3');
    const { now } = await (await send(system, 'GET', '/local/clock')).json();
    system.process.kill('SIGKILL');
    await system.ended;

    system = await startStubSystem(settings); // at once
    expect(enginesOf(folder)).toHaveLength(1);
    expect(await system.get('/read?name=kept')).toBe('through the kill');
    expect(await system.untilWritten('message delayed')).toBe('1');
    expect(Date.parse(await system.get('/now'))).toBeGreaterThan(Date.parse(now));
  });

  it('ends with everything that it started on Ctrl-C', async () => {
    system.process.kill('SIGINT');
    expect(await system.ended).toMatchObject({ code: 0 });
    expect(enginesOf(folder)).toEqual([]);
  });
});

describe('a start that cannot succeed says why in one sentence', () => {
  it('without Java', async () => {
    const { code, output } = await startAndEnd({ SALLYPORT_DATA: newDataFolder(), JAVA_HOME: '/nowhere' });
    expect(code).toBe(1);
    expect(output).toContain('There is no Java (/nowhere/bin/java). Install a Java runtime of version 11 or newer');
  });

  it('with wrong settings, each of them', async () => {
    const { code, output } = await startAndEnd({ SALLYPORT_PORT: 'x', SALLYPORT_TEST_CLOCK: 'yes' });
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([
      'SALLYPORT_PORT must be a port number from 0 to 65535.',
      'SALLYPORT_TEST_CLOCK must be 1, or left out.',
    ]);
  });
});
