import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NewGrant } from '../../shared/grants/schema.ts';
import { nested } from '../../shared/hooks/fields.ts';
import { declinedBy, readDelivery } from '../../shared/hooks/reading.ts';
import { T0 } from '../grants/a-grant.ts';
import { anIncident, anIssue } from '../peers/hook-senders.ts';
import { aHook, IDS } from './a-hook.ts';

const MINUTE = 60_000;
const REQUEST = { number: 'RITM1', group: 'db-oncall', duration: 'PT6H' };
const guards = { equals: {}, maxAgeMs: null, maxActionsPerHour: null };

describe('I1 what a delivery says', () => {
  it('fills fields from the payload and the constants, as the body that a caller would send', () => {
    const { fields, faults } = readDelivery(aHook(), REQUEST, T0);
    expect(faults).toEqual([]);
    expect(nested(fields)).toEqual({
      ticket: { system: 'servicenow', key: 'RITM1' },
      principal: { name: 'db-oncall' },
      roles: { builtIn: 'readAnyDatabase' },
      duration: 'PT6H',
    });
  });

  it('names every field that the payload has not got, with its place, and the wrong ones beside', () => {
    const { faults } = readDelivery(aHook(), { number: null, duration: 'six hours' }, T0);
    expect(faults.map(({ pointer, message }) => `${pointer} ${message.split(':', 1)[0]}`).sort()).toEqual([
      '/duration duration',
      '/group principal.name',
      '/number ticket.key',
    ]);
  });

  it.each([
    ['ticket.key', 12345, '12345'],
    ['ticket.key', true, 'true'],
    ['roles.custom', 'auditor', ['auditor']],
    ['roles.custom', ['auditor', 'reader'], ['auditor', 'reader']],
    ['ticket.reason', 'x'.repeat(5000), 'x'.repeat(2000)],
    ['ticket.reason', `${'x'.repeat(1999)}😀`, `${'x'.repeat(1999)}\ufffd`],
    ['ticket.approver', null, undefined],
    ['ticket.approver', '', undefined],
    ['ticket.reason', '  \n', undefined],
  ])('%s of %j is %j', (name, given, wanted) => {
    const hook = aHook({ mapping: { [name]: '/value' }, constants: {} });
    const { fields, faults } = readDelivery(hook, { value: given }, T0);
    expect(faults).toEqual([]);
    expect(Object.entries(fields)).toEqual(wanted === undefined ? [] : [[name, wanted]]);
  });

  it.each(['duration', 'expiresAt', 'startsAt', 'scope.clusterIds', 'roles.builtIn', 'principal.name', 'ticket.key'])(
    '%s is never left out silently: the grant would give more, last longer, or be found by nobody',
    (name) => {
      for (const value of [null, '', [], {}]) {
        const { fields, faults } = readDelivery(aHook({ mapping: { [name]: '/value' }, constants: {} }), { value }, T0);
        expect([value, fields, faults.length]).toEqual([value, {}, 1]);
      }
    },
  );

  it('takes no number whose last digits are lost: it would name another ticket', () => {
    const hook = aHook({ mapping: { 'ticket.key': '/k' } });
    for (const number of ['12345678901234567890', '1e21', '1e400', '9007199254740993']) {
      expect(readDelivery(hook, JSON.parse(`{"k": ${number}}`), T0).faults).toMatchObject([{ pointer: '/k' }]);
    }
    expect(readDelivery(hook, { k: 9007199254740991 }, T0).fields['ticket.key']).toBe('9007199254740991');
  });

  it('takes nothing that is half a character', () => {
    const { faults } = readDelivery(aHook({ mapping: { 'ticket.key': '/k' } }), JSON.parse('{"k": "OPS-\\ud800"}'), T0);
    expect(faults).toEqual([{ pointer: '/k', message: 'ticket.key: It holds half of a surrogate pair.' }]);
  });

  it('whatever the payload is, ends in fields that a grant takes, or in faults', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('number', 'group', 'duration'), fc.jsonValue()), (payload) => {
        const { fields, faults } = readDelivery(aHook(), payload, T0);
        if (faults.length > 0) return;
        const body = nested({ 'principal.type': 'GROUP', ...fields });
        expect(NewGrant.safeParse({ ...body, identityProviderId: IDS.idp }).error).toBeUndefined();
      }),
    );
  });
});

describe('I1 guards', () => {
  it.each([
    ['approved', 'approved', true],
    ['approved', 'Approved', false],
    [1, 1, true],
    [1, '1', false],
    [true, true, true],
    [null, null, true],
  ])('%j wanted, %j there: %s', (wanted, there, holds) => {
    const hook = aHook({ guards: { ...guards, equals: { '/state': wanted } } });
    expect(declinedBy(readDelivery(hook, { ...REQUEST, state: there }, T0).guards) === undefined).toBe(holds);
  });

  it('decline what points nowhere, before anything is asked of the rest', () => {
    const hook = aHook({ guards: { ...guards, equals: { '/event/type': 'x' } } });
    expect(declinedBy(readDelivery(hook, {}, T0).guards)).toBe('/event/type is not "x".');
  });

  it.each([
    [0, true],
    [5 * MINUTE, true],
    [5 * MINUTE + 1, false],
    [-5 * MINUTE, true],
    [-5 * MINUTE - 1, false],
  ])('maxAge PT5M of an event %d ms ago: %s', (age, holds) => {
    const hook = aHook({
      signing: { format: 'pagerduty-v3' },
      doing: { action: 'REVOKE_JWKS', identityProviderId: IDS.idp },
      mapping: {},
      constants: {},
      guards: { ...guards, maxAgeMs: 5 * MINUTE },
    });
    const { guards: checks, faults } = readDelivery(hook, anIncident(T0 - age), T0);
    expect([declinedBy(checks) === undefined, faults]).toEqual([holds, []]);
  });

  it.each([
    ['RFC 3339', '2026-11-25T13:00:00+01:00', Date.parse('2026-11-25T12:00:00Z')],
    ['seconds', 1_764_072_000, 1_764_072_000_000],
    ['milliseconds', 1_764_072_000_123, 1_764_072_000_123],
  ])('a payload’s own time is %s', (_what, value, at) => {
    const hook = aHook({ mapping: { occurredAt: '/at' } });
    expect(readDelivery(hook, { at: value }, T0)).toMatchObject({ occurredAt: at, faults: [] });
  });

  it.each(['yesterday', -1, 1.5, null, {}, '2026-11-25 12:00:00', 253_402_300_800_000, Number.MAX_SAFE_INTEGER])(
    '%j is no time, and said so where it is mapped',
    (value) => {
      const hook = aHook({ mapping: { occurredAt: '/at' } });
      const { faults, occurredAt } = readDelivery(hook, { at: value }, T0);
      expect([faults.map(({ pointer }) => pointer), occurredAt]).toEqual([['/at'], null]);
    },
  );

  it('a time that no calendar has is no time, also where its age is asked for', () => {
    const hook = aHook({ signing: { format: 'jira-websub' }, guards: { ...guards, maxAgeMs: 5 * MINUTE } });
    const { faults, guards: checks } = readDelivery(hook, { ...REQUEST, timestamp: 8_640_000_000_000_001 }, T0);
    expect([faults.map(({ pointer }) => pointer), checks]).toEqual([['/timestamp'], []]);
  });

  it('a format’s own place is not asked for when nobody relies on it', () => {
    const hook = aHook({ signing: { format: 'jira-websub' }, mapping: {}, constants: {} });
    expect(readDelivery(hook, anIssue(T0, 'OPS-1', 'Closed'), T0)).toMatchObject({ occurredAt: T0, faults: [] });
    expect(readDelivery(hook, { action: 'closed' }, T0)).toMatchObject({ occurredAt: null, faults: [] });
  });
});
