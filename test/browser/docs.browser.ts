/** /docs in a real browser that reaches nothing but this machine (O4). Run by `npm run test:browser`. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORM_OPERATIONS, OPERATIONS, PUBLIC_OPERATIONS, SIGNED_OPERATIONS } from '../../shared/openapi/operations.ts';
import { startDnsServer } from '../peers/dns-server.ts';
import { startSystem } from '../rig/system.ts';

/** Debian's own, which gets its security fixes by apt. */
const CHROMIUM = '/usr/bin/chromium';
/** No name resolves, and root may start it: the page is ours. */
const ARGUMENTS = ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--no-sandbox', '--disable-gpu'];

const dns = await startDnsServer();
const system = await startSystem({ dns: dns.address });
let browser: Browser;
let page: Page;
const asked: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  page = await browser.newPage();
  page.on('request', (request) => asked.push(request.url()));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(`${system.url}/docs`);
  await page.locator('.opblock').first().waitFor();
});
afterAll(async () => {
  await browser?.close();
  await system.stop();
  await dns.stop();
});

describe('O4 the page of the API', () => {
  it('shows every operation', async () => {
    const all = [...OPERATIONS, ...FORM_OPERATIONS, ...SIGNED_OPERATIONS, ...PUBLIC_OPERATIONS];
    expect(await page.locator('.opblock').count()).toBe(all.length);
    expect(await page.locator('.info .title').textContent()).toContain('Sallyport');
  });

  it('shows what one takes and what it answers', async () => {
    const grant = page.locator('#operations-Grants-createGrant');
    await grant.locator('.opblock-summary').click();
    const body = await grant.locator('.opblock-body').textContent();
    for (const text of ['Idempotency-Key', 'db-oncall', 'too-many-live-grants', 'Right: grant.write']) {
      expect(body).toContain(text);
    }
  });

  it('lets a reader call it from there', async () => {
    await page.locator('#operations-About-getHealth .opblock-summary').click();
    await page.locator('#operations-About-getHealth').getByRole('button', { name: 'Try it out' }).click();
    await page.locator('#operations-About-getHealth').getByRole('button', { name: 'Execute' }).click();
    await page.locator('#operations-About-getHealth .live-responses-table').getByText('"ok"').waitFor();
  });

  it('asks no other address, and nothing goes wrong', () => {
    expect(complaints).toEqual([]);
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.filter((url) => !url.startsWith(`${system.url}/`) && !url.startsWith('data:'))).toEqual([]);
  });
});
