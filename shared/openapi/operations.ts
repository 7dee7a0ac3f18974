/** All operations of the API, in the order in which the docs show them. Pure. */

import * as accessPolicies from '../access-policies/operations.ts';
import { issueToken } from '../access-tokens/operations.ts';
import type { FormOperation } from '../api/form-operation.ts';
import { getHealth } from '../api/health.ts';
import { type Method, type Operation, type PublicOperation, TAGS } from '../api/operation.ts';
import type { SignedOperation } from '../api/signed-operation.ts';
import * as audit from '../audit/operations.ts';
import { callerIssuerOperations } from '../caller-issuers/operations.ts';
import * as callers from '../callers/operations.ts';
import * as clusters from '../clusters/operations.ts';
import * as connections from '../connections/operations.ts';
import * as customRoles from '../custom-roles/operations.ts';
import * as domains from '../domains/operations.ts';
import * as freezes from '../freezes/operations.ts';
import * as grants from '../grants/operations.ts';
import * as hooks from '../hooks/operations.ts';
import { identityProviderOperations } from '../identity-providers/operations.ts';
import * as revocations from '../revocations/operations.ts';
import * as roleBindings from '../role-bindings/operations.ts';
import * as tenants from '../tenants/operations.ts';
import { introspect } from '../verdicts/operations.ts';
import { webhookOperations } from '../webhooks/operations.ts';
import { getDocs, getDocument } from './pages.ts';

/** As on AWS. On one machine addresses of issuers may be on loopback, too. */
const TRUST = { trustLoopback: false };
const { deliverToHook, ...callersHooks } = hooks;
const { discoverSignIn, ...identityProviders } = identityProviderOperations(TRUST);

/** A module’s own order of names is not the same everywhere. */
const METHODS: readonly Method[] = ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'];
function inOrder(one: Operation, other: Operation): number {
  const byTag = TAGS.indexOf(one.tag) - TAGS.indexOf(other.tag);
  const byPath = one.path.length - other.path.length || one.path.localeCompare(other.path, 'en');
  return byTag || byPath || METHODS.indexOf(one.method) - METHODS.indexOf(other.method);
}

export const OPERATIONS: readonly Operation[] = [
  tenants,
  clusters,
  domains,
  identityProviders,
  connections,
  customRoles,
  accessPolicies,
  grants,
  freezes,
  revocations,
  callers,
  callerIssuerOperations(TRUST),
  roleBindings,
  callersHooks,
  webhookOperations(TRUST),
  audit,
]
  .flatMap((some): Operation[] => Object.values(some))
  .sort(inOrder);

export const PUBLIC_OPERATIONS: readonly PublicOperation[] = [discoverSignIn, getHealth, getDocument, getDocs];
export const SIGNED_OPERATIONS: readonly SignedOperation[] = [deliverToHook];
export const FORM_OPERATIONS: readonly FormOperation[] = [introspect, issueToken];
