import * as z from 'zod';
import type { FormOperation } from '../api/form-operation.ts';
import { JWT_BEARER, TOKEN_EXCHANGE } from './service.ts';

const TokenAnswer = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.number().int().describe('Seconds.'),
    issued_token_type: z.string().optional().describe('Of an exchange (RFC 8693 section 2.2.1).'),
  })
  .meta({ id: 'AccessTokenAnswer', description: 'RFC 6749 section 5.1.' });

const OAuthErrorAnswer = z
  .object({ error: z.string(), error_description: z.string() })
  .meta({ id: 'OAuthError', description: 'RFC 6749 section 5.2.' });

const refusals = [
  [400, 'The request, the grant or the scope cannot be used'],
  [401, 'The client is not known'],
  [413, 'The body is too large'],
  [429, 'Too many calls'],
  [500, 'Sallyport failed'],
  [503, 'It cannot be decided now'],
] as const;

export const issueToken: FormOperation = {
  id: 'issueToken',
  tag: 'Callers',
  summary: 'Get an access token',
  description: [
    'RFC 6749. By `client_credentials`, with the client authenticated by Basic or by `client_id` and `client_secret` in the form, never by both;',
    `by \`${JWT_BEARER}\` with the \`assertion\` of a caller issuer (RFC 7523; \`client_id\` names the \`cis_…\` when several take it);`,
    `or by \`${TOKEN_EXCHANGE}\` with a person’s access token as \`subject_token\` (RFC 8693), for one that is too long for a header (\`client_id\` names the \`idp_…\` where many federations believe it).`,
    'There are no scopes: what a caller may do is its role in its scope. A refused JWT is told one and the same, whatever the reason.',
  ].join(' '),
  method: 'POST',
  path: '/oauth2/token',
  action: null,
  body: z.object({
    grant_type: z.enum(['client_credentials', JWT_BEARER, TOKEN_EXCHANGE]),
    client_id: z.string().optional(),
    client_secret: z.string().optional(),
    assertion: z.string().optional(),
    subject_token: z.string().optional(),
    subject_token_type: z.string().optional(),
    requested_token_type: z.string().optional(),
  }),
  answers: [
    { status: 200, description: 'The token', schema: TokenAnswer },
    ...refusals.map(([status, description]) => ({ status, description, schema: OAuthErrorAnswer })),
  ],
  problems: [],
};
