/** The commands of docs/guides/curl.md, in their order and as they stand there, on a system with an issuer. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../shared/platform/problems.ts';
import { answersIn, readGuide, runBlock } from '../docs/guide.ts';
import { startIssuers } from '../peers/issuer.ts';
import type { Issuer } from '../peers/issuer-interface.ts';
import type { Body } from '../rig/answer.ts';
import { rig } from '../rig/rig.ts';

const { system, aToken, introspect } = rig();
const issuers = await startIssuers();
const guide = await readGuide('curl');
let issuer: Issuer;

const HEADINGS = ['1. A project', '2. A policy', '3. Try', '4. Time', '5. By ticket', '6. Many', '7. What a refusal'];
const [opening = ''] = /```sh\n(.*?)```/s.exec(guide.text)?.slice(1) ?? [];
/** By heading: what its blocks print, the blocks being run one after another in one shell. */
let printed: ReadonlyMap<string, string>;
/** The shell's variables at the end. */
let variables: Readonly<Record<string, string>>;

beforeAll(async () => {
  issuer = await issuers.create();
  const { issuerUri: ISSUER, clientId: CLIENT_ID, audience: AUDIENCE } = issuer;
  const given = { API: system.url, KEY: system.bootstrapKey, ISSUER, CLIENT_ID, AUDIENCE };
  const cuts = HEADINGS.map((heading) => [`echo; echo '== ${heading}'`, ...guide.blocks(heading, 'sh')].join('\n'));
  const script = [
    opening,
    ...cuts,
    "echo; echo '== end'",
    ...['CLS', 'PRJ', 'GRT'].map((name) => `echo ${name}=$${name}`),
  ];
  const all = await runBlock(script.join('\n'), given, { shell: 'sh' });
  printed = new Map(all.split(/^== /m).map((part) => [part.split('\n')[0] ?? '', part.slice(part.indexOf('\n'))]));
  variables = Object.fromEntries(
    (printed.get('end') ?? '')
      .trim()
      .split('\n')
      .map((line) => line.split('=')),
  );
});
afterAll(() => issuers.stop());
const answers = (heading: string): Body[] => answersIn(printed.get(heading) ?? '');

describe('A6 the curl guide', () => {
  it('runs each of its blocks', () => {
    expect(guide.text.match(/^```sh$/gm)).toHaveLength(
      1 + HEADINGS.flatMap((heading) => guide.blocks(heading, 'sh')).length,
    );
  });

  it('makes a project and connects the identity provider', () => {
    expect(answers('1. A project')).toMatchObject([{ status: 'CONNECTED' }]);
    expect(variables.CLS).toMatch(/^cls_/);
  });

  it('sets a policy, and gets an access token', () => {
    expect(answers('2. A policy')).toMatchObject([
      { rules: [{ name: 'tickets', longestDuration: 'P1D' }] },
      { token_type: expect.stringMatching(/^bearer$/i), access_token: expect.any(String) },
    ]);
  });

  it('tries, grants, and repeats without a second grant', () => {
    const [tried, grant, ...more] = answers('3. Try');
    expect(tried).toMatchObject({ dryRun: true, policyRule: 'tickets', remainingSeconds: 21_600 });
    expect(tried).not.toHaveProperty('id');
    expect(grant).toMatchObject({ status: 'ACTIVE', approval: { approver: 'bob@acme.com', assurance: 'ASSERTED' } });
    expect(more).toEqual([]);
    expect(printed.get('3. Try')?.trim().split('\n').at(-1)).toBe(grant?.id);
  });

  it('shows the time remaining, extends, ends', () => {
    const [before, extended, after] = answers('4. Time');
    expect(before?.remainingSeconds).toBeLessThanOrEqual(21_600);
    expect(extended?.remainingSeconds).toBeGreaterThan(43_000);
    expect(printed.get('4. Time')).toContain('\n204\n');
    expect(after).toMatchObject({ status: 'ENDED', endReason: 'ENDED' });
  });

  it('finds grants by their ticket and ends them: verdicts give only what came later', async () => {
    const [grant, list] = answers('5. By ticket');
    expect(list?.items).toMatchObject([{ id: grant?.id }]);
    expect(printed.get('5. By ticket')?.trim().split('\n').at(-1)).toBe('204');
    expect(variables.GRT).toBe(grant?.id);
    const token = await aToken(issuer, { sub: 'alice', groups: ['db-oncall'] });
    const [{ items } = {}] = answers('6. Many'); // which came after
    const [made] = items ?? [];
    expect((await introspect(variables.CLS ?? '', token)).body.grants).toEqual([Object(made?.grant).id]);
  });

  it('grants many in one call, each by itself', () => {
    expect(answers('6. Many')).toMatchObject([
      {
        items: [
          { status: 201, grant: { status: 'ACTIVE' } },
          { status: 422, problem: { type: expect.stringContaining('refused-by-policy') } },
        ],
      },
    ]);
  });

  it('shows refusals that say everything at once', () => {
    const [faults, policy, header, json, wrongKey] = answers('7. What a refusal');
    expect(faults?.errors?.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/principal/name', '/roles', '/duration']),
    );
    expect(policy?.errors?.map(({ pointer }) => pointer)).toEqual(['/duration', '/duration', '/ticket/approver']);
    expect([faults, policy, header, json, wrongKey].map((problem) => [problem?.status, nameOf(problem)])).toEqual([
      [422, 'invalid-body'],
      [422, 'refused-by-policy'],
      [400, 'invalid-query'],
      [400, 'invalid-json'],
      [401, 'unauthenticated'],
    ]);
  });

  it('explains problems that there are, each with its status', () => {
    const named = guide.table('7. What a refusal').flatMap(({ answer = '' }) => {
      const statuses = [...answer.matchAll(/(\d{3})((?: ?,? ?`[a-z-]+`)*)/g)];
      return statuses.flatMap(([, status, names = '']) =>
        [...names.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => ({ name, status: Number(status) })),
      );
    });
    expect(named.length).toBeGreaterThan(9);
    const catalogue: Readonly<Record<string, { status: number }>> = CATALOGUE;
    for (const { name, status } of named) expect([name, catalogue[name]?.status]).toEqual([name, status]);
  });
});

const nameOf = (problem: Body | undefined) => problem?.type?.split('/').at(-1);
