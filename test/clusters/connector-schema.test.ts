import { describe, expect, it } from 'vitest';
import { Connector, NewConnector, viewConnector } from '../../shared/clusters/connector-schema.ts';

const connector = (uri: string) => ({
  type: 'mongodb',
  uris: [uri],
  authNamePrefix: 'acme',
  username: 'sallyport',
  password: 'correct horse',
});

describe('D1 the addresses of a connector', () => {
  it.each([
    'mongodb://db0.acme.internal:27017,db1.acme.internal:27017/?replicaSet=rs0&tls=true',
    'mongodb+srv://db.acme.com/admin?authSource=admin',
    'mongodb://[::1]:27017',
  ])('are hosts with options that are no secrets: %s', (uri) => {
    expect(NewConnector.safeParse(connector(uri)).success).toBe(true);
  });

  it.each([
    ['another scheme', 'https://db0.acme.internal'],
    ['a user', 'mongodb://alice:secret@db0'],
    ['a password of a proxy', 'mongodb://db0/?proxyHost=p&proxyPassword=secret'],
    ['a password of a key file', 'mongodb://db0/?tls=true&TLSCertificateKeyFilePassword=secret'],
    ['a session token', 'mongodb://db0/?authMechanismProperties=AWS_SESSION_TOKEN:secret'],
    ['a second question mark', 'mongodb://db0/?tls=true?&proxyPassword=secret'],
  ])('never hold %s', (_what, uri) => {
    const parsed = NewConnector.safeParse(connector(uri));
    expect(parsed.error?.issues).toMatchObject([{ path: ['uris', 0] }]);
    expect(JSON.stringify(parsed.error?.issues)).not.toContain('secret');
  });

  it('are shown without the password', () => {
    const { password: _, ...stored } = connector('mongodb://db0');
    const shown = viewConnector(Connector.parse({ ...stored, sealedPassword: 'sealed' }));
    expect(shown).toEqual(stored);
  });
});
