/** The JSON of a delivery, once its signature has been found right. Pure. */
import { Problem } from '../platform/problems.ts';

/** GitHub's and Jira's largest are some 100 KB where people attach nothing. */
export const PAYLOAD_BYTES_MAX = 256 * 1024;

/**
 * Whatever the media type says: the signature is over the bytes. Members of any name are taken, as they are only looked
 * up by pointers and never copied.
 * @throws Problem `invalid-json`
 */
export function readPayload(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new Problem('invalid-json', { reason: 'The payload is not JSON in UTF-8.' }, { cause: causeOf(error) });
  }
}

/** The parser's message quotes the payload, which no log may hold. */
const causeOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
