/**
 * Pure. GitHub Actions, GitLab CI and Kubernetes. Sources: docs.github.com and docs.gitlab.com, OpenID Connect in CI/CD;
 * kubernetes.io, Service account issuer discovery.
 */
import type { Finding } from '../platform/finding.ts';
import { warning } from './finding.ts';
import type { Settings } from './judge.ts';

export function adviseWorkload({ purpose, issuerUri, authorizationType, groupsClaim }: Settings): Finding[] {
  if (purpose === 'WORKFORCE') {
    const isGitLab = issuerUri === 'https://gitlab.com';
    const message = isGitLab
      ? 'GitLab signs people in, but gives them opaque access tokens; the tokens that others can check are those of its pipelines.'
      : 'This issuer gives tokens to pipelines and other machines; people cannot sign in with it.';
    return [warning('workload-issuer', message, 'Register it with purpose WORKLOAD.')];
  }
  if (authorizationType !== 'GROUP' || groupsClaim !== 'groups') return [];
  return [
    warning(
      'workload-no-groups',
      'Tokens of this issuer have no claim "groups", so every one of them is refused.',
      'Use authorizationType USER and grant to "sub", or register a claim of the token that is a list of texts.',
    ),
  ];
}
