import { describe, expect, it } from 'vitest';
import {
  type Action,
  allows,
  authorize,
  authorizeAnywhere,
  isBelow,
  RIGHTS,
  seesOthers,
} from '../../shared/callers/rights.ts';
import { BOOTSTRAP, type Held, Role, type Scope } from '../../shared/callers/schema.ts';
import { problemOf } from '../rig/problem-of.ts';
import { aCaller } from './a-caller.ts';

const PLACE = { federationId: 'fed_1', organizationId: 'org_1', projectId: 'prj_1', clusterId: 'cls_1' };
const SCOPES: Scope[] = [
  { type: 'FEDERATION', id: 'fed_1' },
  { type: 'ORGANIZATION', id: 'org_1' },
  { type: 'PROJECT', id: 'prj_1' },
  { type: 'CLUSTER', id: 'cls_1' },
];
const holding = (role: Role, scope: Scope): Held => ({ role, scope, place: PLACE });
const actions = Object.keys(RIGHTS).filter((name): name is Action => name in RIGHTS);

describe('O1 the table of rights', () => {
  it.each(Role.options)('gives %s exactly what it says, in every scope that covers the place', (role) => {
    for (const scope of SCOPES)
      for (const action of actions) {
        const attempt = () => authorize({ caller: aCaller(holding(role, scope)), action }, PLACE);
        if (allows(role, action)) expect(attempt).not.toThrow();
        else expect(problemOf(attempt)).toMatchObject({ type: 'forbidden', message: expect.stringContaining(role) });
      }
  });

  it.each(Role.options)('shows %s nothing outside its scope, whatever it may do inside', (role) => {
    for (const { type } of SCOPES) {
      const caller = aCaller({ role, scope: { type, id: 'other' }, place: PLACE });
      for (const action of actions)
        expect(problemOf(() => authorize({ caller, action }, PLACE)).type).toBe('not-found');
    }
  });

  it('joins what a caller holds: one right that reaches the place is enough, and no right reaches further', () => {
    const caller = aCaller(
      holding('AUDITOR', { type: 'FEDERATION', id: 'fed_1' }),
      holding('OWNER', { type: 'PROJECT', id: 'prj_1' }),
    );
    expect(() => authorize({ caller, action: 'cluster.write' }, PLACE)).not.toThrow();
    const elsewhere = { ...PLACE, projectId: 'prj_2', clusterId: 'cls_2' };
    expect(problemOf(() => authorize({ caller, action: 'cluster.write' }, elsewhere)).type).toBe('forbidden');
    expect(() => authorize({ caller, action: 'cluster.read' }, elsewhere)).not.toThrow();
  });

  it('lets the bootstrap key do everything, and nobody else make federations', () => {
    for (const action of actions) expect(() => authorize({ caller: BOOTSTRAP, action }, PLACE)).not.toThrow();
    for (const role of Role.options) {
      const caller = aCaller(holding(role, { type: 'FEDERATION', id: 'fed_1' }));
      expect(problemOf(() => authorizeAnywhere({ caller, action: 'federation.create' }))).toMatchObject({
        type: 'forbidden',
        message: `The role ${role} does not allow federation.create here. Ask the operator, who has the bootstrap key.`,
      });
    }
  });

  it('keeps a requester to its own grants, unless another role of it reaches further', () => {
    const project: Scope = { type: 'PROJECT', id: 'prj_1' };
    const requester = aCaller(holding('REQUESTER', project));
    expect(seesOthers({ caller: requester, action: 'grant.read' }, PLACE)).toBe(false);
    const both = aCaller(holding('REQUESTER', project), holding('AUDITOR', project));
    expect(seesOthers({ caller: both, action: 'grant.read' }, PLACE)).toBe(true);
    expect(seesOthers({ caller: both, action: 'grant.write' }, PLACE)).toBe(false);
  });

  it('puts a requester below an access administrator, and nobody else', () => {
    expect(Role.options.filter((role) => isBelow(role, 'ACCESS_ADMINISTRATOR'))).toEqual(['REQUESTER']);
    expect(Role.options.filter((role) => isBelow(role, 'OWNER'))).toEqual(
      Role.options.filter((role) => role !== 'OWNER'),
    );
  });
});
