import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IPV4_REFUSED, IPV6_REFUSED, isLoopback, mayDial } from '../../shared/platform/addresses.ts';

const PUBLIC = { trustLoopback: false };
const LOCAL = { trustLoopback: true };

const IPV4_BITS = 32;
const IPV6_BITS = 128;

const ipv4Text = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
const ipv6Text = (value: bigint): string =>
  Array.from({ length: 8 }, (_, group) => ((value >> BigInt(112 - 16 * group)) & 0xffffn).toString(16)).join(':');
const ipv4Value = (text: string): bigint => text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
function ipv6Value(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const groups = (half: string): string[] => (half === '' ? [] : half.split(':'));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n);
}
/** First and last address of a network, as numbers. */
function edges(first: bigint, prefixBits: number, bits: number): { first: bigint; last: bigint } {
  return { first, last: first + (1n << BigInt(bits - prefixBits)) - 1n };
}

describe('IPv4: what is not the public internet is refused', () => {
  it.each(IPV4_REFUSED)('%s/%i: first, second, middle, last', (network, prefixBits) => {
    const { first, last } = edges(ipv4Value(network), prefixBits, IPV4_BITS);
    for (const value of new Set([first, first === last ? first : first + 1n, (first + last) / 2n, last])) {
      expect(mayDial(ipv4Text(value), PUBLIC), ipv4Text(value)).toBe(false);
    }
  });

  const justOutside = [
    ...['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'],
    ...[
      '169.253.255.255',
      '169.255.0.0',
      '172.15.255.255',
      '172.32.0.0',
      '191.255.255.255',
      '192.0.1.0',
      '192.0.1.255',
    ],
    ...[
      '192.0.3.0',
      '192.31.195.255',
      '192.31.197.0',
      '192.52.192.255',
      '192.52.194.0',
      '192.88.98.255',
      '192.88.100.0',
    ],
    ...['192.167.255.255', '192.169.0.0', '192.175.47.255', '192.175.49.0', '198.17.255.255', '198.20.0.0'],
    ...['198.51.99.255', '198.51.101.0', '203.0.112.255', '203.0.114.0', '223.255.255.255', '168.63.129.15'],
    ...['168.63.129.17', '1.1.1.1', '8.8.8.8', '9.9.9.9', '93.184.215.14', '140.82.112.3', '52.94.236.248'],
  ];
  it.each(justOutside)('%s is just outside of them and may be dialled', (address) => {
    expect(mayDial(address, PUBLIC)).toBe(true);
  });

  const clouds = [
    ...['169.254.169.254', '169.254.170.2', '169.254.169.253', '169.254.169.123', '100.100.100.200', '192.0.0.192'],
    ...['168.63.129.16', '127.0.0.1', '127.0.0.53', '127.1.2.3', '0.0.0.0', '0.0.1.0', '255.255.255.255'],
  ];
  it.each(clouds)('%s (a cloud, this machine, everybody) is refused', (address) => {
    expect(mayDial(address, PUBLIC)).toBe(false);
  });

  it('agrees with a list of numbers on any address', () =>
    fc.assert(
      fc.property(fc.bigInt(0n, (1n << 32n) - 1n), (value) => {
        const refused = IPV4_REFUSED.some(([network, prefixBits]) => {
          const { first, last } = edges(ipv4Value(network), prefixBits, IPV4_BITS);
          return first <= value && value <= last;
        });
        expect(mayDial(ipv4Text(value), PUBLIC)).toBe(!refused);
      }),
      { numRuns: 2000 },
    ));
});

describe('IPv6: only global unicast may be dialled, and not all of it', () => {
  it.each(IPV6_REFUSED)('%s/%i: first, second, middle, last', (network, prefixBits) => {
    const { first, last } = edges(ipv6Value(network), prefixBits, IPV6_BITS);
    for (const value of [first, first + 1n, (first + last) / 2n, last]) {
      expect(mayDial(ipv6Text(value), PUBLIC), ipv6Text(value)).toBe(false);
    }
  });

  const refused = [
    ...['::', '::1', '::2', '::7f00:1', '::a9fe:a9fe', '::8.8.8.8', '::127.0.0.1'], // ::/96, which ipaddr.js calls unicast
    ...['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:a9fe:a9fe', '::ffff:0:8.8.8.8', '::ffff:0:127.0.0.1'],
    ...['64:ff9b::8.8.8.8', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
    ...[
      '100::1',
      '100::ffff',
      '100:0:0:1::1',
      '1000::1',
      '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      '4000::1',
      '4000::',
    ],
    ...['5f00::1', '6000::', '8000::1', 'a000::', 'c000::', 'e000::', 'f000::', 'fc00::1', 'fd00:ec2::254'],
    ...['fd00:ec2::253', 'fdff:ffff::1', 'fe00::1', 'fe80::1', 'febf::1', 'fec0::1', 'feff::1', 'ff00::1', 'ff02::1'],
    ...['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:1::1'],
    ...['2001:2::1', '2001:10::1', '2001:20::1', '2001:30::1', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ...['2001:db8::1', '2001:db8:ffff::1', '2002:7f00:1::', '2002:a00:1::1', '2002:ffff::1', '2620:4f:8000::1'],
    ...['2620:4f:8000:ffff::1', '3fff::1', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ];
  it.each(refused)('%s is refused', (address) => {
    expect(mayDial(address, PUBLIC)).toBe(false);
  });

  const allowed = [
    ...['2000::', '2000::1', '2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2001:200::', '2001:200::1'],
    ...['2001:db7:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db9::', '2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2003::'],
    ...['2620:4f:7fff:ffff:ffff:ffff:ffff:ffff', '2620:4f:8001::', '3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ...['3fff:1000::', '3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2606:4700:4700::1111', '2001:4860:4860::8888'],
    ...['2a00:1450:4001:81b::200e', '2600:1f18::1', '2606:4700:4700:0:0:0:0:1111', '2606:4700:4700::17.17.17.17'],
  ];
  it.each(allowed)('%s may be dialled', (address) => {
    expect(mayDial(address, PUBLIC)).toBe(true);
  });

  it('agrees with a list of numbers on any address', () => {
    const anywhere = fc.bigInt(0n, (1n << 128n) - 1n);
    const unicast = fc.bigInt(ipv6Value('2000::'), ipv6Value('4000::') - 1n);
    const near = fc
      .tuple(fc.constantFrom(...IPV6_REFUSED), fc.bigInt(-2n, (1n << 100n) - 1n))
      .map(([[network], offset]) => ipv6Value(network) + offset);
    fc.assert(
      fc.property(fc.oneof(anywhere, unicast, near), (value) => {
        const inside = IPV6_REFUSED.some(([network, prefixBits]) => {
          const { first, last } = edges(ipv6Value(network), prefixBits, IPV6_BITS);
          return first <= value && value <= last;
        });
        const expected = value >= ipv6Value('2000::') && value < ipv6Value('4000::') && !inside;
        expect(mayDial(ipv6Text(value), PUBLIC), ipv6Text(value)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('trusted loopback', () => {
  it.each(['127.0.0.0', '127.0.0.1', '127.255.255.255', '::1', '0:0:0:0:0:0:0:1'])('%s is this machine', (address) => {
    expect(isLoopback(address)).toBe(true);
    expect(mayDial(address, LOCAL)).toBe(true);
    expect(mayDial(address, PUBLIC)).toBe(false);
  });

  const still = [
    ...[
      '126.255.255.255',
      '128.0.0.0',
      '::',
      '::2',
      '::ffff:127.0.0.1',
      '::127.0.0.1',
      '0.0.0.0',
      '10.0.0.1',
      'fe80::1',
    ],
    ...['169.254.169.254', '64:ff9b::7f00:1', '2002:7f00:1::'],
  ];
  it.each(still)('%s is not, and trusting loopback changes nothing for it', (address) => {
    expect(isLoopback(address)).toBe(false);
    expect(mayDial(address, LOCAL)).toBe(mayDial(address, PUBLIC));
  });
});

describe('what is no address is refused', () => {
  const none = [
    ...['', ' ', 'localhost', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '0x8.8.8.8', '134744072', '8.8.8.8 '],
    ...[' 8.8.8.8', '8.8.8.8\n', '8.8.8.8/32', '8.8.8.8:53', '[2606:4700::1]', '2606:4700::1%eth0', '::1%lo', '::1%'],
    ...['2606:4700:::1', 'fe80::1%25eth0', '2606:4700::g', '８.８.８.８'],
  ];
  it.each(none)('%j', (text) => {
    expect(mayDial(text, PUBLIC)).toBe(false);
    expect(mayDial(text, LOCAL)).toBe(false);
  });
});

it('keeps the families apart, because a BlockList does not', () => {
  const mixed = new BlockList();
  mixed.addSubnet('::ffff:0:0', 96, 'ipv6');
  expect(mixed.check('8.8.8.8', 'ipv4')).toBe(true); // the trap: one rule for mapped addresses blocks all of IPv4
  expect(mayDial('8.8.8.8', PUBLIC)).toBe(true);
  expect(mayDial('::ffff:8.8.8.8', PUBLIC)).toBe(false);
});
