/** What a verification of the audit reads: the table, the bucket and the public key of the system that runs on a folder. */
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { rootStoreOn } from '../shared/audit/root-store.ts';
import { newestRoot, sealsOf } from '../shared/audit/seal-store.ts';
import type { Evidence } from '../shared/audit/verify.ts';
import { AUDIT_PARTITIONS } from '../shared/platform/audit-item.ts';
import { type Item, itemOf, type Table, tableOn } from '../shared/platform/table.ts';
import { movableClock } from './clock.ts';
import { CREDENTIALS, REGION } from './identities.ts';
import { codeOf, reasonOf, StartFault } from './start-fault.ts';

/** What the sealer is told, as `running.json` has it. */
const Sealing = z.object({
  TABLE: z.string(),
  ROOTS_BUCKET: z.string(),
  ROOTS_KEY: z.string(),
  AWS_ENDPOINT_URL_DYNAMODB: z.string(),
  AWS_ENDPOINT_URL_KMS: z.string(),
  AWS_ENDPOINT_URL_S3: z.string(),
});
const Running = z.object({
  functions: z.record(z.string(), z.object({ environment: z.record(z.string(), z.string()) })),
});

/** @throws StartFault when no system runs on the folder */
export async function auditEvidence(dataFolder: string): Promise<Omit<Evidence, 'ledger'>> {
  try {
    return await evidenceOf(dataFolder);
  } catch (error) {
    const isAway = ['ENOENT', 'ECONNREFUSED'].includes(codeOf(error) ?? '');
    throw new StartFault(
      isAway
        ? `No Sallyport runs on ${dataFolder}: start it, with the same SALLYPORT_DATA.`
        : `The system that runs on ${dataFolder} cannot be asked: ${reasonOf(error)}.`,
    );
  }
}

async function evidenceOf(dataFolder: string): Promise<Omit<Evidence, 'ledger'>> {
  const { functions } = Running.parse(JSON.parse(readFileSync(join(dataFolder, 'running.json'), 'utf8')));
  const sealer = Object.entries(functions).find(([name]) => name.startsWith('AuditSealer'))?.[1];
  const env = Sealing.parse(sealer?.environment);
  const at = (endpoint: string) => ({ endpoint, region: REGION, credentials: CREDENTIALS });

  const table = tableOn(new DynamoDBClient(at(env.AWS_ENDPOINT_URL_DYNAMODB)), env.TABLE);
  const named = await newestRoot(table);
  const { PublicKey = new Uint8Array() } = await new KMSClient(at(env.AWS_ENDPOINT_URL_KMS)).send(
    new GetPublicKeyCommand({ KeyId: env.ROOTS_KEY }),
  );
  return {
    events: everyEvent(table),
    seals: (shard, after) => sealsOf(table, shard, after),
    event: (key) => table.get(key),
    roots: rootStoreOn(new S3Client(at(env.AWS_ENDPOINT_URL_S3)), env.ROOTS_BUCKET).all(),
    namedRoot: named?.sequence ?? 0,
    publicKey: createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' }),
    now: () => movableClock(dataFolder).now(),
  };
}

/** A scan, and no index: whoever put an event there by hand need not have told any. */
async function* everyEvent({ client, name }: Table): AsyncGenerator<Item[]> {
  const input = {
    TableName: name,
    ConsistentRead: true,
    FilterExpression: 'begins_with(pk, :events)',
    ExpressionAttributeValues: { ':events': { S: AUDIT_PARTITIONS } },
  };
  for await (const { Items = [] } of paginateScan({ client }, input)) yield Items.map(itemOf);
}
