/**
 * Pure. Which IP addresses an address given by a tenant may lead to: default deny.
 *
 * Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates), RFC 4291 section 2.4.
 * It does not resolve names and does not read URLs: `outside-url.ts` and `http.ts` do.
 */
import { BlockList, isIP } from 'node:net';

export interface Trust {
  /** True also lets 127.0.0.0/8 and ::1 be dialled. One machine only; never on AWS. */
  readonly trustLoopback: boolean;
}

/** IPv4 networks that are not the public internet: `[network, prefix length in bits]`. All the rest may be dialled. */
export const IPV4_REFUSED: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8], // this network, RFC 791
  ['10.0.0.0', 8], // private use, RFC 1918
  ['100.64.0.0', 10], // carriers' NAT, RFC 6598; holds Alibaba's metadata service 100.100.100.200
  ['127.0.0.0', 8], // loopback, RFC 1122; holds the Lambda runtime API
  ['169.254.0.0', 16], // link local, RFC 3927; holds the metadata services and resolvers of AWS, Azure, Google
  ['172.16.0.0', 12], // private use, RFC 1918
  ['192.0.0.0', 24], // IETF protocol assignments, RFC 6890; holds Oracle's metadata service 192.0.0.192
  ['192.0.2.0', 24], // documentation, RFC 5737
  ['192.31.196.0', 24], // AS112, RFC 7535
  ['192.52.193.0', 24], // AMT, RFC 7450
  ['192.88.99.0', 24], // 6to4 relays, RFC 7526
  ['192.168.0.0', 16], // private use, RFC 1918
  ['192.175.48.0', 24], // AS112, RFC 7534
  ['198.18.0.0', 15], // benchmarking, RFC 2544
  ['198.51.100.0', 24], // documentation, RFC 5737
  ['203.0.113.0', 24], // documentation, RFC 5737
  ['224.0.0.0', 4], // multicast, RFC 5771
  ['240.0.0.0', 4], // reserved, RFC 1112
  ['255.255.255.255', 32], // limited broadcast, RFC 919
  ['168.63.129.16', 32], // Azure's host services, in a range that is public otherwise
];

/**
 * The only IPv6 network of which anything may be dialled: global unicast, RFC 4291 section 2.4. What lies outside is
 * refused without being named: ::, ::1, ::/96, ::ffff:0:0/96, 64:ff9b::/96, 100::/64, 5f00::/16, fc00::/7 (holds
 * fd00:ec2::254), fe80::/10, fec0::/10, ff00::/8, and all that has not been given out yet.
 */
export const IPV6_ALLOWED: readonly [string, number] = ['2000::', 3];

/** IPv6 networks inside `IPV6_ALLOWED` that are refused: `[network, prefix length in bits]`. */
export const IPV6_REFUSED: readonly (readonly [string, number])[] = [
  ['2001::', 23], // IETF protocol assignments, RFC 2928: Teredo, benchmarking, ORCHID, DET
  ['2001:db8::', 32], // documentation, RFC 3849
  ['2002::', 16], // 6to4, RFC 3056: holds an IPv4 address, private ones too
  ['2620:4f:8000::', 48], // AS112, RFC 7534
  ['3fff::', 20], // documentation, RFC 9637
];

/** Networks that are this machine: RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3. */
const IPV4_LOOPBACK: readonly [string, number] = ['127.0.0.0', 8];
const IPV6_LOOPBACK: readonly [string, number] = ['::1', 128];

/**
 * One list for each family, never a mixed one: BlockList takes `::ffff:a.b.c.d` for the IPv4 address and back, so a
 * rule of one family can answer for an address of the other.
 */
const listOf = (family: 'ipv4' | 'ipv6', networks: readonly (readonly [string, number])[]): BlockList => {
  const list = new BlockList();
  for (const [network, prefixBits] of networks) list.addSubnet(network, prefixBits, family);
  return list;
};
const ipv4Refused = listOf('ipv4', IPV4_REFUSED);
const ipv6Allowed = listOf('ipv6', [IPV6_ALLOWED]);
const ipv6Refused = listOf('ipv6', IPV6_REFUSED);
const ipv4Loopback = listOf('ipv4', [IPV4_LOOPBACK]);
const ipv6Loopback = listOf('ipv6', [IPV6_LOOPBACK]);

/** 4 or 6; 0 for what is no address, and for an address with a zone (`fe80::1%eth0`): a zone is never a tenant's. */
const familyOf = (address: string): number => (address.includes('%') ? 0 : isIP(address));

/** Whether the text is an address of this machine. `::ffff:127.0.0.1` is not taken for one. */
export function isLoopback(address: string): boolean {
  const family = familyOf(address);
  if (family === 4) return ipv4Loopback.check(address, 'ipv4');
  return family === 6 && ipv6Loopback.check(address, 'ipv6');
}

/** Whether an outside request may go to this address, without brackets. False for anything that is no IP address. */
export function mayDial(address: string, { trustLoopback }: Trust): boolean {
  if (isLoopback(address)) return trustLoopback;
  const family = familyOf(address);
  if (family === 4) return !ipv4Refused.check(address, 'ipv4');
  return family === 6 && ipv6Allowed.check(address, 'ipv6') && !ipv6Refused.check(address, 'ipv6');
}
