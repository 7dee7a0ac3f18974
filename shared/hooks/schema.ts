/** Inbound hooks: a ticket or incident system's signed event, and what it makes Sallyport do. */
import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { DurationText } from '../platform/time.ts';
import { Name } from '../tenants/schema.ts';
import { FIELD_NAMES } from './field-names.ts';

export const Format = z.enum(['standard-webhooks', 'pagerduty-v3', 'jira-websub', 'hmac-sha256']).meta({
  id: 'HookFormat',
  description: [
    'How deliveries are signed. `standard-webhooks`: also with the header names of Svix.',
    '`jira-websub`: `X-Hub-Signature: sha256=…`, also GitHub’s `X-Hub-Signature-256`.',
    '`hmac-sha256`: in the `header`, after the `prefix`, in the `encoding` that are given.',
  ].join(' '),
});

/** What a delivery does. Freezes and bans are to come. */
export const HookAction = z.enum(['REVOKE_JWKS', 'END_GRANTS_OF_TICKET', 'CREATE_GRANT']).meta({
  id: 'HookAction',
  description: [
    '`REVOKE_JWKS`: revokes the signing keys of `identityProviderId`.',
    '`END_GRANTS_OF_TICKET`: ends every live grant of the ticket in `projectId`, whoever made it, and takes no grant for that ticket by a hook afterwards.',
    '`CREATE_GRANT`: creates a grant in `projectId`, for a principal of `identityProviderId`.',
  ].join(' '),
});
export type HookAction = z.infer<typeof HookAction>;

const Encoding = z.enum(['hex', 'base64']);

/** RFC 9110 section 5.6.2, token. */
const HeaderName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'Give the name of an HTTP header.')
  .meta({ examples: ['X-ServiceNow-Signature'] })
  .describe('Of `hmac-sha256`: the header that holds the signature.');
const Prefix = z
  .string()
  .max(50)
  .meta({ examples: ['sha256='] })
  .describe('Of `hmac-sha256`: what stands before the signature. Left out: nothing.');

/** Longer ones name nothing that fits into a payload's few levels. */
const POINTER_CHARACTERS_MAX = 500;
/** Checked by `definition.ts`, so that all that is wrong with a hook is told at once. */
const Pointer = z
  .string()
  .max(POINTER_CHARACTERS_MAX)
  .meta({ description: 'A JSON Pointer (RFC 6901) into the payload.', examples: ['/issue/key'] });

export const FieldName = z.enum(FIELD_NAMES).meta({
  id: 'HookField',
  description: 'A field of ours, by its dotted name: of the new grant, the ticket, the incident or the revocation.',
});
export type FieldName = z.infer<typeof FieldName>;

const noSuchField = ({ code }: { code?: string | undefined }) =>
  code === 'invalid_key' ? `There is no such field. Give one of ${FIELD_NAMES.join(', ')}.` : undefined;

export const Mapping = z
  .partialRecord(FieldName, Pointer, { error: noSuchField })
  .describe('Where each field stands in the payload: pointers, never expressions.');
export type Mapping = z.infer<typeof Mapping>;

const Constant = z.union([z.string(), z.array(z.unknown()).max(100)]);
export const Constants = z
  .partialRecord(FieldName, Constant, { error: noSuchField })
  .describe('Fields that are the same in every delivery.');
export type Constants = z.infer<typeof Constants>;

const Scalar = z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]);
/** An hour's actions are kept one by one. */
const ACTIONS_PER_HOUR_MAX = 1000;
const EQUALS_MAX = 20;

export const Guards = z
  .strictObject({
    equals: z
      .record(z.string().max(POINTER_CHARACTERS_MAX), Scalar)
      .refine((equals) => Object.keys(equals).length <= EQUALS_MAX, `Give at most ${EQUALS_MAX}.`)
      .describe('By JSON Pointer, the value that must stand there. What points nowhere declines, too.')
      .default({}),
    maxAge: DurationText.optional(),
    maxActionsPerHour: z.number().int().min(1).max(ACTIONS_PER_HOUR_MAX).optional(),
  })
  .meta({
    id: 'HookGuards',
    description:
      'What must hold, or the delivery is declined. `maxAge` is counted from the payload’s own time: `occurredAt` of the mapping, else where the format has one (PagerDuty `/event/occurred_at`, Jira `/timestamp`, Standard Webhooks `/timestamp`). `maxActionsPerHour` counts any 60 minutes.',
  });
export type Guards = z.infer<typeof Guards>;

/** Under 16 characters a captured delivery would let somebody try them all. */
export const SECRET_CHARACTERS_MIN = 16;
export const SecretText = z
  .string()
  .min(SECRET_CHARACTERS_MIN, `Give at least ${SECRET_CHARACTERS_MIN} characters.`)
  .max(512)
  .refine((text) => text.isWellFormed(), 'Give text without half of a surrogate pair.')
  .meta({ examples: ['bGV0IG1lIGlu-a-secret-that-the-sender-made'] })
  .describe(
    'One that the sender made; left out, one is drawn. Its UTF-8 bytes are the HMAC key; only with `standard-webhooks`, and only when it begins with `whsec_`, what follows is Base64 of the key, as that standard says.',
  );

export const NewHook = z
  .strictObject({
    name: Name,
    format: Format,
    header: HeaderName.optional(),
    prefix: Prefix.optional(),
    encoding: Encoding.describe('Of `hmac-sha256`. Left out: hex.').optional(),
    action: HookAction,
    projectId: idOf('prj').describe('Of END_GRANTS_OF_TICKET and CREATE_GRANT.').optional(),
    identityProviderId: idOf('idp').describe('Of REVOKE_JWKS and CREATE_GRANT.').optional(),
    mapping: Mapping.default({}),
    constants: Constants.default({}),
    guards: Guards.default({ equals: {} }),
    secret: SecretText.optional(),
  })
  .meta({ id: 'NewHook' });
export type NewHook = z.infer<typeof NewHook>;

/** Format, action and what it acts on are fixed: another one is another hook, with a secret of its own. */
export const HookChange = z
  .strictObject({
    name: Name.optional(),
    mapping: Mapping.optional(),
    constants: Constants.optional(),
    guards: Guards.optional(),
  })
  .meta({ id: 'HookChange', description: '`mapping`, `constants` and `guards` are replaced as a whole.' });
export type HookChange = z.infer<typeof HookChange>;

export const HookRotation = z.strictObject({ secret: SecretText.optional() }).meta({ id: 'HookRotation' });
export type HookRotation = z.infer<typeof HookRotation>;

export const Signing = z.discriminatedUnion('format', [
  z.object({ format: z.literal('standard-webhooks') }),
  z.object({ format: z.literal('pagerduty-v3') }),
  z.object({ format: z.literal('jira-websub') }),
  z.object({ format: z.literal('hmac-sha256'), header: z.string(), prefix: z.string(), encoding: Encoding }),
]);
export type Signing = z.infer<typeof Signing>;

/** What it does, and on what. */
export const Doing = z.discriminatedUnion('action', [
  z.object({ action: z.literal('REVOKE_JWKS'), identityProviderId: idOf('idp') }),
  z.object({ action: z.literal('END_GRANTS_OF_TICKET'), projectId: idOf('prj') }),
  z.object({ action: z.literal('CREATE_GRANT'), projectId: idOf('prj'), identityProviderId: idOf('idp') }),
]);
export type Doing = z.infer<typeof Doing>;

/** A signing secret, sealed; `endsAt` of one that a newer has replaced. */
export const HookSecret = z.object({ sealed: z.string(), endsAt: z.number().nullable() });
export type HookSecret = z.infer<typeof HookSecret>;

export const Hook = z.object({
  id: idOf('hok'),
  version: z.number(),
  revision: z.number(),
  federationId: idOf('fed'),
  /** Of the project that it acts in; null: it acts on an identity provider alone. */
  organizationId: idOf('org').nullable(),
  name: z.string(),
  signing: Signing,
  doing: Doing,
  mapping: z.record(z.string(), z.string()),
  constants: z.record(z.string(), z.unknown()),
  guards: z.object({
    equals: z.record(z.string(), Scalar),
    maxAgeMs: z.number().nullable(),
    maxActionsPerHour: z.number().nullable(),
  }),
  /** Newest first; two at most. */
  secrets: z.array(HookSecret),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Hook = z.infer<typeof Hook>;
