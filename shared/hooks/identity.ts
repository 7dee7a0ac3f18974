/** What a delivery is recognised by when it comes again. Pure. */
import { createHash } from 'node:crypto';
import { lookUp } from './json-pointer.ts';
import type { Signing } from './schema.ts';
import { attemptOf, type Headers } from './signature.ts';

/** Longer ones are no identifiers that any sender has. */
const ID_CHARACTERS_MAX = 512;

interface Delivery {
  readonly headers: Headers;
  readonly body: Buffer;
  readonly payload: unknown;
}

/**
 * The sender's own identifier where it is signed: then it alone counts, as a later attempt may have another body. Where it
 * is not (Jira's and GitHub's stand in a header that the signature leaves out), the body counts as well: else whoever
 * once saw a delivery could show it again under another identifier.
 */
export function identitiesOf({ format }: Pick<Signing, 'format'>, { headers, body, payload }: Delivery): string[] {
  const digest = `body ${createHash('sha256').update(body).digest('base64url')}`;
  switch (format) {
    case 'standard-webhooks':
      return [`id ${attemptOf(headers).id}`];
    case 'pagerduty-v3': {
      const event = lookUp(payload, '/event/id');
      return [event.found && isId(event.value) ? `id ${event.value}` : digest];
    }
    case 'jira-websub': {
      const id = headers['x-github-delivery'] ?? headers['x-atlassian-webhook-identifier'];
      return isId(id) ? [digest, `id ${id}`] : [digest];
    }
    case 'hmac-sha256':
      return [digest];
  }
}

const isId = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= ID_CHARACTERS_MAX;
