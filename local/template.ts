/** The synthesized CloudFormation template, and what its expressions stand for on one machine. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { StartFault } from './start-fault.ts';

export type Json = z.infer<ReturnType<typeof z.json>>;

const Resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.json()).default({}) });
export type Resource = z.infer<typeof Resource>;

const Template = z.object({
  Resources: z.record(z.string(), Resource),
  Outputs: z.record(z.string(), z.object({ Value: z.json() })).default({}),
});
export type Template = z.infer<typeof Template>;

const Assets = z.object({ files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })) });

export interface Assembly {
  readonly template: Template;
  /** The folder of the asset that is uploaded under this S3 key. @throws StartFault when there is none */
  assetFolder(s3Key: string): string;
}

/** Reads what `cdk synth` wrote to `folder`. */
export async function readAssembly(folder: string, stack: string): Promise<Assembly> {
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));
  const template = Template.parse(await read(`${stack}.template.json`));
  const { files } = Assets.parse(await read(`${stack}.assets.json`));
  return {
    template,
    assetFolder(s3Key) {
      const asset = files[s3Key.replace(/\.zip$/, '')];
      if (!asset)
        throw new StartFault(`The synthesized template names an asset ${s3Key} that ${folder} does not have.`);
      return join(folder, asset.source.path);
    },
  };
}

/** Every resource of a type, by logical ID. */
export const ofType = (template: Template, type: string): [logicalId: string, resource: Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** Reads properties by a schema that names each of them. @throws StartFault that names what local/ does not know */
export function propertiesOf<S extends z.ZodType>(schema: S, logicalId: string, properties: Json): z.infer<S> {
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data;
  throw new StartFault(`local/ cannot run ${logicalId} of the template as it is: ${z.prettifyError(parsed.error)}`);
}
