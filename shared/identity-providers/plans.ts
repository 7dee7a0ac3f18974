/** Plans for identity providers: each with its gate, its claims, and the domains whose people sign in with it. Pure. */
import { createHash } from 'node:crypto';
import { claim, release } from '../platform/claim.ts';
import type { AuditEntry, Plan } from '../platform/plan.ts';
import { Problem } from '../platform/problems.ts';
import { deletion, type Write } from '../platform/table.ts';
import { claimName, parentExists, releaseName } from '../tenants/rules.ts';
import { associate, dissociate } from './association.ts';
import { type Gate, gateItem, newGate } from './gate.ts';
import { keyRecordKey } from './keys.ts';
import { register, unregister } from './registration.ts';
import { viewIdentityProvider } from './rules.ts';
import type { IdentityProvider } from './schema.ts';
import { claimShortName } from './short-name.ts';
import { identityProviderItem } from './store.ts';

/** What the audit and claims of names call it. */
const WORD = 'identity-provider';

/** Issuer and audience are unique in a federation, free across federations: nobody can squat (api.md, Semantics). */
const issuerScope = ({ federationId }: IdentityProvider): string => `${federationId}#issuer-and-audience`;
/** A hash, since the two together may be longer than a key (2048 bytes). */
const issuerName = ({ issuerUri, audience }: IdentityProvider): string =>
  createHash('sha256')
    .update(JSON.stringify([issuerUri, audience]))
    .digest('base64url');

const claimIssuer = (idp: IdentityProvider): Write =>
  claim(
    issuerScope(idp),
    issuerName(idp),
    idp.id,
    (heldBy) => new Problem('identity-provider-taken', { identityProviderId: heldBy }),
  );
const releaseIssuer = (idp: IdentityProvider): Write => release(issuerScope(idp), issuerName(idp), idp.id);

const audit = (
  verb: string,
  before: IdentityProvider | null,
  after: IdentityProvider | null,
  { id, federationId }: IdentityProvider,
): AuditEntry => ({
  federationId,
  action: `${WORD}.${verb}`,
  resource: { type: WORD, id },
  before: before && viewIdentityProvider(before),
  after: after && viewIdentityProvider(after),
});

export const planCreation = (idp: IdentityProvider): Plan => ({
  writes: [
    identityProviderItem.create(idp, () => 'stale'),
    gateItem.create(newGate(idp.id), () => 'stale'),
    parentExists.federation(idp.federationId),
    claimName(idp.federationId, WORD, idp.name, idp.id),
    claimIssuer(idp),
    register(idp, idp.id),
    claimShortName(idp.federationId, idp.shortName, idp.id),
  ],
  audit: [audit('create', null, idp, idp)],
  events: [],
});

/**
 * Another issuer raises the key generation as a revocation does: keys fetched from the old one would else check tokens
 * that claim to be of the new one, for as long as they are kept.
 */
export function planChange(before: IdentityProvider, after: IdentityProvider, gate: Gate): Plan {
  if (after === before) return { writes: [identityProviderItem.unchanged(before)], audit: [], events: [] };
  const federationId = after.federationId;
  const names =
    before.name === after.name
      ? []
      : [releaseName(federationId, WORD, before.name, before.id), claimName(federationId, WORD, after.name, after.id)];
  const believed =
    issuerName(before) === issuerName(after)
      ? []
      : [releaseIssuer(before), claimIssuer(after), unregister(before, before.id), register(after, after.id)];
  const keys =
    before.issuerUri === after.issuerUri ? [] : [gateItem.replace({ ...gate, keyGeneration: gate.keyGeneration + 1 })];
  return {
    writes: [identityProviderItem.replace(after), ...names, ...believed, ...keys],
    audit: [audit('change', before, after, after)],
    events: [],
  };
}

export const planCheck = (before: IdentityProvider, after: IdentityProvider): Plan => ({
  writes: [identityProviderItem.replace(after)],
  audit: [audit('check', before, after, after)],
  events: [],
});

/** What a look of ours has shown. It is told when it is another thing than before, not each day anew; so are keys that moved. */
export function planLook(before: IdentityProvider, after: IdentityProvider): Plan {
  const differs = (of: (idp: IdentityProvider) => unknown) => JSON.stringify(of(before)) !== JSON.stringify(of(after));
  const isAudited = differs(({ findings, jwksUri }) => ({ findings, jwksUri }));
  const isTold = differs(({ findings, jwksUri }) => ({ codes: findings.map(({ code }) => code), jwksUri }));
  const { federationId, id } = after;
  return {
    writes: [identityProviderItem.replace(after)],
    audit: isAudited ? [audit('look', before, after, after)] : [],
    events: isTold
      ? [{ federationId, type: `${WORD}.findings-changed`, subject: id, data: viewIdentityProvider(after) }]
      : [],
  };
}

/** @param stillOwned refuses the plan when a domain that is added is no longer as it was read */
export function planDomains(before: IdentityProvider, after: IdentityProvider, stillOwned: readonly Write[]): Plan {
  const added = after.domainIds.filter((id) => !before.domainIds.includes(id));
  const removed = before.domainIds.filter((id) => !after.domainIds.includes(id));
  return {
    writes: [
      identityProviderItem.replace(after),
      ...added.map((domainId) => associate(domainId, after.id)),
      ...removed.map((domainId) => dissociate(domainId, after.id)),
      ...stillOwned,
    ],
    audit: [audit('change', before, after, after)],
    events: [],
  };
}

export const planRemoval = (idp: IdentityProvider, gate: Gate): Plan => ({
  writes: [
    identityProviderItem.remove(idp),
    gateItem.remove(gate),
    // Fetched or not: whoever fetches some meanwhile cannot store them, as the gate goes in the same transaction.
    deletion(keyRecordKey(idp.id)),
    unregister(idp, idp.id),
    releaseName(idp.federationId, WORD, idp.name, idp.id),
    releaseIssuer(idp),
    ...idp.domainIds.map((domainId) => dissociate(domainId, idp.id)),
  ],
  audit: [audit('delete', idp, null, idp)],
  events: [],
});
