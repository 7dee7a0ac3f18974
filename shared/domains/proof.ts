/** What a federation publishes to prove a domain: exactly, and where (S2). Pure. */
import { NAME_CHARACTERS_MAX, registeredName } from './names.ts';
import type { Domain } from './schema.ts';
import type { ProofView } from './view-schema.ts';

const PREFIX = 'sallyport-site-verification=';
const FILE = 'sallyport-site-verification.html';

/** TXT record's value and file's content alike: 50 characters. */
export const proofValue = ({ token }: Pick<Domain, 'token'>): string => PREFIX + token;
export const isAnyProof = (text: string): boolean => text.startsWith(PREFIX);

/** An underscored label of the service's own, which no host has (RFC 8552). */
export const challengeName = (domainName: string): string => `_sallyport-challenge.${domainName}`;

/**
 * Either proves it; a name with a CNAME can only use the second (RFC 1034 section 3.6.2), a name that is too long for
 * one more label only the first.
 */
export const recordNames = (domainName: string): readonly string[] =>
  [domainName, challengeName(domainName)].filter(({ length }) => length <= NAME_CHARACTERS_MAX);

/** Where the record lands when a provider adds the zone to a name that was entered in full: `acme.com.acme.com`. */
export const doubledNames = (domainName: string): readonly string[] =>
  [...new Set([domainName, registeredName(domainName)])]
    .flatMap((zone) => recordNames(domainName).map((name) => `${name}.${zone}`))
    .filter(({ length }) => length <= NAME_CHARACTERS_MAX);

/** Where the file is looked for: the scheme and port are other ones only with trusted loopback. */
export interface Site {
  readonly scheme: 'https' | 'http';
  /** Null: the scheme's own. */
  readonly port: number | null;
}
const PUBLIC_SITE: Site = { scheme: 'https', port: null };

/** The second is writable by fewer people than a site's root: no wiki page or upload lands there (RFC 8615). */
export function fileUrls(domainName: string, { scheme, port }: Site = PUBLIC_SITE): readonly [string, string] {
  const origin = `${scheme}://${domainName}${port === null ? '' : `:${port}`}`;
  return [`${origin}/${FILE}`, `${origin}/.well-known/${FILE}`];
}

export function viewProof(domain: Domain): ProofView {
  const value = proofValue(domain);
  switch (domain.method) {
    case 'DNS_RECORD': {
      const [recordName = domain.domainName, alternativeRecordName = null] = recordNames(domain.domainName);
      return { recordType: 'TXT', recordName, recordValue: value, alternativeRecordName };
    }
    case 'HTML_FILE_UPLOAD': {
      const [url, alternativeUrl] = fileUrls(domain.domainName);
      return { url, content: value, alternativeUrl };
    }
  }
}
