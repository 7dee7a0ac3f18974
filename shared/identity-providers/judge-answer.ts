/** Pure. Why a document of an issuer could not be read. */
import { quote } from '../platform/evidence.ts';
import type { Finding } from '../platform/finding.ts';
import { error } from './finding.ts';
import type { Fetched } from './prove.ts';

const WORDS = {
  discovery: {
    name: 'discovery document',
    check:
      'Check issuerUri: the document of an issuer is found at its URL with /.well-known/openid-configuration added.',
  },
  'key-set': {
    name: 'key set',
    check: 'Correct jwks_uri in the issuer’s discovery document: it must answer with a JWK set.',
  },
} as const;

/** Empty for a document that was read. Codes are `discovery-…` or `key-set-…`. */
export function judgeDocument(which: keyof typeof WORDS, fetched: Fetched): Finding[] {
  const { name, check } = WORDS[which];
  switch (fetched.kind) {
    case 'document':
      return [];
    case 'failed':
      return [
        fetched.code === 'bad-url'
          ? error(`${which}-url-refused`, `The ${name} cannot be fetched from ${quote(fetched.url)}.`, fetched.detail)
          : error(
              `${which}-unreachable`,
              `The ${name} could not be fetched from ${quote(fetched.url)}.`,
              fetched.detail,
            ),
      ];
    case 'status':
      return [
        error(
          `${which}-not-found`,
          `${quote(fetched.url)} answered with status ${fetched.status} instead of 200.`,
          fixOfStatus(fetched, check),
        ),
      ];
    case 'unreadable':
      return [error(`${which}-unreadable`, `The ${name} at ${quote(fetched.url)} ${WHY[fetched.problem]}.`, check)];
  }
}

function fixOfStatus({ status, location }: Extract<Fetched, { kind: 'status' }>, check: string): string {
  if (location !== undefined) return `It redirects to ${quote(location)}, and redirects are not followed. ${check}`;
  if (status < 500) return check;
  return 'The issuer itself fails. Try again later; if it stays so, tell whoever runs it.';
}

const WHY = {
  'not-utf8': 'is not UTF-8 text',
  'not-json': 'is not JSON',
  'not-an-object': 'is no JSON object',
  'duplicate-member': 'names one of its members twice, and readers differ on which one counts',
} as const;
