import { describe, expect, it } from 'vitest';
import { firstVersion } from '../../shared/api/view.ts';
import { newCustomRoles } from '../../shared/custom-roles/rules.ts';
import { newHookFaults, type Targets } from '../../shared/hooks/definition.ts';
import { NewHook } from '../../shared/hooks/schema.ts';
import { T0 } from '../grants/a-grant.ts';
import { anIdentityProvider } from '../identity-providers/an-identity-provider.ts';
import { IDS } from './a-hook.ts';

const project = { id: IDS.prj, federationId: IDS.fed, organizationId: IDS.org, name: 'Payments', ...firstVersion(T0) };
const identityProvider = anIdentityProvider({ id: IDS.idp, federationId: IDS.fed, authorizationType: 'GROUP' });
const targets = (more: Partial<Targets> = {}): Targets => ({
  federationId: IDS.fed,
  project,
  identityProvider,
  grantFacts: undefined,
  ...more,
});
const unconnected = {
  project,
  identityProvider,
  connection: undefined,
  presentClusterIds: new Set<string>(),
  customRoles: newCustomRoles(IDS.prj),
  policy: undefined,
};

const CREATE = {
  name: 'ServiceNow',
  format: 'hmac-sha256',
  header: 'X-Signature',
  action: 'CREATE_GRANT',
  projectId: IDS.prj,
  identityProviderId: IDS.idp,
  mapping: { 'principal.name': '/group' },
  constants: { 'roles.builtIn': 'readAnyDatabase' },
};
const REVOKE = { name: 'PagerDuty', format: 'pagerduty-v3', action: 'REVOKE_JWKS', identityProviderId: IDS.idp };
const END = {
  name: 'Jira',
  format: 'jira-websub',
  action: 'END_GRANTS_OF_TICKET',
  projectId: IDS.prj,
  mapping: { 'ticket.key': '/issue/key' },
  constants: { 'ticket.system': 'jira' },
};

const faultsOf = (body: object, more?: Partial<Targets>) =>
  newHookFaults(NewHook.parse(body), targets(more)).map(({ pointer }) => pointer);

describe('I1 a hook that is asked for', () => {
  it.each([
    ['CREATE_GRANT', CREATE],
    ['REVOKE_JWKS', REVOKE],
    ['END_GRANTS_OF_TICKET', END],
  ])('of %s needs no more than this', (_action, body) => {
    expect(faultsOf(body)).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    ['no header', { ...CREATE, header: undefined }, ['/header']],
    [
      'a header that the format says itself',
      { ...END, header: 'X', prefix: '', encoding: 'hex' },
      ['/header', '/prefix', '/encoding'],
    ],
    ['no project', { ...END, projectId: undefined }, ['/projectId']],
    ['a project that is not acted on', { ...REVOKE, projectId: IDS.prj }, ['/projectId']],
    ['no identity provider', { ...REVOKE, identityProviderId: undefined }, ['/identityProviderId']],
    ['an identity provider that is not acted on', { ...END, identityProviderId: IDS.idp }, ['/identityProviderId']],
    ['no pointer', { ...CREATE, mapping: { 'principal.name': 'group' } }, ['/mapping/principal.name']],
    ['a stray ~', { ...CREATE, mapping: { 'principal.name': '/a~b' } }, ['/mapping/principal.name']],
    ['no principal', { ...CREATE, mapping: {} }, ['/mapping/principal.name']],
    ['no role', { ...CREATE, constants: {} }, ['/constants/roles.builtIn']],
    ['an unknown role', { ...CREATE, constants: { 'roles.builtIn': 'emperor' } }, ['/constants/roles.builtIn']],
    ['no ticket', { ...END, mapping: {}, constants: {} }, ['/mapping/ticket.system', '/mapping/ticket.key']],
    [
      'half a ticket',
      { ...CREATE, constants: { ...CREATE.constants, 'ticket.system': 'jira' } },
      ['/mapping/ticket.key'],
    ],
    ['half an incident', { ...REVOKE, mapping: { 'incident.key': '/id' } }, ['/mapping/incident.system']],
    ['a field of another action', { ...REVOKE, mapping: { duration: '/d' } }, ['/mapping/duration']],
    ['a constant of another action', { ...REVOKE, constants: { 'ticket.key': 'x' } }, ['/constants/ticket.key']],
    [
      'a field twice',
      { ...CREATE, constants: { ...CREATE.constants, 'principal.name': 'dba' } },
      ['/mapping/principal.name'],
    ],
    [
      'two ends',
      { ...CREATE, constants: { ...CREATE.constants, duration: 'PT6H', expiresAt: '2030-01-01T00:00:00Z' } },
      ['/mapping/expiresAt'],
    ],
    [
      'a duration that is none',
      { ...CREATE, constants: { ...CREATE.constants, duration: '6h' } },
      ['/constants/duration'],
    ],
    [
      'a constant time',
      { ...END, constants: { 'ticket.system': 'jira', occurredAt: '2030-01-01T00:00:00Z' } },
      ['/constants/occurredAt'],
    ],
    [
      'a guard that points badly',
      { ...END, guards: { equals: { status: 'x', '/a~2': 1 } } },
      ['/guards/equals/status', '/guards/equals/~1a~02'],
    ],
    [
      'a guard over the whole payload, or of a number that is not kept digit by digit',
      { ...END, guards: { equals: { '': 'x', '/a': 12345678901234567000, '/b': 1e300, '/c': 1e-200, '/d': 0.1 } } },
      ['/guards/equals/', '/guards/equals/~1a', '/guards/equals/~1b', '/guards/equals/~1c'],
    ],
    ['an age of what says no time', { ...CREATE, guards: { maxAge: 'PT5M' } }, ['/guards/maxAge']],
    [
      'a whsec_ that is not Base64',
      { ...CREATE, format: 'standard-webhooks', header: undefined, secret: 'whsec_not-base-64-!' },
      ['/secret'],
    ],
    [
      'a whsec_ that is short',
      { ...CREATE, format: 'standard-webhooks', header: undefined, secret: 'whsec_aGVsbG8gd29y' },
      ['/secret'],
    ],
    ['another principal type', { ...CREATE, constants: { ...CREATE.constants, 'principal.type': 'USER' } }, []],
  ])('is refused with %s', (_what, body, pointers) => {
    expect(faultsOf(body)).toEqual(pointers);
  });

  it.each<[string, object, Partial<Targets>, string[]]>([
    ['a project of a stranger', END, { project: { ...project, federationId: 'fed_other' } }, ['/projectId']],
    ['no such project', END, { project: undefined }, ['/projectId']],
    ['an identity provider of a stranger', REVOKE, { identityProvider: undefined }, ['/identityProviderId']],
    ['one that is not connected', CREATE, { grantFacts: unconnected }, ['/identityProviderId']],
    [
      'roles, clusters and principals that are not there',
      {
        ...CREATE,
        constants: {
          'roles.custom': ['auditor'],
          'scope.clusterIds': [IDS.prj.replace('prj', 'cls')],
          'principal.type': 'USER',
        },
      },
      { grantFacts: unconnected },
      [
        '/identityProviderId',
        '/constants/principal.type',
        '/constants/roles.custom/0',
        '/constants/scope.clusterIds/0',
      ],
    ],
  ])('is refused with %s', (_what, body, more, pointers) => {
    expect(faultsOf(body, more)).toEqual(pointers);
  });

  it('is told every fault at once', () => {
    const body = {
      ...CREATE,
      header: undefined,
      mapping: { 'ticket.key': 'no pointer', 'incident.key': '/x' },
      constants: { duration: 'P1Y' },
      guards: { equals: { x: 1 }, maxAge: 'PT5M' },
    };
    expect(faultsOf(body, { project: undefined, identityProvider: undefined })).toEqual([
      '/header',
      '/projectId',
      '/identityProviderId',
      '/mapping/ticket.key',
      '/mapping/incident.key',
      '/constants/duration',
      '/mapping/principal.name',
      '/mapping/ticket.system',
      '/constants/roles.builtIn',
      '/guards/equals/x',
      '/guards/maxAge',
    ]);
  });

  it.each([
    ['an unknown field', { ...REVOKE, mapping: { 'incident.title': '/x' } }],
    ['an expression', { ...REVOKE, mapping: { reason: { jsonata: '$uppercase(x)' } } }],
    ['a short secret', { ...REVOKE, secret: 'fifteen letters' }],
    ['no action', { ...REVOKE, action: 'FREEZE' }],
    ['too many actions', { ...REVOKE, guards: { maxActionsPerHour: 1001 } }],
    ['an object to be equal to', { ...REVOKE, guards: { equals: { '/x': {} } } }],
  ])('takes no body with %s', (_what, body) => {
    expect(NewHook.safeParse(body).success).toBe(false);
  });
});
