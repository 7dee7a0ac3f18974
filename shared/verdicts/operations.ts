import * as z from 'zod';
import type { FormOperation } from '../api/form-operation.ts';
import { RoleAction } from '../custom-roles/schema.ts';
import { idOf } from '../platform/ids.ts';
import { InstantShown } from '../platform/time.ts';

const Active = z.object({
  active: z.literal(true),
  sub: z.string(),
  username: z.string().meta({ examples: ['acme-entra/alice@acme.com'] }),
  principal: z.object({ type: z.enum(['GROUP', 'USER']), names: z.array(z.string()).readonly() }).readonly(),
  client_id: z.string().optional(),
  iss: z.string(),
  aud: z.string(),
  iat: z.number().int().optional(),
  exp: z
    .number()
    .int()
    .describe(
      'Earliest of the token’s and of any matching grant’s end, floored to seconds: trusting it alone stops up to 999 ms early.',
    ),
  expiresAt: InstantShown.describe('The same end, to the millisecond.'),
  roles: z.array(z.object({ role: z.string(), database: z.string() }).readonly()).readonly(),
  privileges: z
    .array(z.object({ role: z.string(), database: z.string(), collection: z.string().optional() }).readonly())
    .readonly(),
  customRoles: z
    .array(z.object({ role: z.string(), actions: z.array(RoleAction).readonly() }).readonly())
    .readonly()
    .describe('What each custom role allows, with the custom roles it inherits; absent when none is given.')
    .optional(),
  grants: z.array(idOf('grt')).readonly(),
});

export const Verdict = z.union([Active, z.object({ active: z.literal(false) })]).meta({
  id: 'Verdict',
  description: 'May the bearer of this token use this cluster now, as what, until when (RFC 7662).',
});
export type Verdict = z.infer<typeof Verdict>;

export const introspect = {
  id: 'introspect',
  tag: 'Verdicts',
  summary: 'Judge a token for a cluster',
  description:
    'OAuth 2.0 Token Introspection (RFC 7662). A token that is not good is `{"active": false}` and nothing more. What cannot be decided, such as while the issuer is down after a revocation, is 503, never an old key. `Cache-Control` is `no-store`, unless the cluster’s `verdictMaxAge` lets a gateway hold a yes.',
  method: 'POST',
  path: '/v1/clusters/{clusterId}/introspect',
  action: 'verdict.introspect',
  body: z.object({
    token: z.string().min(1),
    token_type_hint: z.string().optional().describe('Not looked at.'),
  }),
  answers: [{ status: 200, description: 'The verdict', schema: Verdict }],
  problems: [
    'unauthenticated',
    'no-role-binding',
    'forbidden',
    'not-found',
    'invalid-query',
    'payload-too-large',
    'unsupported-media-type',
    'unavailable',
    'internal',
  ],
} as const satisfies FormOperation;
