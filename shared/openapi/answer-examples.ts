/** Answers as a reader meets them, by the name of their component; a test checks each against its schema. */
import { CALLER_EXAMPLES } from './caller-examples.ts';

const TIMES = { createdAt: '2026-11-24T12:00:00.000Z', updatedAt: '2026-11-24T12:00:00.000Z', etag: '"1"' };
const ULID = '01JDG3ZV8WQK2M5N7P9R1T3V5X';
const [fed, org, prj, cls] = [`fed_${ULID}`, `org_${ULID}`, `prj_${ULID}`, `cls_${ULID}`];
const [dom, idp, grt, rev, att] = [`dom_${ULID}`, `idp_${ULID}`, `grt_${ULID}`, `rev_${ULID}`, `att_${ULID}`];

const principal = { type: 'GROUP', name: 'db-oncall' };
const ticket = { system: 'servicenow', key: 'REQ0012345', requester: 'alice@acme.com', approver: 'bob@acme.com' };
const roles = {
  builtIn: 'readWriteAnyDatabase',
  custom: [],
  privileges: [{ role: 'read', database: 'sales', collection: 'orders' }],
};
const proved = {
  severity: 'INFO',
  code: 'proved',
  message: 'The proof was found at acme.com.',
  fix: 'Leave it there: it is looked at again every day.',
};
const attempt = {
  id: att,
  at: '2026-11-24T12:01:00.000Z',
  outcome: 'PROVED',
  finding: proved,
  exchanges: [
    {
      asked: 'TXT acme.com',
      from: '1.1.1.1',
      got: '"sallyport-site-verification=4Qd0Wn5yP1sKfV7xZc2Tb8"',
      keptUntil: '2026-11-24T12:06:00.000Z',
    },
  ],
};
const issuer = {
  name: 'Acme Entra',
  description: 'Staff',
  purpose: 'WORKFORCE',
  issuerUri: 'https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/v2.0',
  clientId: 'b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77',
  audience: 'b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77',
  authorizationType: 'GROUP',
  requestedScopes: ['b5a9f3d2-7a39-4a6e-9f0b-2f4f1f0d8e77/.default', 'offline_access'],
  userClaim: 'sub',
  groupsClaim: 'groups',
  allowedAlgorithms: ['RS256', 'ES256'],
};
const clusterProgress = {
  clusterId: cls,
  state: 'ACKNOWLEDGED',
  at: '2026-11-24T12:00:00.412Z',
  lagMs: 412,
  nodes: [],
  detail: 'It asks for a verdict at every use, and no verdict uses an older key.',
};
const webhook = {
  id: `whk_${ULID}`,
  ...TIMES,
  name: 'Ticket system',
  url: 'https://hooks.acme.com/sallyport',
  events: ['grant.created', 'grant.expired', 'domain.suspended'],
  status: 'ENABLED',
  disabledAt: null,
  failingSince: null,
  olderSecretEndsAt: null,
  findings: [],
  federationId: fed,
};
const deliveryAttempt = {
  at: '2026-11-24T12:00:00.240Z',
  durationMs: 87,
  status: 503,
  finding: { code: 'not-2xx', message: 'It answered 503. Only 2xx says that it was received.' },
};
const cluster = {
  name: 'payments-eu',
  kind: 'CLUSTER',
  tier: 'SELF_MANAGED',
  distribution: 'ENTERPRISE',
  mongoDbVersion: '7.0.12',
  connector: { type: 'introspection' },
};

export const ANSWER_EXAMPLES: Readonly<Record<string, unknown>> = {
  ...CALLER_EXAMPLES,
  Federation: { id: fed, ...TIMES, name: 'Acme' },
  Organization: { id: org, ...TIMES, name: 'Acme databases', federationId: fed },
  Project: { id: prj, ...TIMES, name: 'Payments', organizationId: org, federationId: fed },
  Cluster: { id: cls, ...TIMES, ...cluster, verdictMaxAge: 0, projectId: prj, organizationId: org, federationId: fed },
  Domain: {
    id: dom,
    ...TIMES,
    displayName: 'Acme',
    domainName: 'acme.com',
    method: 'DNS_RECORD',
    status: 'PENDING',
    proof: {
      recordType: 'TXT',
      recordName: 'acme.com',
      recordValue: 'sallyport-site-verification=4Qd0Wn5yP1sKfV7xZc2Tb8',
      alternativeRecordName: '_sallyport-challenge.acme.com',
    },
    nextCheckAt: '2026-11-24T12:01:00.000Z',
    verifiedAt: null,
    expiresAt: '2026-12-24T12:00:00.000Z',
    failingSince: null,
    lastAttempt: null,
    findings: [],
    federationId: fed,
  },
  VerificationAttempt: attempt,
  IdentityProvider: {
    id: idp,
    ...TIMES,
    federationId: fed,
    shortName: 'acme-entra',
    ...issuer,
    domainIds: [dom],
    jwksUri: 'https://login.microsoftonline.com/8a9f9c0e-5f5c-4e35-9a43-3c1f0c2d7b11/discovery/v2.0/keys',
    checkedAt: '2026-11-24T12:00:00.000Z',
    nextCheckAt: '2026-11-25T12:00:00.000Z',
    findings: [
      {
        severity: 'INFO',
        code: 'pkce-not-announced',
        message: 'The discovery document announces no PKCE method.',
        fix: 'Nothing: Entra takes S256 without announcing it.',
      },
    ],
  },
  AssociatedDomain: { id: dom, domainName: 'acme.com', status: 'VERIFIED' },
  SignIn: { issuer: issuer.issuerUri, clientId: issuer.clientId, scopes: issuer.requestedScopes },
  Connection: {
    ...TIMES,
    id: idp,
    identityProviderId: idp,
    organizationId: org,
    federationId: fed,
    status: 'CONNECTED',
    connectedAt: '2026-11-24T12:00:00.000Z',
  },
  Grant: {
    id: grt,
    ...TIMES,
    projectId: prj,
    federationId: fed,
    identityProviderId: idp,
    principal,
    roles,
    scope: { clusterIds: [cls] },
    status: 'ACTIVE',
    startsAt: '2026-11-24T12:00:00.000Z',
    expiresAt: '2026-11-24T18:00:00.000Z',
    remainingSeconds: 21600,
    endedAt: null,
    endReason: null,
    onEnd: 'DROP_AND_END_SESSIONS',
    ticket,
    createdBy: `key_${ULID}`,
    clusters: [{ clusterId: cls, state: 'IN_SYNC', since: '2026-11-24T12:00:00.000Z' }],
  },
  Verdict: {
    active: true,
    sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
    username: 'acme-entra/alice@acme.com',
    principal: { type: 'GROUP', names: ['db-oncall'] },
    client_id: issuer.clientId,
    iss: issuer.issuerUri,
    aud: issuer.audience,
    iat: 1795521600,
    exp: 1795525200,
    expiresAt: '2026-11-24T13:00:00.000Z',
    roles: [{ role: 'readWriteAnyDatabase', database: 'admin' }],
    privileges: roles.privileges,
    grants: [grt],
  },
  RevocationCluster: clusterProgress,
  Revocation: {
    id: rev,
    ...TIMES,
    identityProviderId: idp,
    federationId: fed,
    reason: 'signing key leaked',
    incident: { system: 'pagerduty', key: 'Q1KDXUJ3T5Z3SI' },
    status: 'PROPAGATING',
    effectiveAt: '2026-11-24T12:00:00.000Z',
    finishedAt: null,
    createdBy: `key_${ULID}`,
    clusters: [clusterProgress],
  },
  Webhook: webhook,
  NewWebhookAnswer: { ...webhook, secret: 'whsec_C2FVsBQIhrscChlQIMV0b5sSYspob7oD1Ud6TvE4' },
  DeliveryAttempt: deliveryAttempt,
  WebhookDelivery: {
    id: `dlv_${ULID}`,
    ...TIMES,
    webhookId: webhook.id,
    eventId: `evt_${ULID}`,
    type: 'sallyport.grant.created',
    subject: grt,
    status: 'PENDING',
    nextAttemptAt: '2026-11-24T12:00:05.611Z',
    attemptCount: 1,
    attempts: [deliveryAttempt],
  },
  Health: { status: 'ok' },
};
