/**
 * Pure. Why an outside exchange failed: a code for our own log and decisions, and what a tenant may be told.
 *
 * Refused, dns, connect, timeout and aborted read the same outward, or a tenant could map a network by them. The time
 * that an answer takes still tells some of them apart; `publicDetail` does not hide that.
 */
import { tlsReason } from './tls-failure.ts';

/**
 * `bad-url` · `bad-request` (a header) · `refused` (an address that may not be dialled) · `dns` (no address found) ·
 * `connect` (refused or ended early) · `timeout` · `aborted` (by the caller) · `tls` (certificate or handshake) ·
 * `too-large` (headers or body) · `encoding` (a content or transfer coding) · `protocol` (not HTTP/1.1).
 */
export type FailedCode = 'refused' | 'dns' | 'connect' | 'timeout' | 'aborted' | PlainCode;
export type PublicCode = 'unreachable' | PlainCode;
type PlainCode = 'bad-url' | 'bad-request' | 'tls' | 'too-large' | 'encoding' | 'protocol';

export interface Failed {
  readonly kind: 'failed';
  readonly code: FailedCode;
  /** For the log only: may name addresses. */
  readonly detail: string;
  readonly publicCode: PublicCode;
  /** A sentence for the tenant: what is wrong, then what to do. */
  readonly publicDetail: string;
}

/** Carries a failure from where it is seen to the one place that makes it an answer. */
export class OutsideError extends Error {
  readonly code: FailedCode;
  constructor(code: FailedCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** The answer for a URL that was not even tried. The fault says nothing but what is in the URL. */
export const badUrl = (fault: string): Failed => ({
  kind: 'failed',
  code: 'bad-url',
  detail: fault,
  publicCode: 'bad-url',
  publicDetail: fault,
});

/** The answer for what was thrown during an exchange with `host`. */
export function failedBy(error: unknown, host: string, deadline: AbortSignal, caller?: AbortSignal): Failed {
  const code = error instanceof OutsideError ? error.code : (endedBy(deadline, caller) ?? codeOf(error));
  const detail = error instanceof Error ? error.message || nameOf(error) : String(error);
  return { kind: 'failed', code, detail: `${host}: ${detail}`, ...publicOf(code, host, error) };
}

function endedBy(deadline: AbortSignal, caller?: AbortSignal): FailedCode | undefined {
  if (deadline.aborted) return 'timeout';
  return caller?.aborted ? 'aborted' : undefined;
}

/** The stable name of an error of Node, OpenSSL or undici. */
const nameOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

const CODES: ReadonlyMap<string, FailedCode> = new Map([
  ['ETIMEDOUT', 'timeout'],
  ['EPROTO', 'tls'],
  ['UND_ERR_INVALID_ARG', 'bad-request'],
  ['UND_ERR_HEADERS_OVERFLOW', 'too-large'],
  ['UND_ERR_SOCKET', 'connect'],
]);
/** Errors of the operating system have one word (ECONNREFUSED); of OpenSSL several (CERT_HAS_EXPIRED, ERR_TLS_…). */
const SYSTEM = /^E[A-Z0-9]+$/;
const PARSER = /^(?:HPE|UND_ERR)_/;

function codeOf(error: unknown): FailedCode {
  const name = nameOf(error);
  const known = CODES.get(name);
  if (known) return known;
  if (SYSTEM.test(name)) return 'connect';
  return PARSER.test(name) || !name.includes('_') ? 'protocol' : 'tls';
}

function publicOf(code: FailedCode, host: string, error: unknown): Pick<Failed, 'publicCode' | 'publicDetail'> {
  switch (code) {
    case 'refused':
    case 'dns':
    case 'connect':
    case 'timeout':
    case 'aborted':
      return {
        publicCode: 'unreachable',
        publicDetail: `${host} gave no complete answer in time. Check that the name resolves to public addresses only, and that it can be reached from the internet.`,
      };
    case 'tls':
      return {
        publicCode: code,
        publicDetail: `${host} offered no acceptable TLS ${tlsReason(error, nameOf(error))}`,
      };
    case 'too-large':
      return { publicCode: code, publicDetail: `The answer of ${host} is too large. Serve a smaller one.` };
    case 'encoding':
      return {
        publicCode: code,
        publicDetail: `The answer of ${host} is compressed. Serve it as it is when asked with accept-encoding: identity.`,
      };
    case 'protocol':
      return { publicCode: code, publicDetail: `${host} did not answer in HTTP/1.1. Check the address and the port.` };
    case 'bad-request':
      return { publicCode: code, publicDetail: `A header for ${host} cannot be sent. Check the configured headers.` };
    case 'bad-url':
      return { publicCode: code, publicDetail: `The URL of ${host} cannot be used. Check it.` };
  }
}
