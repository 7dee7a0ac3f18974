/** What the table of rights says of an action, for the document and for docs/rights.md. Pure. */
import { type Action, allows, OWN_ONLY } from '../callers/rights.ts';
import { Role } from '../callers/schema.ts';
import { FORM_OPERATIONS, OPERATIONS, SIGNED_OPERATIONS } from './operations.ts';

interface RoleThatMay {
  readonly role: Role;
  /** Only with what the caller made itself. */
  readonly ownOnly: boolean;
}
export interface Right {
  readonly roles: readonly RoleThatMay[];
  readonly sentence: string;
}

export function rightOf(action: Action): Right {
  const own = OWN_ONLY[action] ?? [];
  const roles = Role.options
    .filter((role) => allows(role, action))
    .map((role) => ({ role, ownOnly: own.includes(role) }));
  const names = roles.map(({ role, ownOnly }) => (ownOnly ? `${role} (its own only)` : role));
  const who = names.length > 0 ? names.join(', ') : 'only the bootstrap key';
  return { roles, sentence: `Right: \`${action}\`, in scope: ${who}.` };
}

const cell = (action: Action, role: Role): string => {
  if (!allows(role, action)) return '';
  return OWN_ONLY[action]?.includes(role) ? 'own' : 'yes';
};

/** docs/rights.md. */
export function rightsPage(actions: readonly Action[]): string {
  const operationsOf = (action: Action) => [
    ...[...OPERATIONS, ...FORM_OPERATIONS]
      .filter((one) => one.action === action)
      .map(({ method, path }) => `\`${method} ${path}\``),
    ...SIGNED_OPERATIONS.filter((one) => one.action === action).map(({ path }) => `\`POST ${path}?dryRun=true\``),
  ];
  const rows = actions.map(
    (action) => `| \`${action}\` | ${Role.options.map((role) => cell(action, role)).join(' | ')} |`,
  );
  return `# Who may what

Made by \`npm run docs\` from \`shared/callers/rights.ts\`, which is what the API checks. A role holds within its scope, a
federation, an organization, a project or a cluster: inside it, what the role does not allow is 403; outside it, nothing
exists (404). \`own\`: what the caller made itself, the rest does not exist for it. The bootstrap key may do everything.

| action | ${Role.options.join(' | ')} |
| --- | ${Role.options.map(() => '---').join(' | ')} |
${rows.join('\n')}

## Operations of each action

| action | operations |
| --- | --- |
${actions.map((action) => `| \`${action}\` | ${operationsOf(action).join('<br>')} |`).join('\n')}
`;
}
