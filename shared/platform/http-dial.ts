/**
 * Where one outside exchange may go, and an agent that goes nowhere else.
 *
 * The name is resolved once, each of its addresses is checked, and only these are dialled: there is no second look-up
 * that could answer otherwise (DNS rebinding).
 */
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { isLoopback, mayDial } from './addresses.ts';
import type { DnsClient } from './dns.ts';
import { OutsideError } from './http-failure.ts';
import { bareHost, isLocalhost } from './outside-url.ts';

export interface DialOptions {
  readonly dns: Pick<DnsClient, 'addresses'>;
  /** Lets loopback be dialled, over plain HTTP too. One machine only; never on AWS. */
  readonly trustLoopback: boolean;
  /** PEM certificates of the authorities to trust *instead of* Node's own. */
  readonly ca?: string | readonly string[];
}

/** Longest headers of an answer in bytes, 16 KiB: as Node's own server and client. */
const HEADERS_BYTES_MAX = 16_384;
/** Oldest TLS spoken: RFC 8996 ends 1.0 and 1.1. */
const TLS_VERSION_MIN = 'TLSv1.2';
/** What `localhost` is, without asking the DNS: RFC 6761 section 6.3. */
const LOCALHOST_ADDRESSES = ['127.0.0.1', '::1'];

/** Whether an exchange for this URL may go to the address: plain HTTP only ever to loopback. */
const fits = (address: string, url: URL, { trustLoopback }: DialOptions): boolean =>
  mayDial(address, { trustLoopback }) && (url.protocol === 'https:' || isLoopback(address));

/**
 * Every address of the URL's host, all checked.
 * @throws OutsideError `refused` (one of them may not be dialled, which refuses the name) · `dns` (none was found)
 */
export async function addressesOf(url: URL, options: DialOptions, signal: AbortSignal): Promise<readonly string[]> {
  const addresses = await unchecked(bareHost(url), options, signal);
  const refused = addresses.find((address) => !fits(address, url, options));
  if (refused !== undefined) throw new OutsideError('refused', `has the address ${refused}, which may not be dialled`);
  return addresses;
}

async function unchecked(host: string, { dns }: DialOptions, signal: AbortSignal): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  if (isLocalhost(host)) return LOCALHOST_ADDRESSES;
  const answer = await dns.addresses(host, signal);
  signal.throwIfAborted();
  if (answer.kind !== 'records') throw new OutsideError('dns', `no address: ${answer.code}`);
  if (answer.leftOut > 0) throw new OutsideError('refused', 'has more addresses than can be checked');
  return answer.records;
}

/**
 * An agent for one exchange, to the given addresses only. `dialled` is told the address that answered. No pooling (a
 * pooled socket skips the check), no proxy of the environment, no TLS session of an earlier exchange.
 */
export function agentTo(
  url: URL,
  addresses: readonly string[],
  options: DialOptions,
  signal: AbortSignal,
  dialled: (address: string) => void,
): Agent {
  const connect = buildConnector({
    lookup: lookupIn(addresses),
    signal, // ends dialling and the handshake too, which the signal of a request does not
    timeout: 0, // the signal is the one time limit
    autoSelectFamily: true, // RFC 8305: a host without IPv6 still gets through
    allowH2: false,
    maxCachedSessions: 0,
    minVersion: TLS_VERSION_MIN,
    rejectUnauthorized: true, // said, or NODE_TLS_REJECT_UNAUTHORIZED=0 would be heard
    ...(options.ca !== undefined && { ca: [options.ca].flat() }),
  });
  /** The second wall, and the only one for IP literals: no look-up is asked for them. */
  const checked: buildConnector.connector = (to, callback) =>
    connect(to, (...[error, socket]) => {
      if (error) return callback(error, null);
      const address = socket.remoteAddress;
      if (address !== undefined && fits(address, url, options)) {
        dialled(address);
        return callback(null, socket);
      }
      socket.destroy();
      callback(new OutsideError('refused', `reached ${address ?? 'no address'}, which may not be dialled`), null);
    });
  return new Agent({ connect: checked, pipelining: 0, connections: 1, maxHeaderSize: HEADERS_BYTES_MAX });
}

/** A look-up that knows these addresses and asks nobody. Never at once: `node:net` expects its answer later. */
function lookupIn(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_name, { all }, callback) => {
    process.nextTick(() => {
      if (all) callback(null, found);
      else callback(null, found[0]?.address ?? '', found[0]?.family);
    });
  };
}
