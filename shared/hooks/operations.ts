import * as z from 'zod';
import { operation } from '../api/operation.ts';
import { ListQuery, listOf } from '../api/paging.ts';
import type { SignedOperation } from '../api/signed-operation.ts';
import { HookChange, HookRotation, NewHook } from './schema.ts';
import { HookDeliveryView, HookTrialView, HookView, NewHookView } from './view-schema.ts';

const ALL = '/v1/federations/{federationId}/hooks';
const ONE = '/v1/hooks/{hookId}';

export const createHook = operation({
  id: 'createHook',
  tag: 'Hooks',
  summary: 'Create an inbound hook',
  description: [
    'A URL with a signing secret, and what a signed event does there. Fields are filled by JSON Pointers into the payload and by constants.',
    'CREATE_GRANT needs `principal.name` and one of `roles.builtIn`, `roles.custom`, `roles.privileges`; END_GRANTS_OF_TICKET `ticket.system` and `ticket.key`; REVOKE_JWKS nothing.',
  ].join(' '),
  method: 'POST',
  path: ALL,
  action: 'hook.write',
  status: 201,
  body: NewHook,
  problems: ['name-taken'],
  answer: NewHookView,
});

export const listHooks = operation({
  id: 'listHooks',
  tag: 'Hooks',
  summary: 'List inbound hooks',
  method: 'GET',
  path: ALL,
  action: 'hook.read',
  status: 200,
  query: ListQuery,
  answer: listOf(HookView),
});

export const getHook = operation({
  id: 'getHook',
  tag: 'Hooks',
  summary: 'Read an inbound hook',
  method: 'GET',
  path: ONE,
  action: 'hook.read',
  status: 200,
  answer: HookView,
});

export const changeHook = operation({
  id: 'changeHook',
  tag: 'Hooks',
  summary: 'Change an inbound hook',
  description: 'Deliveries that were taken on or declined before stay so.',
  method: 'PATCH',
  path: ONE,
  action: 'hook.write',
  status: 200,
  body: HookChange,
  problems: ['name-taken'],
  answer: HookView,
});

export const deleteHook = operation({
  id: 'deleteHook',
  tag: 'Hooks',
  summary: 'Delete an inbound hook',
  description: 'Nothing is delivered to it any more; what it made stays.',
  method: 'DELETE',
  path: ONE,
  action: 'hook.write',
  status: 204,
  answer: HookView,
});

export const rotateHookSecret = operation({
  id: 'rotateHookSecret',
  tag: 'Hooks',
  summary: 'Give a hook a new secret',
  description:
    'The one given (PagerDuty makes its own), or one that is drawn; shown this once. For 24 hours the one before proves deliveries, too; one older than that ends at once.',
  method: 'POST',
  path: `${ONE}/rotate-secret`,
  action: 'hook.write',
  status: 200,
  body: HookRotation.default({}),
  answer: NewHookView,
});

/** What a payload is, nobody knows but its hook. */
const Payload = z.unknown().refine((payload) => payload !== undefined, 'Send a payload.');

export const deliverToHook: SignedOperation<z.infer<typeof HookTrialView>> = {
  id: 'deliverToHook',
  tag: 'Hooks',
  summary: 'Deliver a signed event',
  description: [
    'The credential is the signature over the bytes that are sent; there is no Authorization. Up to 256 KiB are read.',
    'The same delivery again (`webhook-id` or `svix-id`, PagerDuty’s `event.id`, `X-Atlassian-Webhook-Identifier` or `X-GitHub-Delivery`, the same body) answers as the first and does nothing.',
    'A guard that declines answers 202 with `declined`. What is refused (422 and above) is not kept: once corrected it may be sent again under the same identifier.',
    'A hook that is not there answers as one whose secret is another.\n\nWith `dryRun=true`, an Authorization and a pasted payload (no signature) it answers what it would do.',
  ].join(' '),
  method: 'POST',
  path: ONE,
  action: 'hook.write',
  status: 202,
  body: Payload,
  answer: HookDeliveryView,
  trial: HookTrialView,
  problems: [
    'invalid-signature',
    'payload-does-not-fit',
    'hook-target-gone',
    'identity-provider-not-connected',
    'refused-by-policy',
    'too-many-live-grants',
  ],
};
