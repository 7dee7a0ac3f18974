/** The template's buckets: a folder of files each, outside of the table. */
import { join } from 'node:path';
import * as z from 'zod';
import type { Resolve } from './identities.ts';
import { ofType, propertiesOf, type Template } from './template.ts';

const Bucket = z.strictObject({
  ObjectLockEnabled: z.literal(true), // the engine overwrites and deletes nothing; files have no other lock
  VersioningConfiguration: z.strictObject({ Status: z.literal('Enabled') }),
  // Of the account it is in:
  BucketEncryption: z.json().optional(),
  ObjectLockConfiguration: z.json().optional(),
  PublicAccessBlockConfiguration: z.json().optional(),
});

/** @returns folders by the names of the buckets; a folder is made with its first object */
export function bucketFolders(template: Template, resolve: Resolve, dataFolder: string): ReadonlyMap<string, string> {
  return new Map(
    ofType(template, 'AWS::S3::Bucket').map(([logicalId, { Properties }]) => {
      propertiesOf(Bucket, logicalId, resolve(Properties));
      const name = z.string().parse(resolve({ Ref: logicalId }));
      return [name, join(dataFolder, 'audit-roots', name)];
    }),
  );
}
