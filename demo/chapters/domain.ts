/** Acme gets its federation, and proves that a domain is its own. */
import { unique, uniqueDomainName } from '../../test/rig/stories.ts';
import type { Stage } from '../stage.ts';
import type { Teller } from '../teller.ts';

export async function proveDomain(tell: Teller, { dns }: Stage): Promise<{ federationId: string; domainId: string }> {
  tell.page.chapter('A company, and a domain that it owns');
  const federation = await tell.make({
    say: 'The first owner, with the key that `npm start` wrote, makes a federation.',
    path: '/v1/federations',
    body: { name: unique('Acme') },
    show: ['name'],
  });
  const domainName = uniqueDomainName();
  const domain = await tell.make({
    say: 'Acme says that a domain is its own.',
    path: `/v1/federations/${federation.id}/domains`,
    body: { displayName: 'Acme', domainName, method: 'DNS_RECORD' },
    told: { status: 'PENDING' },
    show: ['status', 'proof'],
  });
  const { recordName, recordValue } = domain.proof ?? {};
  tell.check(recordName && recordValue, 'The answer holds exactly what to publish.', JSON.stringify(domain.proof));

  tell.page.say("Acme publishes it at the demo's own DNS server.");
  await dns.set(recordName, 'TXT', recordValue);
  tell.page.aside({ TXT: recordName, '': recordValue });

  await tell.ask({
    say: 'Sallyport would look within a minute; Acme asks it to look now.',
    method: 'POST',
    path: `/v1/domains/${domain.id}/verifications`,
    expect: [200],
    told: { status: 'VERIFIED' },
    show: ['status', 'verifiedAt'],
  });
  const asked = await dns.questions(recordName);
  tell.check(asked.length > 0, 'The domain is verified, but the DNS server was never asked.', recordName);
  tell.page.point(
    `${domainName} is Acme's; the DNS server was asked ${asked.length === 1 ? 'once' : `${asked.length} times`}.`,
  );
  return { federationId: federation.id, domainId: domain.id };
}
