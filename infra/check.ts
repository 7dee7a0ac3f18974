/** `npm run check:template`: may this be deployed? cdk-nag, CloudFormation's own checks and limits, and roles without `*`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { awsSolutions } from './aws-solutions.ts';
import { bundle } from './bundle.ts';
import { STACK_NAME, synthesize } from './synthesize.ts';
import { REASONED, Template, type Wildcard, wildcardsOf } from './wildcards.ts';

/** CloudFormation's quotas for one stack, its template on S3. */
const TEMPLATE_BYTES_MAX = 1_000_000;
const RESOURCES_MAX = 500;

await bundle();
const folder = synthesize({ checks: awsSolutions }); // throws what it finds
const text = readFileSync(join(folder, `${STACK_NAME}.template.json`), 'utf8');
const template = Template.parse(JSON.parse(text));
const bytes = Buffer.byteLength(text);
const resources = Object.keys(template.Resources).length;

const isReasoned = ({ logicalId, what }: Wildcard) =>
  REASONED.some((known) => known.logicalId === logicalId && known.what === what);
const faults = wildcardsOf(template)
  .filter((wildcard) => !isReasoned(wildcard))
  .map(
    ({ logicalId, what }) =>
      `${logicalId} allows ${what}: name it, or say in infra/wildcards.ts why it cannot be named.`,
  );
if (bytes > TEMPLATE_BYTES_MAX)
  faults.push(`The template has ${bytes} bytes, CloudFormation takes ${TEMPLATE_BYTES_MAX}.`);
if (resources > RESOURCES_MAX)
  faults.push(`The template has ${resources} resources, CloudFormation takes ${RESOURCES_MAX}.`);

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else
  console.log(
    `The template is fine: ${resources} resources, ${bytes} bytes, no finding, no role with a wildcard that has no reason.`,
  );
