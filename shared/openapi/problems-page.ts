/** docs/problems.md: each problem with what it means, what to do, and who answers it. Pure. */
import { problemsOf, problemsOfPublic, problemsOfSigned } from '../api/problems-of.ts';
import { CATALOGUE, isProblemType, type ProblemType } from '../platform/problems.ts';
import { FORM_OPERATIONS, OPERATIONS, PUBLIC_OPERATIONS, SIGNED_OPERATIONS } from './operations.ts';

const ANSWERS: readonly { readonly id: string; readonly problems: readonly ProblemType[] }[] = [
  ...OPERATIONS.map((one) => ({ id: one.id, problems: problemsOf(one) })),
  ...FORM_OPERATIONS,
  ...SIGNED_OPERATIONS.map((one) => ({ id: one.id, problems: problemsOfSigned(one) })),
  ...PUBLIC_OPERATIONS.filter(({ isStatic }) => !isStatic).map((one) => ({
    id: one.id,
    problems: problemsOfPublic(one),
  })),
];

/** Named one by one while there are fewer than this. */
const NAMED_MAX = 12;

function answeredBy(type: ProblemType): string {
  const ids = ANSWERS.filter(({ problems }) => problems.includes(type)).map(({ id }) => `\`${id}\``);
  return ids.length <= NAMED_MAX ? ids.join(', ') : `${ids.length} of ${ANSWERS.length} operations`;
}

/** Beside `type`, `title`, `status`, `detail` and `instance`. */
const ERRORS = '`errors`, each broken field as `{pointer, message}`';
const MEMBERS: Readonly<Partial<Record<ProblemType, string>>> = {
  'invalid-query': `${ERRORS}; at introspection \`error\` and \`error_description\` of RFC 6749, too`,
  'invalid-body': ERRORS,
  'payload-does-not-fit': '`errors`, each fault as `{pointer, message}`, by its place in the payload',
  'identity-provider-not-connected': ERRORS,
  'identity-provider-unfit': `${ERRORS}; \`findings\`, each as \`{severity, code, message, fix}\``,
};
const membersOf = (type: ProblemType): string => (MEMBERS[type] ? `Members: ${MEMBERS[type]}.\n\n` : '');

const section = (type: ProblemType): string => `## ${type}

**${CATALOGUE[type].status}** · ${CATALOGUE[type].title}

> ${CATALOGUE[type].shownDetail()}

${membersOf(type)}Answered by ${answeredBy(type)}.
`;

export function problemsPage(): string {
  const types = Object.keys(CATALOGUE).filter(isProblemType).sort();
  return `# Problems

Made by \`npm run docs\` from \`shared/platform/problems.ts\`. Every error is a problem detail (RFC 9457):
\`type\` is \`https://sallyport.dev/problems/\` and one of the names below, which never change; \`detail\` says what is wrong and
what to do; \`errors\` names every broken field with a JSON Pointer; \`instance\` finds the call in the operator's log.
Names in \`‹ ›\` stand for values.

${types.map(section).join('\n')}`;
}
