/** `npm run synth`, and what `cdk deploy` runs: bundles the functions and writes the stack to `cdk.out`. */
import { awsSolutions } from './aws-solutions.ts';
import { bundle } from './bundle.ts';
import { synthesize } from './synthesize.ts';

await bundle();
synthesize({ checks: awsSolutions });
