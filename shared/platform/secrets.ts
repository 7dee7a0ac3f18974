/** Secrets that the deploy generated, read from Secrets Manager and kept for minutes. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Clock, type Instant, MINUTE_MS } from './time.ts';

/** A rotated secret takes effect in every instance within this time. */
const KEPT_MS = 5 * MINUTE_MS;

/** The secret's text. A failed read is not kept: the next call asks again. */
export type SecretReader = () => Promise<string>;

export function secretReader(secretId: string, clock: Clock): SecretReader {
  const client = new SecretsManagerClient({});
  let kept: { readonly text: Promise<string>; readonly until: Instant } | undefined;
  const read = async (): Promise<string> => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    if (!SecretString) throw new Error('the secret has no text');
    return SecretString;
  };
  return () => {
    if (kept && clock() < kept.until) return kept.text;
    const text = read();
    kept = { text, until: clock() + KEPT_MS };
    text.catch(() => {
      kept = undefined;
    });
    return text;
  };
}
