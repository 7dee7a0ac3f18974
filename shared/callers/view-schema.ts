import * as z from 'zod';
import { frame } from '../api/view.ts';
import { idOf } from '../platform/ids.ts';
import { InstantShown } from '../platform/time.ts';
import { ApiKeyKind, Role, Scope } from './schema.ts';

export const LastUsedAt = InstantShown.nullable().describe('Of verdicts to the minute; null: never.');
export const RequestsPerMinuteShown = z.number().int().nullable().describe('Null: the limit that all have.');

export const ApiKeyView = z
  .object({
    ...frame('key'),
    name: z.string(),
    role: Role,
    scope: Scope,
    kind: ApiKeyKind,
    clientId: idOf('key').optional().describe('Of client credentials.'),
    expiresAt: InstantShown.nullable(),
    requestsPerMinute: RequestsPerMinuteShown,
    lastUsedAt: LastUsedAt,
    federationId: idOf('fed'),
  })
  .meta({ id: 'ApiKey', description: 'An API key or client credentials, without the secret.' });
export type ApiKeyView = z.infer<typeof ApiKeyView>;

export const NewApiKeyView = ApiKeyView.extend({
  key: z.string().optional().describe('Of an API key: shown this once.'),
  clientSecret: z.string().optional().describe('Of client credentials: shown this once.'),
}).meta({ id: 'NewApiKeyAnswer', description: 'The key with its secret, which is shown this once.' });
export type NewApiKeyView = z.infer<typeof NewApiKeyView>;
