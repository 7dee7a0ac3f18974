/** What an identity provider is, and what a change makes of it. Pure. */
import { firstVersion, frameOf } from '../api/view.ts';
import { Problem, refuseField } from '../platform/problems.ts';
import { formatInstant, type Instant } from '../platform/time.ts';
import type { Federation } from '../tenants/schema.ts';
import { CLIENT_NEEDED, type IdentityProviderChange, type NewIdentityProvider } from './bodies.ts';
import { hasError } from './finding.ts';
import { judgeIssuer, type Settings } from './judge.ts';
import type { IssuerFacts } from './prove.ts';
import { dueAt } from './schedule.ts';
import type { IdentityProvider } from './schema.ts';
import type { IdentityProviderView } from './view-schema.ts';

export const viewIdentityProvider = (idp: IdentityProvider): IdentityProviderView => ({
  ...frameOf(idp),
  federationId: idp.federationId,
  name: idp.name,
  shortName: idp.shortName,
  description: idp.description,
  purpose: idp.purpose,
  issuerUri: idp.issuerUri,
  clientId: idp.clientId,
  audience: idp.audience,
  authorizationType: idp.authorizationType,
  requestedScopes: idp.requestedScopes,
  userClaim: idp.userClaim,
  groupsClaim: idp.groupsClaim,
  allowedAlgorithms: idp.allowedAlgorithms,
  domainIds: idp.domainIds,
  jwksUri: idp.jwksUri,
  checkedAt: formatInstant(idp.checkedAt),
  nextCheckAt: formatInstant(dueAt(idp)),
  findings: idp.findings,
});

/** What the issuer says of itself, for a create or a change. @throws Problem `identity-provider-unfit` */
export function fittingIssuer(settings: Settings, facts: IssuerFacts, now: Instant) {
  const { findings, jwksUri } = judgeIssuer(settings, facts);
  if (hasError(findings) || jwksUri === null) {
    const errors = findings
      .filter(({ severity }) => severity === 'ERROR')
      .map(({ message, fix }) => ({ pointer: '/issuerUri', message: `${message} ${fix}` }));
    throw new Problem('identity-provider-unfit', {}, { errors, extensions: { findings } });
  }
  return { findings, jwksUri, checkedAt: now };
}

/** @throws Problem `identity-provider-unfit` with the findings */
export const newIdentityProvider = (
  { id, shortName }: Pick<IdentityProvider, 'id' | 'shortName'>,
  wish: NewIdentityProvider,
  federation: Federation,
  facts: IssuerFacts,
  now: Instant,
): IdentityProvider => ({
  id,
  shortName,
  federationId: federation.id,
  ...wish,
  ...fittingIssuer(wish, facts, now),
  domainIds: [],
  ...firstVersion(now),
});

/** What the issuer is judged against: a change of anything else needs no look at it, so a rename waits for nobody. */
const JUDGED = [
  'issuerUri',
  'clientId',
  'audience',
  'authorizationType',
  'requestedScopes',
  'userClaim',
  'groupsClaim',
  'allowedAlgorithms',
] as const satisfies readonly (keyof IdentityProvider & keyof IdentityProviderChange)[];
const CHANGEABLE = ['name', 'description', ...JUDGED] as const;
type Changeable = (typeof CHANGEABLE)[number];

const differs = (before: IdentityProvider, change: IdentityProviderChange, field: Changeable): boolean =>
  change[field] !== undefined && JSON.stringify(change[field]) !== JSON.stringify(before[field]);

/** Whether the change cannot be made without asking the issuer. */
export const needsLook = (before: IdentityProvider, change: IdentityProviderChange): boolean =>
  JUDGED.some((field) => differs(before, change, field));

/**
 * The identity provider as the change makes it; itself when nothing changes.
 * @param facts of the issuer as it will be; undefined when nothing that is judged was to change
 * @throws Problem `invalid-body` · `identity-provider-unfit` · `version-conflict` when what was asked for is not what
 * the change comes to, since it was changed meanwhile
 */
export function changedIdentityProvider(
  before: IdentityProvider,
  change: IdentityProviderChange,
  facts: IssuerFacts | undefined,
  now: Instant,
): IdentityProvider {
  if (!CHANGEABLE.some((field) => differs(before, change, field))) return before;
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const after: IdentityProvider = { ...before, ...given, revision: before.revision + 1, updatedAt: now };
  if (after.purpose === 'WORKFORCE' && after.clientId === null) throw refuseField('/clientId', CLIENT_NEEDED);
  if (!needsLook(before, change)) return after;
  if (facts?.issuerUri !== after.issuerUri) throw new Problem('version-conflict', { id: before.id });
  return { ...after, ...fittingIssuer(after, facts, now) };
}

/**
 * After a look at the issuer. No change of a caller's, so the ETag stays. What cannot be relied on takes the place of
 * nothing: the keys stay where they were last known to be.
 * @throws Problem `version-conflict` when the issuer has been changed meanwhile
 */
export function checkedIdentityProvider(before: IdentityProvider, facts: IssuerFacts, now: Instant): IdentityProvider {
  if (facts.issuerUri !== before.issuerUri) throw new Problem('version-conflict', { id: before.id });
  const { findings, jwksUri } = judgeIssuer(before, facts);
  return { ...before, findings, jwksUri: jwksUri ?? before.jwksUri, checkedAt: now };
}
