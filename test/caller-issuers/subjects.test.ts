import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern, patternFault } from '../../shared/caller-issuers/subjects.ts';

describe('O1 subjects of a caller issuer', () => {
  it.each([
    ['repo:acme/infra:environment:production', 'repo:acme/infra:environment:production', true],
    ['repo:acme/infra:environment:production', 'repo:acme/infra:environment:Production', false],
    ['repo:acme/infra:*', 'repo:acme/infra:ref:refs/heads/main', true],
    ['repo:acme/infra:*', 'repo:acme/infra:', true],
    // GitHub's subjects of repositories made or renamed since July 2026 have numbers that outlive their names.
    ['repo:acme/infra:*', 'repo:acme@123456/infra@74:environment:production', false],
    ['repo:acme@123456/infra@74:*', 'repo:acme@123456/infra@74:environment:production', true],
    ['repo:acme/infra:*', 'repo:acme/infra', false],
    ['repo:acme/infra:*', 'repo:acme/infra-evil:ref:refs/heads/main', false],
    ['repo:acme/infra:*', 'xrepo:acme/infra:ref', false],
    ['repo:acme/*:environment:production', 'repo:acme/infra:environment:production', true],
    ['repo:acme/*:environment:production', 'repo:acme/infra:environment:production2', false],
    ['repo:a*a', 'repo:a', false], // the same letter is not counted twice
    ['repo:a*a', 'repo:aa', true],
    ['repo:**', 'repo:x', true],
    ['repo:a*b*c', 'repo:a-c-b-c', true],
    ['repo:a*b*c', 'repo:a-c-b', false],
  ])('%s takes %s: %s', (pattern, subject, taken) => {
    expect(matchesPattern(pattern, subject)).toBe(taken);
  });

  it('match as a regular expression of the same meaning does', () => {
    const text = (unit: string[]) => fc.string({ unit: fc.constantFrom(...unit), maxLength: 12 });
    fc.assert(
      fc.property(text(['a', 'b', '.', '*']), text(['a', 'b', '.', '(']), (pattern, subject) => {
        const parts = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
        expect(matchesPattern(pattern, subject)).toBe(new RegExp(`^${parts.join('[^]*')}$`).test(subject));
      }),
    );
  });

  it('take no longer for a hostile one', () => {
    expect(matchesPattern(`repo${'*a'.repeat(250)}b`, `repo${'a'.repeat(60_000)}`)).toBe(false);
  });

  it.each(['*', '**', 'a*', 'abc*', '*:production', 'repo:*', 'repo:a*', 'repo:acme*/infra:x', 'repo:/*'])(
    '%s lets strangers in, and is refused',
    (pattern) => {
      expect(patternFault(pattern)).toMatch(/repo:acme/);
    },
  );
  it.each(['a', 'repo:acme/*', 'repo:acme/infra:*', 'repo:acme@1/infra@74:*', 'system:serviceaccount:ci:*'])(
    '%s is taken',
    (pattern) => {
      expect(patternFault(pattern)).toBeUndefined();
    },
  );
});
