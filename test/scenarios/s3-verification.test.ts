import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../client/index.ts';
import { rig } from '../rig/rig.ts';

const { api, dns, system, aFederation, aDomain, aLookAt, aVerifiedDomain } = rig();
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const read = async (id: string) => (await api.get(`/v1/domains/${id}`)).body;
const move = async (ms: number) => system.moveClock((await system.now()) + ms);

describe('S3 domain verification', () => {
  it('is polled in the background until the record is there, with growing gaps', async () => {
    const domain = await aDomain(await aFederation());
    const added = Date.parse(domain.createdAt);
    expect(Date.parse(domain.nextCheckAt ?? '')).toBe(added + MINUTE_MS);
    let before = domain.nextCheckAt;
    const gaps: number[] = [];
    for (let look = 1; look <= 4; look++) {
      await system.moveClock(String(before));
      const { nextCheckAt, lastAttempt } = await read(domain.id);
      expect(lastAttempt).toMatchObject({ outcome: 'NOT_PROVED', finding: { code: 'no-record' } });
      gaps.push(Date.parse(String(nextCheckAt)) - Date.parse(String(before)));
      before = String(nextCheckAt);
    }
    expect(gaps).toEqual([...gaps].sort((one, other) => one - other));
    expect(gaps.at(-1)).toBeGreaterThan(4 * (gaps[0] ?? 0));

    await dns.set(domain.proof.recordName, 'TXT', domain.proof.recordValue);
    await system.moveClock(String(before));
    expect(await read(domain.id)).toMatchObject({ status: 'VERIFIED', lastAttempt: { outcome: 'PROVED' } });
    const attempts = (await api.get(`/v1/domains/${domain.id}/verifications`)).body.items ?? [];
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['PROVED', ...Array(4).fill('NOT_PROVED')]);
  });

  it('is done at once on demand, by the record at the challenge’s label too', async () => {
    const domain = await aDomain(await aFederation());
    await dns.set(String(domain.proof.alternativeRecordName), 'TXT', domain.proof.recordValue);
    expect(await aLookAt(domain)).toMatchObject({ status: 'VERIFIED' });
  });

  it('is given up after 30 days, and the name can be added anew', async () => {
    const federation = await aFederation();
    const domain = await aDomain(federation);
    const expiresAt = Date.parse(String(domain.expiresAt));
    expect(expiresAt).toBe(Date.parse(domain.createdAt) + 30 * DAY_MS);
    await system.moveClock(expiresAt - MINUTE_MS); // the clock runs on while what came due is done
    expect(await read(domain.id)).toMatchObject({ status: 'PENDING' });
    await dns.set(domain.proof.recordName, 'TXT', domain.proof.recordValue);
    await system.moveClock(expiresAt);
    expect(await read(domain.id)).toMatchObject({
      status: 'EXPIRED',
      nextCheckAt: null,
      findings: expect.arrayContaining([expect.objectContaining({ code: 'domain-expired' })]),
    });
    expect(await api.post(`/v1/domains/${domain.id}/verifications`)).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/domain-expired$/) },
    });
    const again = await aDomain(federation, domain.domainName);
    expect(again.proof.recordValue).not.toBe(domain.proof.recordValue);
  });

  it('a verified domain is looked at daily: warned about, suspended after 72 hours of seen failures, restored', async () => {
    const domain = await aVerifiedDomain(await aFederation());
    const { recordName: name, recordValue } = domain.proof;
    const days = async (count: number) => {
      for (let day = 0; day < count; day++) await move(DAY_MS + MINUTE_MS);
      return (await read(domain.id)).status;
    };
    await dns.setFault(name, 'SERVFAIL');
    expect(await days(5)).toBe('VERIFIED');
    await dns.setFault(name, null);
    await dns.remove(name, 'TXT');
    expect(await days(1)).toBe('LAPSING');
    const { failingSince, findings } = await read(domain.id);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'domain-lapsing', severity: 'WARNING' }));

    // However often it is seen to be missing within 72 hours: nothing more.
    const end = Date.parse(String(failingSince)) + 3 * DAY_MS;
    for (let look = 0; look < 5; look++) expect((await aLookAt(domain)).status).toBe('LAPSING');
    expect(await days(2)).toBe('LAPSING');
    if ((await system.now()) < end) await system.moveClock(end);
    expect(await aLookAt(domain)).toMatchObject({
      status: 'SUSPENDED',
      findings: expect.arrayContaining([expect.objectContaining({ code: 'domain-suspended', severity: 'ERROR' })]),
    });
    await dns.set(name, 'TXT', recordValue);
    expect(await days(1)).toBe('VERIFIED');
  });
});

describe('S3 what an attempt says', () => {
  const OTHER_PROOF = 'sallyport-site-verification=0000000000000000000000';
  type Domain = Awaited<ReturnType<typeof aDomain>>;
  interface Fault {
    readonly what: string;
    readonly publish: (domain: Domain) => Promise<void>;
    readonly code: string;
    readonly outcome?: Schemas['VerificationAttempt']['outcome'];
    readonly message: (domain: Domain) => string;
    readonly fix: (domain: Domain) => string;
  }
  it.each<Fault>([
    {
      what: 'there is no record',
      publish: async () => undefined,
      code: 'no-record',
      message: ({ domainName }) =>
        `There is no TXT record at ${domainName}, nor at _sallyport-challenge.${domainName}.`,
      fix: ({ domainName, proof }) => `Publish the TXT record ${proof.recordValue} at ${domainName}, or at`,
    },
    {
      what: 'there are other records only',
      publish: ({ domainName }) => dns.set(domainName, 'TXT', ['v=spf1 -all', 'other']),
      code: 'record-missing',
      message: ({ domainName }) => `At ${domainName} there is "v=spf1 -all" and 1 more.`,
      fix: ({ proof }) => `Publish the TXT record ${proof.recordValue}`,
    },
    {
      what: 'the provider added the zone to the name',
      publish: ({ domainName, proof }) => dns.set(`${domainName}.${domainName}`, 'TXT', proof.recordValue),
      code: 'record-at-doubled-name',
      message: ({ domainName }) => `The record is at ${domainName}.${domainName}`,
      fix: ({ domainName }) => `Leave ${domainName} out of the name there; @ or an empty name stands for`,
    },
    {
      what: 'quotes were pasted along',
      publish: ({ domainName, proof }) => dns.set(domainName, 'TXT', `"${proof.recordValue}"`),
      code: 'record-with-quotes',
      message: ({ domainName }) => `The record at ${domainName} has quotes or spaces around the value`,
      fix: ({ proof }) => `Remove them: the value is ${proof.recordValue}, and nothing else.`,
    },
    {
      what: 'the value was altered',
      publish: ({ domainName, proof }) => dns.set(domainName, 'TXT', `${proof.recordValue}.`),
      code: 'record-altered',
      message: ({ domainName }) => `The record at ${domainName} is not exactly the value`,
      fix: () => 'with nothing left out and nothing added.',
    },
    {
      what: 'the name is an alias',
      publish: async ({ domainName }) => {
        await dns.set(domainName, 'CNAME', `shop.${domainName}.elsewhere.net`);
        await dns.set(`shop.${domainName}.elsewhere.net`, 'TXT', 'v=spf1 of the shop');
      },
      code: 'name-is-alias',
      message: ({ domainName }) => `${domainName} is an alias of shop.${domainName}.elsewhere.net`,
      fix: ({ domainName }) => `at _sallyport-challenge.${domainName}.`,
    },
    {
      what: 'the servers fail',
      publish: ({ domainName }) => dns.setFault(domainName, 'SERVFAIL'),
      code: 'look-up-failed',
      outcome: 'UNKNOWN',
      message: ({ domainName }) => `${domainName} could not be looked up: SERVFAIL. Nothing was decided.`,
      fix: () => 'It is tried again by itself.',
    },
  ])('$what', async ({ publish, code, outcome = 'NOT_PROVED', message, fix }) => {
    const domain = await aDomain(await aFederation());
    await publish(domain);
    const { status, lastAttempt } = await aLookAt(domain);
    expect({ status, outcome: lastAttempt?.outcome, code: lastAttempt?.finding.code }).toEqual({
      status: 'PENDING',
      outcome,
      code,
    });
    expect(lastAttempt?.finding.message).toContain(message(domain));
    expect(lastAttempt?.finding.fix).toContain(fix(domain));
    expect(lastAttempt?.exchanges.find(({ asked }) => asked === `TXT ${domain.domainName}`)).toMatchObject({
      from: expect.stringContaining(dns.address),
      got: expect.stringMatching(/./),
    });
    await dns.setFault(domain.domainName, null);
  });

  it('an older answer is kept, and until when', async () => {
    const domain = await aDomain(await aFederation());
    await dns.set(domain.domainName, 'TXT', OTHER_PROOF, 300);
    const { lastAttempt } = await aLookAt(domain);
    const until = new Date(Date.parse(lastAttempt?.at ?? '') + 300 * SECOND_MS).toISOString();
    expect(lastAttempt).toMatchObject({
      finding: {
        code: 'record-of-another-proof',
        fix: expect.stringContaining(`wait: resolvers may still give the older answer until ${until}.`),
      },
    });
    expect(lastAttempt?.exchanges[0]).toMatchObject({ asked: `TXT ${domain.domainName}`, keptUntil: until });
  });

  it('an answer too long for UDP is read by TCP', async () => {
    const domain = await aDomain(await aFederation());
    const others = Array.from({ length: 40 }, (_, n) => `marketing-verification=${n}`);
    await dns.set(domain.domainName, 'TXT', [...others, domain.proof.recordValue]);
    expect(await aLookAt(domain)).toMatchObject({ status: 'VERIFIED' });
    const questions = await dns.questions(domain.domainName);
    expect(questions.filter(({ type }) => type === 'TXT').map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
  });
});
