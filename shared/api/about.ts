/** Whose things a call is about, by the first identifier in its path. Allows nothing: it only says which federation. */
import { callerIssuerItem } from '../caller-issuers/store.ts';
import { apiKeyItem } from '../callers/store.ts';
import { clusterItem } from '../clusters/store.ts';
import { domainItem } from '../domains/store.ts';
import { freezeItem } from '../freezes/store.ts';
import { grantItem } from '../grants/store.ts';
import { hookItem } from '../hooks/store.ts';
import { identityProviderItem } from '../identity-providers/store.ts';
import type { Table } from '../platform/table.ts';
import { revocationItem } from '../revocations/store.ts';
import { roleBindingItem } from '../role-bindings/store.ts';
import { organizationItem, projectItem } from '../tenants/store.ts';
import { webhookItem } from '../webhooks/store.ts';

/** Prefix of an identifier → kind of the item, whose partition key is the identifier. */
const KINDS: Readonly<Record<string, string>> = {
  org: organizationItem.name,
  prj: projectItem.name,
  cls: clusterItem.name,
  dom: domainItem.name,
  idp: identityProviderItem.name,
  grt: grantItem.name,
  rev: revocationItem.name,
  key: apiKeyItem.name,
  rbd: roleBindingItem.name,
  cis: callerIssuerItem.name,
  frz: freezeItem.name,
  whk: webhookItem.name,
  hok: hookItem.name,
};

/** The federation, or undefined when the path names none, or nothing that is there. */
export async function federationOfPath(
  table: Table,
  params: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const [id] = Object.values(params);
  if (id === undefined) return undefined;
  const prefix = id.slice(0, id.indexOf('_'));
  if (prefix === 'fed') return id;
  const kind = Object.hasOwn(KINDS, prefix) ? KINDS[prefix] : undefined;
  const item = kind && (await table.get({ pk: id, sk: kind }));
  return item ? String(item.federationId) : undefined;
}
