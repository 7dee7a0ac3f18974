/** Finds what a role may do to everything. Pure. */
import * as z from 'zod';

const oneOrMore = z.union([z.array(z.json()), z.json().transform((value) => [value])]);
const Statement = z.object({ Effect: z.enum(['Allow', 'Deny']), Action: oneOrMore, Resource: oneOrMore.default([]) });
const PolicyDocument = z.object({ Statement: z.array(Statement) });
const Rights = z.object({
  PolicyDocument: PolicyDocument.optional(),
  Policies: z.array(z.object({ PolicyDocument })).default([]),
  ManagedPolicyArns: z.array(z.json()).default([]),
});
export const Template = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.json().optional() })),
});

/** An action, a resource or a managed policy of a role that is not named to the letter. */
export interface Wildcard {
  readonly logicalId: string;
  readonly what: string;
}

/** What a role may do to more than it can name, each with why. */
export const REASONED: readonly (Wildcard & { readonly reason: string })[] = [
  {
    logicalId: 'AuditSealerRoleDefaultPolicy08073A21',
    what: '{"Fn::Join":["",[{"Fn::GetAtt":["AuditRootsBucketF2D015BA","Arn"]},"/roots/*"]]}',
    reason:
      'Each root of the audit is an object of its own, whose name is its number; there are no others in the bucket.',
  },
];

/** Roles and policies only: what others may do to a queue or topic (a resource policy) names its resource anyway. */
export function wildcardsOf({ Resources }: z.infer<typeof Template>): Wildcard[] {
  return Object.entries(Resources).flatMap(([logicalId, { Type, Properties }]) => {
    if (!Type.startsWith('AWS::IAM::')) return [];
    const { PolicyDocument: document, Policies, ManagedPolicyArns } = Rights.parse(Properties);
    const documents = [...(document ? [document] : []), ...Policies.map((policy) => policy.PolicyDocument)];
    const allowed = documents.flatMap(({ Statement }) => Statement.filter(({ Effect }) => Effect === 'Allow'));
    const rights = [...allowed.flatMap(({ Action, Resource }) => [...Action, ...Resource]), ...ManagedPolicyArns];
    return rights
      .map((right) => (typeof right === 'string' ? right : JSON.stringify(right)))
      .filter((right, at) => right.includes('*') || at >= rights.length - ManagedPolicyArns.length)
      .map((what) => ({ logicalId, what }));
  });
}
