/** Whether a grant may be made as asked: every fault at once, each with its pointer. Pure. */
import type { Connection } from '../connections/schema.ts';
import type { IdentityProvider } from '../identity-providers/schema.ts';
import { type FieldError, Problem } from '../platform/problems.ts';
import type { Instant } from '../platform/time.ts';
import type { Project } from '../tenants/schema.ts';
import { endOf, startOf } from './rules.ts';
import type { NewGrant } from './schema.ts';

export interface Facts {
  readonly project: Project;
  readonly identityProvider: IdentityProvider | undefined;
  readonly connection: Connection | undefined;
  /** Of the clusters that the wish names, those that the project has. */
  readonly presentClusterIds: ReadonlySet<string>;
}

/**
 * The connection under which the grant may be made.
 * @throws Problem `invalid-body` with every fault · `identity-provider-not-connected`
 */
export function checkGrant(wish: NewGrant, facts: Facts, now: Instant): Connection {
  const errors = [
    ...identityProviderFaults(wish, facts),
    ...customRoleFaults(wish),
    ...clusterFaults(wish, facts),
    ...endFaults(wish, now),
  ];
  if (errors.length > 0) throw new Problem('invalid-body', {}, { errors });
  if (facts.connection?.status !== 'CONNECTED') {
    const { identityProviderId } = wish;
    const { organizationId } = facts.project;
    const message = `It is not connected to ${organizationId}.`;
    throw new Problem(
      'identity-provider-not-connected',
      { identityProviderId, organizationId },
      { errors: [{ pointer: '/identityProviderId', message }] },
    );
  }
  return facts.connection;
}

function identityProviderFaults(wish: NewGrant, { identityProvider, project }: Facts): FieldError[] {
  if (identityProvider?.federationId !== project.federationId) {
    return [{ pointer: '/identityProviderId', message: 'There is no such identity provider in this federation.' }];
  }
  const { authorizationType, id } = identityProvider;
  if (wish.principal.type === authorizationType) return [];
  return [
    { pointer: '/principal/type', message: `${id} authorizes by ${authorizationType}. Give a principal of that type.` },
  ];
}

/** Until custom roles can be made, none exists. */
const customRoleFaults = ({ roles }: NewGrant): FieldError[] =>
  roles.custom.map((name, index) => ({
    pointer: `/roles/custom/${index}`,
    message: `The project has no custom role "${name}".`,
  }));

const clusterFaults = ({ scope }: NewGrant, { presentClusterIds, project }: Facts): FieldError[] =>
  (scope.clusterIds ?? []).flatMap((id, index) =>
    presentClusterIds.has(id)
      ? []
      : [{ pointer: `/scope/clusterIds/${index}`, message: `${project.id} has no cluster ${id}.` }],
  );

function endFaults(wish: NewGrant, now: Instant): FieldError[] {
  const startsAt = startOf(wish, now);
  const expiresAt = endOf(wish, startsAt);
  if (expiresAt === null || expiresAt > startsAt) return [];
  const message = 'The end must lie after the start and in the future.';
  return [{ pointer: '/expiresAt', message }];
}
