import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { admissionWith } from '../../shared/callers/admission.ts';
import { formatAccessToken, formatClientSecret, formatKey } from '../../shared/callers/keys.ts';
import { BOOTSTRAP } from '../../shared/callers/schema.ts';
import { idsOn } from '../../shared/platform/ids.ts';
import { tableOn } from '../../shared/platform/table.ts';
import { T0 } from '../grants/a-grant.ts';

const ids = idsOn(() => T0);
const bootstrapKey = 'b'.repeat(40);
/** Nobody listens there: whoever asks it fails in another way than by a refusal. */
const table = tableOn(
  new DynamoDBClient({
    endpoint: 'http://127.0.0.1:1',
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 't', secretAccessKey: 't' },
  }),
  'nowhere',
);
const people = {
  vouched: () => Promise.reject(new Error('was asked')),
  callersOf: () => Promise.reject(new Error('was asked')),
};
const admit = admissionWith({ table, clock: () => T0, bootstrapKey: async () => bootstrapKey, people });

const about = () => Promise.reject(new Error('was asked'));

const key = formatKey(ids.next('key'), ids.secret(30));
const accessToken = formatAccessToken({ id: ids.next('tok'), issuedTo: ids.next('idp'), secret: ids.secret(30) });
const broken = (text: string): string => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0');

describe('O1 what is presented', () => {
  it.each([
    ['nothing', undefined],
    ['another scheme', `Basic ${key}`],
    ['no token', 'Bearer '],
    ['two tokens', `Bearer ${key} ${key}`],
    ['nonsense', 'Bearer nonsense'],
    ['a key with a wrong checksum', `Bearer ${broken(key)}`],
    ['an access token with a wrong checksum', `Bearer ${broken(accessToken)}`],
    ['a client secret', `Bearer ${formatClientSecret(ids.next('key'), ids.secret(30))}`],
    ['a JWT that is none', 'Bearer a.b.c'],
    ['almost the bootstrap key', `Bearer ${bootstrapKey}b`],
  ])('%s goes no further: neither the table nor an issuer is asked', async (_what, header) => {
    await expect(admit(header, about)).rejects.toMatchObject({ type: 'unauthenticated' });
  });

  it('the bootstrap key needs no table', async () => {
    const { keys, caller } = await admit(`bearer ${bootstrapKey}`, about);
    expect(keys).toEqual([]);
    expect(caller(new Map(), T0)).toBe(BOOTSTRAP);
  });

  it('a well-formed key is read by its id, and proves nobody when nothing is there', async () => {
    const { keys, caller } = await admit(`Bearer ${key}`, about);
    expect(keys).toHaveLength(1);
    expect(caller(new Map(), T0)).toBeUndefined();
  });
});
