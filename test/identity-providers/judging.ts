/** Judging an issuer in a test: as registered with the issuer that its own document names, unless said otherwise. */
import { type JudgedIssuer, judgeIssuer, type Settings } from '../../shared/identity-providers/judge.ts';
import type { Fetched } from '../../shared/identity-providers/prove.ts';
import type { Finding } from '../../shared/platform/finding.ts';
import type { JsonObject } from '../../shared/platform/json-object.ts';
import { anIdentityProvider, factsOf } from './an-identity-provider.ts';

export function judged(
  document: JsonObject,
  settings: Partial<Settings> = {},
  keys?: JsonObject | Fetched | null,
): JudgedIssuer {
  const issuerUri = settings.issuerUri ?? String(document.issuer);
  return judgeIssuer(anIdentityProvider({ ...settings, issuerUri }), factsOf(issuerUri, document, keys));
}

export const codes = ({ findings }: JudgedIssuer) => findings.map(({ severity, code }) => `${severity} ${code}`);

export function found({ findings }: JudgedIssuer, code: string): Finding {
  const finding = findings.find((one) => one.code === code);
  if (!finding) throw new Error(`no ${code} among ${findings.map((one) => one.code).join(', ')}`);
  return finding;
}
