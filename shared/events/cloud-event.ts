/** An event as it leaves the system: CloudEvents 1.0, JSON format, structured mode. Pure. */
import type { OutgoingEvent } from '../platform/event-item.ts';
import { formatInstant } from '../platform/time.ts';

/** CloudEvents JSON format 1.0, section 3. */
export const CLOUD_EVENT_MEDIA_TYPE = 'application/cloudevents+json';

/**
 * Longest event in bytes, as Standard Webhooks 1.0.0 advises for payloads (section 'Payload size'); EventBridge takes
 * 256 KiB. What would be longer leaves its data out and says where to read it (CloudEvents extension `dataref`).
 */
export const EVENT_BYTES_MAX = 20 * 1024;

/** Where the API shows what an event is about, by the prefix of its subject. */
const PATHS: Readonly<Record<string, string>> = {
  dom: '/v1/domains/',
  frz: '/v1/freezes/',
  grt: '/v1/grants/',
  rev: '/v1/revocations/',
  whk: '/v1/webhooks/',
};

/** The `type` of an event by its name. */
export const typeOf = (name: string): string => `sallyport.${name}`;

/** The event as text: the very bytes that are signed and sent. */
export function cloudEventText(event: OutgoingEvent): string {
  const attributes = {
    specversion: '1.0',
    id: event.id,
    source: `/federations/${event.federationId}`,
    type: typeOf(event.type),
    subject: event.subject,
    time: formatInstant(event.at),
  };
  const text = JSON.stringify({ ...attributes, datacontenttype: 'application/json', data: event.data });
  if (Buffer.byteLength(text) <= EVENT_BYTES_MAX) return text;
  return JSON.stringify({ ...attributes, dataref: pathOf(event.subject) });
}

function pathOf(subject: string): string {
  const prefix = subject.slice(0, subject.indexOf('_'));
  return `${Object.hasOwn(PATHS, prefix) ? PATHS[prefix] : '/v1/'}${subject}`;
}
