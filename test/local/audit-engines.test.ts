import { verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bucketFolders } from '../../local/buckets.ts';
import { startKms } from '../../local/engines/kms.ts';
import type { LoopbackServer } from '../../local/engines/loopback-server.ts';
import { startS3 } from '../../local/engines/s3.ts';
import { CREDENTIALS, REGION, resolverFor } from '../../local/identities.ts';
import { keepSigningKeys } from '../../local/signing-keys.ts';
import type { Template } from '../../local/template.ts';

const at = ({ endpoint }: LoopbackServer) => ({ endpoint, region: REGION, credentials: CREDENTIALS, maxAttempts: 1 });
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-audit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a signing key', () => {
  const template: Template = {
    Resources: { Root: { Type: 'AWS::KMS::Key', Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } } },
    Outputs: {},
  };
  const keep = () => keepSigningKeys(template, resolverFor(template, ''), folder);

  it('is made once, and is for its owner only', async () => {
    const pem = async () => (await keep()).get('Root')?.export({ type: 'pkcs8', format: 'pem' });
    expect(await pem()).toBe(await pem());
    expect(statSync(join(folder, 'secrets', 'Root')).mode & 0o777).toBe(0o600);
  });

  it('signs what its public key verifies, by the calls of KMS', async () => {
    const kms = await startKms(await keep());
    const client = new KMSClient(at(kms));
    const Message = Buffer.from('a root');
    const sign = { KeyId: 'Root', Message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' } as const;
    const { Signature = new Uint8Array() } = await client.send(new SignCommand(sign));
    const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId: 'Root' }));
    const key = { key: Buffer.from(PublicKey), format: 'der', type: 'spki' } as const;
    expect(verify('sha256', Message, key, Signature)).toBe(true);
    expect(verify('sha256', Buffer.from('another'), key, Signature)).toBe(false);
    await expect(client.send(new SignCommand({ ...sign, KeyId: 'Other' }))).rejects.toThrow('There is no key Other.');
    await expect(client.send(new SignCommand({ ...sign, MessageType: 'DIGEST' }))).rejects.toThrow('MessageType');
    await expect(client.send(new SignCommand({ ...sign, Message: Buffer.alloc(4097) }))).rejects.toThrow('4096 bytes');
    await kms.stop();
  });
});

describe('a bucket', () => {
  const template: Template = {
    Resources: {
      Roots: {
        Type: 'AWS::S3::Bucket',
        Properties: { ObjectLockEnabled: true, VersioningConfiguration: { Status: 'Enabled' } },
      },
    },
    Outputs: {},
  };
  let s3: LoopbackServer;
  let client: S3Client;
  beforeAll(async () => {
    s3 = await startS3(bucketFolders(template, resolverFor(template, ''), folder));
    client = new S3Client(at(s3));
  });
  afterAll(() => s3.stop());
  const put = (Key: string, Body: string, IfNoneMatch: string | undefined = '*') =>
    client.send(new PutObjectCommand({ Bucket: 'roots', Key, Body, ...(IfNoneMatch && { IfNoneMatch }) }));
  const get = async (Key: string) =>
    (await client.send(new GetObjectCommand({ Bucket: 'roots', Key }))).Body?.transformToString();

  it('is empty before anything was put', async () => {
    expect((await client.send(new ListObjectsV2Command({ Bucket: 'roots' }))).Contents).toBeUndefined();
  });

  it('keeps what is put, as a file outside of the table', async () => {
    await put('roots/1.json', '{"ä": 1}');
    expect(await get('roots/1.json')).toBe('{"ä": 1}');
    const file = join(folder, 'audit-roots', 'roots', 'roots', '1.json');
    expect(readFileSync(file, 'utf8')).toBe('{"ä": 1}');
    expect(statSync(file).mode & 0o777).toBe(0o400);
  });

  it('overwrites nothing, even for two at once', async () => {
    const both = await Promise.allSettled([put('roots/2.json', 'one'), put('roots/2.json', 'two')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(put('roots/2.json', 'three')).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
    await expect(put('roots/3.json', 'three', '')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('lists in order, from a place on', async () => {
    const keys = async (StartAfter?: string) =>
      (await client.send(new ListObjectsV2Command({ Bucket: 'roots', Prefix: 'roots/', StartAfter }))).Contents?.map(
        ({ Key }) => Key,
      );
    expect(await keys()).toEqual(['roots/1.json', 'roots/2.json']);
    expect(await keys('roots/1.json')).toEqual(['roots/2.json']);
  });

  it('knows no other bucket, no name that leads out of its folder, and no way to delete', async () => {
    await expect(get('nothing.json')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(put('roots/..%2f..%2fx', 'x')).rejects.toMatchObject({ name: 'InvalidArgument' });
    expect((await fetch(`${s3.endpoint}/roots/roots%2F..%2F..%2Fx`)).status).toBe(400);
    expect((await fetch(`${s3.endpoint}/other/x`)).status).toBe(404);
    expect((await fetch(`${s3.endpoint}/roots/roots/1.json`, { method: 'DELETE' })).status).toBe(405);
  });
});
