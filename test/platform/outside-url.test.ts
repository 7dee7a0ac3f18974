import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayDial } from '../../shared/platform/addresses.ts';
import { bareHost, parseOutsideUrl, SPECIAL_USE_ENDS, URL_CHARS_MAX } from '../../shared/platform/outside-url.ts';

const PUBLIC = { trustLoopback: false };
const LOCAL = { trustLoopback: true };
const faultOf = (text: string, trust = PUBLIC): string => {
  const parsed = parseOutsideUrl(text, trust);
  return parsed.ok ? '' : parsed.fault;
};
const hrefOf = (text: string, trust = PUBLIC): string => {
  const parsed = parseOutsideUrl(text, trust);
  return parsed.ok ? parsed.url.href : `refused: ${parsed.fault}`;
};

describe('a URL that may be given', () => {
  it.each([
    ['https://login.acme.com', 'https://login.acme.com/'],
    ['https://login.acme.com/tenant/v2.0?x=%20&y=1', 'https://login.acme.com/tenant/v2.0?x=%20&y=1'],
    ['https://LOGIN.Acme.COM/Path', 'https://login.acme.com/Path'],
    ['https://login.acme.com.', 'https://login.acme.com/'],
    ['https://login.acme.com.:8443/a', 'https://login.acme.com:8443/a'],
    ['https://login.acme.com:443/', 'https://login.acme.com/'],
    ['https://login.acme.com:', 'https://login.acme.com/'],
    ['https://login.acme.com:1024', 'https://login.acme.com:1024/'],
    ['https://login.acme.com:65535', 'https://login.acme.com:65535/'],
    ['https://bücher.example.de', 'https://xn--bcher-kva.example.de/'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://134744072/', 'https://8.8.8.8/'],
    ['https://[2606:4700:4700::1111]:8443/', 'https://[2606:4700:4700::1111]:8443/'],
    ['https://acme.com/a@b', 'https://acme.com/a@b'],
    ['https://acme.com?user@host', 'https://acme.com/?user@host'],
    ['https://localhost.acme.com/', 'https://localhost.acme.com/'],
    ['https://internal.acme.com/', 'https://internal.acme.com/'],
  ])('%s', (text, href) => expect(hrefOf(text)).toBe(href));
});

describe('a URL that may not be given says what to do', () => {
  it.each([
    ['', 'https://'],
    ['http://login.acme.com', 'https://'],
    ['HTTPS://login.acme.com', 'lower case'],
    ['https:login.acme.com', 'https://'],
    ['https:/login.acme.com', 'https://'],
    ['https:\\\\login.acme.com', 'forward slashes'],
    ['https://1.2.3.4\\@login.acme.com', 'forward slashes'],
    ['//login.acme.com', 'https://'],
    ['ftp://login.acme.com', 'https://'],
    ['file:///etc/passwd', 'https://'],
    ['javascript:alert(1)', 'https://'],
    [' https://login.acme.com', 'space'],
    ['https://login.acme.com\n', 'control'],
    ['ht\ttps://login.acme.com', 'control'],
    ['https://login.ac\tme.com', 'control'],
    ['https://login.acme.com/a b', 'space'],
    ['https://login.acme.com/\u0000', 'control'],
    ['https://login.acme.com/\u0085', 'control'],
    ['https://log\u00adin.acme.com', 'invisible'],
    ['https://log\u200bin.acme.com', 'invisible'],
    ['https://login.acme.com/\u202egpj', 'invisible'],
    ['https://login.acme.com/\ud800', 'control'],
    ['https://user@login.acme.com', 'user or password'],
    ['https://user:secret@login.acme.com', 'user or password'],
    ['https://@login.acme.com', 'user or password'],
    ['https://:@login.acme.com', 'user or password'],
    ['https://login.acme.com#fragment', 'fragment'],
    ['https://login.acme.com/#', 'fragment'],
    ['https://', 'host'],
    ['https:///login.acme.com', 'host'],
    ['https://?x', 'host'],
    ['https://login.acme.com:0', 'Port 0'],
    ['https://login.acme.com:22', 'Port 22'],
    ['https://login.acme.com:80', 'Port 80'],
    ['https://login.acme.com:1023', 'Port 1023'],
    ['https://login.acme.com:65536', 'not a URL'],
    ['https://login.acme.com:x', 'not a URL'],
    ['https://[fe80::1%25eth0]/', 'not a URL'],
    ['https://%00.acme.com', 'not a URL'],
    ['https://login.1', 'not a URL'],
    ['https://acme', 'single label'],
    ['https://com.', 'single label'],
    ['https://acme..com', 'host name'],
    ['https://acme.com..', 'host name'],
    ['https://.acme.com', 'host name'],
    ['https://-acme.com', 'host name'],
    ['https://acme-.com', 'host name'],
    ['https://ac_me.com', 'host name'],
    ['https://ac$me.com', 'host name'],
    [`https://${'a'.repeat(64)}.com`, 'host name'],
    [`https://${'a.'.repeat(130)}com`, 'host name'],
    [`https://acme.com/${'a'.repeat(URL_CHARS_MAX)}`, `at most ${URL_CHARS_MAX}`],
  ])('%j', (text, part) => expect(faultOf(text)).toContain(part));

  it.each([...SPECIAL_USE_ENDS])('names below .%s', (end) => {
    expect(faultOf(`https://login.acme.${end}`)).toContain(`.${end}`);
    expect(faultOf(`https://login.acme.${end}.`)).toContain(`.${end}`);
    expect(faultOf(`https://${end}`)).toContain('single label');
  });

  it.each([
    ...['2130706433', '0x7f.1', '0177.0.0.1', '127.1', '①②⑦.⓪.⓪.①', '127。0。0。1', '%31%32%37.0.0.1', '127.0.0.1.'],
    ...['0', '256', '10.0.0.1', '169.254.169.254', '168.63.129.16', '[::1]', '[::]', '[::ffff:8.8.8.8]', '[::7f00:1]'],
    ...['[fd00:ec2::254]', '[64:ff9b::a9fe:a9fe]', '[2002:7f00:1::]', '[100:0:0:1::1]', '[4000::1]', '[fe80::1]'],
  ])('the address %s, however it is written', (host) => {
    expect(faultOf(`https://${host}/`)).toContain('public internet');
  });

  it('never repeats a password', () => {
    for (const text of [
      'http://u:secret@acme.com',
      'https://u:secret@acme.com',
      'https://u:secret@acme.com/ x',
      'https://u:secret@acme.com/#',
    ]) {
      expect(faultOf(text)).not.toBe('');
      expect(faultOf(text)).not.toContain('secret');
    }
  });
  it('shows what cannot be seen, and cuts what is long', () => {
    expect(faultOf('https://a\u200bcme.com')).toContain('\\u{200b}');
    expect(faultOf(`ftp://${'a'.repeat(500)}`).length).toBeLessThan(250);
  });
});

describe('with trusted loopback', () => {
  it.each([
    ['http://127.0.0.1:8080/x', 'http://127.0.0.1:8080/x'],
    ['http://127.0.0.2/', 'http://127.0.0.2/'],
    ['http://[::1]:80/', 'http://[::1]/'],
    ['http://localhost:22/', 'http://localhost:22/'],
    ['http://issuer.localhost.', 'http://issuer.localhost/'],
    ['http://acme.com/.well-known/x', 'http://acme.com/.well-known/x'],
    ['https://localhost/', 'https://localhost/'],
    ['https://127.0.0.1/', 'https://127.0.0.1/'],
    ['https://issuer.test:81/', 'https://issuer.test:81/'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
  ])('%s may be given', (text, href) => expect(hrefOf(text, LOCAL)).toBe(href));

  it.each([
    ['http://8.8.8.8/', 'Plain HTTP'],
    ['http://10.0.0.1/', 'public internet'],
    ['https://10.0.0.1/', 'public internet'],
    ['http://169.254.169.254/latest', 'public internet'],
    ['http://[::ffff:127.0.0.1]/', 'public internet'],
    ['http://0/', 'public internet'],
    ['http://localhost:0/', 'Port 0'],
    ['http://user@localhost/', 'user or password'],
    ['http://localhost/#x', 'fragment'],
    ['ftp://localhost/', 'https://'],
    ['http://local_host/', 'host name'],
  ])('%s may not', (text, part) => expect(faultOf(text, LOCAL)).toContain(part));
});

it('never accepts what is not exactly a public HTTPS place, whatever is typed', () => {
  const hostish = fc.oneof(
    fc.webUrl(),
    fc.domain(),
    fc.ipV4Extended(),
    fc.ipV6().map((address) => `[${address}]`),
    fc.string(),
  );
  const text = fc.tuple(
    fc.constantFrom('https://', 'http://', 'https:', ''),
    hostish,
    fc.constantFrom('', '.', ':0', ':8443', '/', '\\', '#', '@acme.com'),
  );
  fc.assert(
    fc.property(text, (parts) => {
      const parsed = parseOutsideUrl(parts.join(''), PUBLIC);
      if (!parsed.ok) {
        expect(parsed.fault).not.toBe('');
        return;
      }
      const host = bareHost(parsed.url);
      expect(parsed.url).toMatchObject({ protocol: 'https:', username: '', password: '', hash: '' });
      expect(host.endsWith('.')).toBe(false);
      if (isIP(host)) expect(mayDial(host, PUBLIC)).toBe(true);
      expect(hrefOf(parsed.url.href)).toBe(parsed.url.href); // reading it again changes nothing
    }),
    { numRuns: 2000 },
  );
});
