/** Answers about who may call, and what they did. */

const ULID = '01JDG3ZV8WQK2M5N7P9R1T3V5X';
const TIMES = { createdAt: '2026-11-24T12:00:00.000Z', updatedAt: '2026-11-24T12:00:00.000Z', etag: '"1"' };
const PROJECT = { type: 'PROJECT', id: `prj_${ULID}` };

const pipeline = {
  name: 'Infrastructure pipeline',
  issuerUri: 'https://token.actions.githubusercontent.com',
  audience: 'https://sallyport.acme.com',
  subjects: ['repo:acme/infra:environment:*'],
  requiredClaims: { repository_id: '74' },
  role: 'REQUESTER',
  scope: PROJECT,
  longestLifetime: 'PT1H',
};
const key = {
  id: `key_${ULID}`,
  ...TIMES,
  name: 'ServiceNow',
  role: 'REQUESTER',
  scope: PROJECT,
  kind: 'API_KEY',
  expiresAt: null,
  requestsPerMinute: null,
  lastUsedAt: null,
  federationId: `fed_${ULID}`,
};
const binding = {
  identityProviderId: `idp_${ULID}`,
  principal: { type: 'GROUP', name: 'db-admins' },
  role: 'ACCESS_ADMINISTRATOR',
  scope: PROJECT,
};

export const CALLER_EXAMPLES: Readonly<Record<string, unknown>> = {
  ApiKey: key,
  NewApiKeyAnswer: { ...key, key: `spk_${ULID}_7mQ2x…` },
  AuditEvent: {
    id: `evt_${ULID}`,
    at: '2026-11-24T12:00:00.000Z',
    actor: { type: 'CALLER', id: `key_${ULID}` },
    action: 'project.change',
    resource: { type: 'project', id: `prj_${ULID}` },
    before: { id: `prj_${ULID}`, name: 'Payments' },
    after: { id: `prj_${ULID}`, name: 'Payments EU' },
    source: '203.0.113.7',
    correlationId: 'JKJaXmPLvHcESHA=',
  },
  CallerIssuer: {
    id: `cis_${ULID}`,
    ...TIMES,
    federationId: `fed_${ULID}`,
    ...pipeline,
    requestsPerMinute: null,
    jwksUri: 'https://token.actions.githubusercontent.com/.well-known/jwks',
    findings: [],
    lastUsedAt: null,
  },
  RoleBinding: {
    id: `rbd_${ULID}`,
    ...TIMES,
    federationId: `fed_${ULID}`,
    ...binding,
    createdBy: `key_${ULID}`,
  },
  AccessTokenAnswer: {
    access_token: 'sat_key01JDG3ZV8WQK2M5N7P9R1T3V5X_01JDG…',
    token_type: 'Bearer',
    expires_in: 3600,
  },
  OAuthError: {
    error: 'invalid_client',
    error_description: 'The client is not known, its secret is wrong, or it has ended.',
  },
};
