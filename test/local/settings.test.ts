import { describe, expect, it } from 'vitest';
import { readSettings } from '../../local/settings.ts';

describe('the settings of one machine', () => {
  it('have defaults for everything', () => {
    expect(readSettings({})).toMatchObject({ port: 8787, trustLoopback: false, testClock: false, java: 'java' });
    expect(readSettings({}).dataFolder).toMatch(/\.sallyport$/);
    expect(readSettings({}).resolvers).not.toBe('');
  });

  it('take what is given', () => {
    const given = {
      SALLYPORT_PORT: '0',
      SALLYPORT_DATA: '/data',
      SALLYPORT_DNS: 'localhost:5353',
      SALLYPORT_TRUST_LOOPBACK: '1',
      SALLYPORT_SITE_PORT: '8081',
      SALLYPORT_BOOTSTRAP_KEY: 'k'.repeat(32),
      SALLYPORT_TEST_CLOCK: '1',
      JAVA_HOME: '/opt/java',
    };
    expect(readSettings(given)).toEqual({
      port: 0,
      dataFolder: '/data',
      resolvers: '127.0.0.1:5353',
      trustLoopback: true,
      sitePort: '8081',
      bootstrapKey: 'k'.repeat(32),
      testClock: true,
      java: '/opt/java/bin/java',
    });
  });

  it.each([
    ['192.0.2.53', '192.0.2.53:53'],
    ['192.0.2.53:5353', '192.0.2.53:5353'],
    ['[2001:db8::53]:53', '[2001:db8::53]:53'],
  ])('ask the resolver %s', (given, resolvers) => {
    expect(readSettings({ SALLYPORT_DNS: given }).resolvers).toBe(resolvers);
  });

  it('count an empty variable as left out', () => {
    expect(readSettings({ SALLYPORT_PORT: '', SALLYPORT_BOOTSTRAP_KEY: '' }).port).toBe(8787);
  });

  it.each([
    [{ SALLYPORT_PORT: '65536' }, 'SALLYPORT_PORT must be a port number from 0 to 65535.'],
    [{ SALLYPORT_PORT: '-1' }, 'SALLYPORT_PORT must be a port number from 0 to 65535.'],
    [{ SALLYPORT_SITE_PORT: '0' }, 'SALLYPORT_SITE_PORT must be a port number from 1 to 65535.'],
    [{ SALLYPORT_DNS: 'dns.example:53' }, 'SALLYPORT_DNS must be host:port of a DNS server, such as 127.0.0.1:5353.'],
    [{ SALLYPORT_DNS: '127.0.0.1:0' }, 'SALLYPORT_DNS must be host:port of a DNS server, such as 127.0.0.1:5353.'],
    [
      { SALLYPORT_BOOTSTRAP_KEY: 'k'.repeat(31) },
      'SALLYPORT_BOOTSTRAP_KEY must be 32 to 128 characters of A-Z a-z 0-9 _ -.',
    ],
    [
      { SALLYPORT_BOOTSTRAP_KEY: `${'k'.repeat(32)}+` },
      'SALLYPORT_BOOTSTRAP_KEY must be 32 to 128 characters of A-Z a-z 0-9 _ -.',
    ],
    [{ SALLYPORT_TRUST_LOOPBACK: 'true' }, 'SALLYPORT_TRUST_LOOPBACK must be 1, or left out.'],
  ])('refuse %o', (given, sentence) => {
    expect(() => readSettings(given)).toThrow(sentence);
  });
});
