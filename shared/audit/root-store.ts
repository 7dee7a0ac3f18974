/** Where roots are kept: a bucket in which nothing is overwritten or deleted, and the key that only signs. */
import { type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import {
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { KeptRoot } from './seal-rules.ts';
import { Root } from './seal-schema.ts';
import { sortable } from './seal-store.ts';

const PREFIX = 'roots/';
/** Sorts by sequence, which is by time. A sequence has one name, so that it can have one root only. */
const nameOf = (sequence: number): string => `${PREFIX}${sortable(sequence)}.json`;
/** Precondition failed (RFC 9110 section 15.5.13): there is an object of this name. */
const ALREADY_THERE = 412;

export interface RootStore {
  /** The root with the highest sequence. @param hint a sequence that there was a root of, 0 for none */
  newest(hint: number): Promise<KeptRoot | undefined>;
  /** @returns false when there is a root of this sequence already, which stays */
  put(kept: KeptRoot): Promise<boolean>;
  /** The text of each, first to last, with the name of its object. */
  all(): AsyncGenerator<{ readonly name: string; readonly text: string }>;
}

export function rootStoreOn(client: S3Client, bucket: string): RootStore {
  async function* names(after?: string): AsyncGenerator<string> {
    const input = { Bucket: bucket, Prefix: PREFIX, StartAfter: after };
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, input))
      for (const { Key } of Contents) if (Key !== undefined) yield Key;
  }
  const read = async (name: string): Promise<string> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
    return (await Body?.transformToString()) ?? '';
  };
  return {
    async newest(hint) {
      let last: string | undefined;
      for await (const name of names(hint > 0 ? nameOf(hint - 1) : undefined)) last = name;
      if (last === undefined && hint > 0) throw new Error(`root ${hint} is named by the table and not in the bucket`);
      if (last === undefined) return undefined;
      const text = await read(last);
      return { root: Root.parse(JSON.parse(text)), text };
    },
    async put({ root, text }) {
      const Key = nameOf(root.sequence);
      try {
        await client.send(
          new PutObjectCommand({ Bucket: bucket, Key, Body: text, ContentType: 'application/json', IfNoneMatch: '*' }),
        );
        return true;
      } catch (error) {
        if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === ALREADY_THERE) return false;
        throw error;
      }
    },
    async *all() {
      for await (const name of names()) yield { name, text: await read(name) };
    },
  };
}

/** ECDSA on P-256 with SHA-256, in DER. */
export type Sign = (text: string) => Promise<Uint8Array>;

export const signerOn =
  (client: KMSClient, keyId: string): Sign =>
  async (text) => {
    const { Signature } = await client.send(
      new SignCommand({
        KeyId: keyId,
        Message: Buffer.from(text),
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
    );
    if (!Signature) throw new Error('the key has signed nothing');
    return Signature;
  };
