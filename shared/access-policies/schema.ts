import * as z from 'zod';
import { BuiltInRole, CustomRoleName } from '../grants/roles.ts';
import { idOf } from '../platform/ids.ts';
import { DurationText } from '../platform/time.ts';
import { Name } from '../tenants/schema.ts';

const RULES_MAX = 100;
const NAMED_MAX = 100;
/** The audit keeps the policy before and after a change in one item, and an item holds 400 KB. */
const BYTES_MAX = 180_000;

const PrincipalName = z.string().min(1).max(256);
const PrivilegePattern = z
  .strictObject({
    role: BuiltInRole,
    database: z.string().min(1).max(63).describe('Left out: any database.').optional(),
    collection: z.string().min(1).max(255).describe('Left out: any collection, and the whole database.').optional(),
  })
  .meta({ id: 'PrivilegePattern', description: 'Privileges of a grant that lie inside a rule.' });

const some = <T extends z.ZodType>(one: T) => z.array(one).min(1).max(NAMED_MAX);

/** The same of what is stored and what is asked for; durations are text outside and milliseconds inside. */
export const RULE_BOUNDS = {
  principals: some(PrincipalName).describe('Users or groups by name. Left out: any.').optional(),
  builtInRoles: some(BuiltInRole)
    .describe('With customRoles and privileges: what a grant may give. All left out: any role.')
    .optional(),
  customRoles: some(CustomRoleName).optional(),
  privileges: some(PrivilegePattern).optional(),
  clusterIds: some(idOf('cls')).describe('Left out: any, and all clusters of the project at once.').optional(),
};
export const RULE_DEMANDS = {
  temporaryOnly: z.boolean().default(false),
  ticketRequired: z.boolean().default(false),
  requesterAndApproverDiffer: z.boolean().describe('The ticket names both, and they are not the same.').default(false),
  approverVerified: z
    .boolean()
    .describe('The approver’s own access token makes the call; named by another caller they are only asserted.')
    .default(false),
};

export const PolicyRuleBody = z
  .strictObject({
    name: Name,
    ...RULE_BOUNDS,
    longestDuration: DurationText.describe('Of a grant, and of each extension from when it is made.').optional(),
    longestTotal: DurationText.describe('Of one grant with its extensions, from its start.').optional(),
    ...RULE_DEMANDS,
  })
  .meta({ id: 'NewPolicyRule', description: 'Which grants it is about, then what it demands of them.' });

export const AccessPolicyReplacement = z
  .strictObject({ rules: z.array(PolicyRuleBody).max(RULES_MAX) })
  .superRefine(({ rules }, context) => {
    if (Buffer.byteLength(JSON.stringify(rules)) > BYTES_MAX) {
      const message = `The rules of one project have at most ${BYTES_MAX} bytes together. Name groups instead of people.`;
      context.addIssue({ code: 'custom', path: ['rules'], message });
    }
    for (const [index, { name }] of rules.entries()) {
      if (rules.findIndex((rule) => rule.name === name) === index) continue;
      context.addIssue({ code: 'custom', path: ['rules', index, 'name'], message: `Another rule is named "${name}".` });
    }
  })
  .meta({ id: 'AccessPolicyReplacement' });
export type AccessPolicyReplacement = z.infer<typeof AccessPolicyReplacement>;

export const PolicyRule = z.object({
  name: z.string(),
  ...RULE_BOUNDS,
  /** Milliseconds. */
  longestDuration: z.number().optional(),
  longestTotal: z.number().optional(),
  ...RULE_DEMANDS,
});
export type PolicyRule = z.infer<typeof PolicyRule>;

/** One for each project; while it has no rule, every grant is taken. */
export const AccessPolicy = z.object({
  version: z.number(),
  revision: z.number(),
  projectId: idOf('prj'),
  federationId: idOf('fed'),
  rules: z.array(PolicyRule),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type AccessPolicy = z.infer<typeof AccessPolicy>;
