/**
 * Pure. Reads a URL that a tenant gave, before anything is resolved or dialled.
 *
 * The URL parser repairs what it reads (drops line breaks, turns `\` into `/`, `127.1` into `127.0.0.1`). So what it
 * would repair is refused on the text, and everything else is judged on the fields of the one parsed URL, never by a
 * second parser. It does not say where a name leads: `http.ts` checks each address that is dialled.
 */
import { isIP } from 'node:net';
import { isLoopback, mayDial, type Trust } from './addresses.ts';

type OutsideUrl =
  | { readonly ok: true; readonly url: URL }
  /** `fault` is a sentence for the person who typed the URL: what is wrong, then what to do. */
  | { readonly ok: false; readonly fault: string };

/** Longest URL read, in UTF-16 units. RFC 9110 section 4.1 asks for 8000; no issuer or webhook needs so much. */
export const URL_CHARS_MAX = 2048;
/** Most of a faulty value that a fault quotes, in UTF-16 units. */
const QUOTED_CHARS_MAX = 100;
/** Longest name in characters without the trailing dot, and longest label: RFC 1035 section 2.3.4. */
const NAME_CHARS_MAX = 253;
const LABEL_CHARS_MAX = 63;

/** The port of HTTPS, RFC 9110 section 4.2.2. */
const HTTPS_PORT = 443;
/**
 * First port that an unprivileged service may own (RFC 6335 section 6). Companies run issuers and webhooks on 8443 and
 * the like, so these are allowed. The ports below, 443 apart, belong to other protocols (SSH, SMTP, LDAP, SMB) that a
 * request must not be able to talk to, or to plain HTTP.
 */
const USER_PORT_MIN = 1024;

/**
 * Ends of names that the public DNS never answers for, or that mean this machine or network: IANA Special-Use Domain
 * Names (RFC 6761), `internal` (ICANN board resolution 2024.07.29), the private ones of RFC 6762 appendix G, and `mail`
 * and `localdomain`, which are never delegated. `home.arpa`, `in-addr.arpa` and their kin lie below `arpa`.
 */
export const SPECIAL_USE_ENDS: ReadonlySet<string> = new Set([
  'alt',
  'arpa',
  'corp',
  'example',
  'home',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'mail',
  'onion',
  'private',
  'test',
]);

/** Control, invisible, unassigned and space characters: the parser drops or encodes them, and people do not see them. */
const UNSEEN = /[\p{C}\p{Z}]/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** The host of a parsed URL without the brackets of an IPv6 literal: what `node:net` and the resolver take. */
export const bareHost = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

/** Whether the name means this machine without asking the DNS: RFC 6761 section 6.3. */
export const isLocalhost = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost');

/**
 * The URL, if a tenant may give it; else why not. `https://` only, no user, no fragment, a public name or address.
 * With trusted loopback also `http://`, any port but 0, and special-use names: then every address of a plain-HTTP
 * exchange must be loopback, which is checked when it is dialled. The trailing dot of a name is dropped.
 */
export function parseOutsideUrl(text: string, trust: Trust): OutsideUrl {
  const fault = faultOfText(text, trust);
  if (fault) return { ok: false, fault };
  if (!URL.canParse(text)) {
    return { ok: false, fault: `${quoted(text)} is not a URL. Give one like https://login.acme.com/path.` };
  }
  const url = new URL(text);
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.slice(0, -1);
  const fieldFault = faultOfFields(url, trust);
  return fieldFault ? { ok: false, fault: fieldFault } : { ok: true, url };
}

/** What the parser would hide or repair. */
function faultOfText(text: string, { trustLoopback }: Trust): string | undefined {
  if (text.length > URL_CHARS_MAX) {
    return `The URL has ${text.length} characters. Give one of at most ${URL_CHARS_MAX}.`;
  }
  if (UNSEEN.test(text)) {
    return `${quoted(text)} holds a space, a control character or an invisible one. Type it anew, or percent-encode it.`;
  }
  if (text.includes('\\')) return `${quoted(text)} holds a backslash. Use forward slashes.`;
  const scheme = ['https://', ...(trustLoopback ? ['http://'] : [])].find((start) => text.startsWith(start));
  if (!scheme) return `${quoted(text)} does not start with https://. Give an https:// URL in lower case.`;
  if (text.includes('#')) return `${quoted(text)} has a fragment. Leave out the # and what follows.`;
  const [authority = ''] = text.slice(scheme.length).split(/[/?]/, 1);
  if (authority === '') return `${quoted(text)} names no host. Put the host right after ${scheme}.`;
  if (authority.includes('@')) return 'The URL holds a user or password. Leave out the @ and what is before it.';
  return undefined;
}

function faultOfFields(url: URL, { trustLoopback }: Trust): string | undefined {
  const port = url.port === '' ? undefined : Number(url.port);
  if (port === 0) return 'Port 0 cannot be reached. Leave out the port, or give the real one.';
  if (port !== undefined && !trustLoopback && port !== HTTPS_PORT && port < USER_PORT_MIN) {
    return `Port ${port} is not allowed. Use ${HTTPS_PORT}, or one from ${USER_PORT_MIN} to 65535.`;
  }
  const host = bareHost(url);
  return isIP(host) === 0 ? faultOfName(host, trustLoopback) : faultOfAddress(host, url, trustLoopback);
}

function faultOfAddress(address: string, url: URL, trustLoopback: boolean): string | undefined {
  if (!mayDial(address, { trustLoopback })) {
    return `${address} is not an address of the public internet. Give a host that can be reached from there.`;
  }
  if (url.protocol === 'http:' && !isLoopback(address)) return `Plain HTTP to ${address} is not allowed. Use https://.`;
  return undefined;
}

function faultOfName(name: string, trustLoopback: boolean): string | undefined {
  const labels = name.split('.');
  const wellFormed = labels.every((label) => label.length <= LABEL_CHARS_MAX && LABEL.test(label));
  if (!wellFormed || name.length > NAME_CHARS_MAX) {
    return `${quoted(name)} is not a host name. Its labels are 1 to ${LABEL_CHARS_MAX} letters, digits and inner hyphens.`;
  }
  if (trustLoopback) return undefined;
  if (labels.length === 1) return `${quoted(name)} is a single label. Give the full name, like login.acme.com.`;
  const end = labels.at(-1) ?? '';
  if (SPECIAL_USE_ENDS.has(end)) return `Names below .${end} do not exist in the public DNS. Give a public name.`;
  return undefined;
}

/** The value as a fault shows it: without a user and password, cut, and with unseen characters made visible. */
function quoted(text: string): string {
  const bare = text.replace(/(?<=\/\/)[^/?#]*@/, '');
  const cut = bare.length > QUOTED_CHARS_MAX ? `${bare.slice(0, QUOTED_CHARS_MAX)}…` : bare;
  return `"${cut.replace(/[\p{C}\p{Z}]/gu, (unseen) => `\\u{${(unseen.codePointAt(0) ?? 0).toString(16)}}`)}"`;
}
