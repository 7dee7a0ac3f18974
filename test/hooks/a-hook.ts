import { Hook } from '../../shared/hooks/schema.ts';
import { T0 } from '../grants/a-grant.ts';

const ULID = '01JDG3ZV8WQK2M5N7P9R1T3V5X';
export const IDS = {
  fed: `fed_${ULID}`,
  org: `org_${ULID}`,
  prj: `prj_${ULID}`,
  idp: `idp_${ULID}`,
  hok: `hok_${ULID}`,
};

/** Creates a grant for an approved request, unless told otherwise. */
export const aHook = (more: Partial<Hook> = {}): Hook =>
  Hook.parse({
    id: IDS.hok,
    version: 1,
    revision: 1,
    federationId: IDS.fed,
    organizationId: IDS.org,
    name: 'ServiceNow',
    signing: { format: 'hmac-sha256', header: 'x-signature', prefix: '', encoding: 'hex' },
    doing: { action: 'CREATE_GRANT', projectId: IDS.prj, identityProviderId: IDS.idp },
    mapping: { 'ticket.key': '/number', 'principal.name': '/group', duration: '/duration' },
    constants: { 'ticket.system': 'servicenow', 'roles.builtIn': 'readAnyDatabase' },
    guards: { equals: {}, maxAgeMs: null, maxActionsPerHour: null },
    secrets: [{ sealed: 'sealed', endsAt: null }],
    createdAt: T0,
    updatedAt: T0,
    ...more,
  });
