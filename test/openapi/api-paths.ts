/** api.md, Resources, restated: the outside contract is not part of this repository. */

const crud = (many: string, one: string, ofOne: readonly string[] = ['GET', 'PATCH', 'DELETE']): string[] => [
  `POST ${many}`,
  `GET ${many}`,
  ...ofOne.map((method) => `${method} ${one}`),
];

export const BUILT: readonly string[] = [
  'POST /oauth2/token',
  ...crud('/v1/federations', '/v1/federations/{federationId}'),
  ...crud('/v1/federations/{federationId}/organizations', '/v1/organizations/{organizationId}'),
  ...crud('/v1/organizations/{organizationId}/projects', '/v1/projects/{projectId}'),
  ...crud('/v1/projects/{projectId}/clusters', '/v1/clusters/{clusterId}'),
  ...crud('/v1/federations/{federationId}/domains', '/v1/domains/{domainId}'),
  'POST /v1/domains/{domainId}/verifications',
  'GET /v1/domains/{domainId}/verifications',
  ...crud('/v1/federations/{federationId}/identity-providers', '/v1/identity-providers/{identityProviderId}'),
  'PUT /v1/identity-providers/{identityProviderId}/domains',
  'GET /v1/identity-providers/{identityProviderId}/domains',
  'POST /v1/identity-providers/{identityProviderId}/checks',
  ...crud('/v1/identity-providers/{identityProviderId}/revocations', '/v1/revocations/{revocationId}', ['GET']),
  'GET /v1/revocations/{revocationId}/clusters',
  ...crud(
    '/v1/organizations/{organizationId}/connections',
    '/v1/organizations/{organizationId}/connections/{identityProviderId}',
    ['GET', 'DELETE'],
  ),
  ...crud('/v1/projects/{projectId}/custom-roles', '/v1/projects/{projectId}/custom-roles/{roleName}', [
    'GET',
    'PUT',
    'DELETE',
  ]),
  'GET /v1/projects/{projectId}/access-policy',
  'PUT /v1/projects/{projectId}/access-policy',
  ...crud('/v1/projects/{projectId}/grants', '/v1/grants/{grantId}'),
  'POST /v1/clusters/{clusterId}/introspect',
  ...crud('/v1/federations/{federationId}/role-bindings', '/v1/role-bindings/{roleBindingId}', ['GET', 'DELETE']),
  ...crud('/v1/federations/{federationId}/caller-issuers', '/v1/caller-issuers/{callerIssuerId}'),
  'GET /v1/sign-in',
  ...crud('/v1/federations/{federationId}/api-keys', '/v1/api-keys/{apiKeyId}', ['GET', 'DELETE']),
  'GET /v1/federations/{federationId}/audit-events',
  'GET /openapi.json',
  'GET /docs',
  'GET /healthz',
];

/** Of later issues. Whoever builds one moves it up. */
export const NOT_YET_BUILT: readonly string[] = [
  ...crud('/v1/identity-providers/{identityProviderId}/key-bans', '/v1/key-bans/{keyBanId}', ['DELETE']),
  'POST /v1/projects/{projectId}/grants/batch',
  'POST /v1/clusters/{clusterId}/explain',
  'POST /v1/clusters/{clusterId}/sync',
  'GET /v1/clusters/{clusterId}/sync',
  ...crud('/v1/federations/{federationId}/signal-transmitters', '/v1/signal-transmitters/{signalTransmitterId}'),
  'POST /v1/signal-transmitters/{signalTransmitterId}/events',
  ...crud('/v1/federations/{federationId}/freezes', '/v1/freezes/{freezeId}', ['GET', 'DELETE']),
  'POST /v1/identity-providers/{identityProviderId}/subject-revocations',
  'GET /v1/identity-providers/{identityProviderId}/subject-revocations',
  ...crud('/v1/federations/{federationId}/hooks', '/v1/hooks/{hookId}'),
  'POST /v1/hooks/{hookId}',
  'POST /v1/projects/{projectId}/what-if',
  'GET /v1/status',
  'GET /v1/access',
  ...crud('/v1/federations/{federationId}/webhooks', '/v1/webhooks/{webhookId}'),
  'GET /v1/webhooks/{webhookId}/deliveries',
  'POST /v1/webhooks/{webhookId}/rotate-secret',
  'POST /v1/webhooks/{webhookId}/deliveries/{deliveryId}/replay',
];

/** api.md, Bodies that matter most, and Resources: fields that callers send, by operation. */
export const BODY_FIELDS: Readonly<Record<string, readonly string[]>> = {
  createFederation: ['name'],
  createOrganization: ['name'],
  createProject: ['name'],
  createCluster: ['name', 'kind', 'tier', 'distribution', 'mongoDbVersion', 'connector'],
  createApiKey: ['name', 'role', 'scope', 'kind', 'expiresAt'],
  createDomain: ['displayName', 'domainName', 'method'],
  createIdentityProvider: [
    'name',
    'description',
    'purpose',
    'issuerUri',
    'clientId',
    'audience',
    'authorizationType',
    'requestedScopes',
    'userClaim',
    'groupsClaim',
    'allowedAlgorithms',
  ],
  associateDomains: ['domainIds'],
  connect: ['identityProviderId'],
  createCustomRole: ['name', 'actions', 'inheritedRoles'],
  replaceAccessPolicy: ['rules'],
  createGrant: [
    'principal',
    'identityProviderId',
    'roles',
    'scope',
    'duration',
    'expiresAt',
    'startsAt',
    'onEnd',
    'ticket',
  ],
  changeGrant: ['duration', 'expiresAt'],
  revokeKeys: ['reason', 'incident'],
  createRoleBinding: ['identityProviderId', 'principal', 'role', 'scope'],
  createCallerIssuer: ['name', 'issuerUri', 'audience', 'subjects', 'role', 'scope', 'longestLifetime'],
};

/** Fields of answers that api.md names, by operation. */
export const ANSWER_FIELDS: Readonly<Record<string, readonly string[]>> = {
  createApiKey: ['id', 'key', 'clientId', 'clientSecret'],
  createDomain: ['id', 'domainName', 'method', 'status', 'proof', 'nextCheckAt', 'verifiedAt', 'lastAttempt'],
  createIdentityProvider: ['id', 'findings'],
  createGrant: ['id', 'status', 'expiresAt', 'remainingSeconds', 'clusters'],
  getGrant: ['id', 'createdAt', 'updatedAt', 'etag', 'status', 'expiresAt', 'remainingSeconds', 'clusters', 'ticket'],
  disconnect: ['losesAccess'],
  revokeKeys: ['id', 'effectiveAt', 'status', 'clusters'],
  introspect: [
    'active',
    'sub',
    'username',
    'principal',
    'client_id',
    'iss',
    'aud',
    'iat',
    'exp',
    'roles',
    'privileges',
    'grants',
    'expiresAt',
  ],
  discoverSignIn: ['issuer', 'clientId', 'scopes'],
  listAuditEvents: ['items', 'nextCursor'],
};

/** Fields of the bodies above that belong to later issues. Whoever builds one moves it up. */
export const BODY_FIELDS_NOT_YET: Readonly<Record<string, readonly string[]>> = {
  revokeKeys: ['banKeyIds', 'banThumbprints', 'refuseTokensIssuedBefore'],
};
