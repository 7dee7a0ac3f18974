import { describe, expect, it } from 'vitest';
import { identitiesOf } from '../../shared/hooks/identity.ts';
import type { Signing } from '../../shared/hooks/schema.ts';
import { T0 } from '../grants/a-grant.ts';
import { anIncident, gitHub, jira, pagerDuty, type Sent, signedBy, standardWebhook } from '../peers/hook-senders.ts';

const of = (format: Signing['format'], { headers, body }: Sent) =>
  identitiesOf({ format }, { headers, body: Buffer.from(body), payload: JSON.parse(body) });
const shareSome = (one: string[], other: string[]) => one.some((identity) => other.includes(identity));
const SECRET = 'a secret of more than sixteen';

describe('I1 a delivery that comes again', () => {
  it('by a later attempt is the same by its signed identifier alone', () => {
    const at = (now: number) => standardWebhook(SECRET, { a: now }, { now, id: 'msg_1' });
    expect(of('standard-webhooks', at(T0))).toEqual(of('standard-webhooks', at(T0 + 5000)));
    const svix = standardWebhook(SECRET, {}, { now: T0, id: 'msg_1', family: 'svix' });
    expect(of('standard-webhooks', svix)).toEqual(of('standard-webhooks', at(T0)));
    const incident = (title: string) => pagerDuty(SECRET, anIncident(T0, { id: '01E', title }));
    expect(of('pagerduty-v3', incident('one'))).toEqual(of('pagerduty-v3', incident('other')));
  });

  it.each([
    ['Jira', jira],
    ['GitHub', gitHub],
  ])('of %s is the same under its identifier, and also under another that a stranger made up', (_who, send) => {
    const first = of('jira-websub', send(SECRET, { a: 1 }, 'one'));
    expect(shareSome(first, of('jira-websub', send(SECRET, { a: 1 }, 'forged')))).toBe(true);
    expect(shareSome(first, of('jira-websub', send(SECRET, { a: 2 }, 'one')))).toBe(true);
    expect(shareSome(first, of('jira-websub', send(SECRET, { a: 2 }, 'two')))).toBe(false);
  });

  it('without any identifier is the same by its bytes', () => {
    const by = (payload: unknown) => of('hmac-sha256', signedBy(SECRET, payload, { header: 'x-signature' }));
    expect(by({ a: 1 })).toEqual(by({ a: 1 }));
    expect(by({ a: 1 })).not.toEqual(by({ a: 2 }));
    expect(of('pagerduty-v3', pagerDuty(SECRET, { event: { id: 5 } }))[0]).toMatch(/^body /);
  });
});
