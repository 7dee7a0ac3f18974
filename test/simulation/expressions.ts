/** The expressions that Sallyport sends to DynamoDB, and no others: what is not known here throws. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attributes } from './shelf.ts';
import { compareText } from './sorted.ts';

/** What an expression may refer to. */
export interface Named {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Attributes | undefined;
}
type Holds = (item: Attributes | undefined, named: Named) => boolean;

const PATH = '(#?\\w+)';
const VALUE = '(:\\w+)';
const EXISTENCE = new RegExp(`^attribute_(not_)?exists\\(${PATH}\\)$`);
const COMPARISON = new RegExp(`^${PATH} (=|<|<=|>=) ${VALUE}$`);

export function nameOf(path: string, { ExpressionAttributeNames }: Named): string {
  if (!path.startsWith('#')) return path;
  return given(ExpressionAttributeNames?.[path], path);
}
export const givenValue = (value: string, { ExpressionAttributeValues }: Named): AttributeValue =>
  given(ExpressionAttributeValues?.[value], value);

function given<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`the expression says ${what}, which the request does not`);
  return found;
}

/** Undefined when they are of different types, of which no comparison holds. */
function compare(one: AttributeValue | undefined, other: AttributeValue): number | undefined {
  if (one?.S !== undefined && other.S !== undefined) return compareText(one.S, other.S);
  if (one?.N !== undefined && other.N !== undefined) return Number(one.N) - Number(other.N);
  if (other.S === undefined && other.N === undefined) throw new Error('only text and numbers are compared here');
  return undefined;
}

function termOf(text: string): Holds {
  const existence = EXISTENCE.exec(text);
  if (existence) {
    const [, not, path = ''] = existence;
    return (item, named) => (item?.[nameOf(path, named)] === undefined) === (not !== undefined);
  }
  const comparison = COMPARISON.exec(text);
  if (!comparison) throw new Error(`the condition is not known here: ${text}`);
  const [, path = '', sign, value = ''] = comparison;
  return (item, named) => {
    const difference = compare(item?.[nameOf(path, named)], givenValue(value, named));
    if (difference === undefined) return false;
    if (sign === '=') return difference === 0;
    if (sign === '<') return difference < 0;
    return sign === '<=' ? difference <= 0 : difference >= 0;
  };
}

/** Each text is read once. */
const once = <T>(read: (text: string) => T): ((text: string) => T) => {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = read(text);
    known.set(text, made);
    return made;
  };
};

/** Terms with OR between them. */
export const conditionOf = once((text: string): Holds => {
  const terms = text.split(' OR ').map(termOf);
  return (item, named) => terms.some((holds) => holds(item, named));
});

interface KeyCondition {
  readonly partition: { readonly path: string; readonly value: string };
  readonly sort?: { readonly path: string; readonly low?: string | undefined; readonly high?: string | undefined };
}
const KEY_CONDITION = new RegExp(
  `^${PATH} = ${VALUE}(?: AND ${PATH} (?:BETWEEN ${VALUE} AND ${VALUE}|(<=|>=) ${VALUE}))?$`,
);

/** One partition and at most one range of its sort keys. */
export const keyConditionOf = once((text: string): KeyCondition => {
  const match = KEY_CONDITION.exec(text);
  if (!match) throw new Error(`the key condition is not known here: ${text}`);
  const [, path = '', value = '', sortPath, low, high, sign, bound] = match;
  const partition = { path, value };
  if (sortPath === undefined) return { partition };
  if (sign === undefined) return { partition, sort: { path: sortPath, low, high } };
  return { partition, sort: { path: sortPath, ...(sign === '>=' ? { low: bound } : { high: bound }) } };
});

type Change = (item: Attributes, named: Named) => void;
const CLAUSES = /(SET|ADD|REMOVE) (.*?)(?= SET | ADD | REMOVE |$)/g;

function changesOf(clause: string, text: string): Change[] {
  return text.split(', ').map((part): Change => {
    const [path = '', ...rest] = part.split(' ');
    const [one = '', two] = rest;
    if (clause === 'REMOVE' && rest.length === 0) return (item, named) => delete item[nameOf(path, named)];
    if (clause === 'SET' && one === '=' && two?.startsWith(':'))
      return (item, named) => {
        item[nameOf(path, named)] = givenValue(two, named);
      };
    if (clause === 'ADD' && one.startsWith(':') && rest.length === 1)
      return (item, named) => {
        const name = nameOf(path, named);
        const before = item[name] ?? { N: '0' };
        if (before.N === undefined) throw new Error(`${name} is no number`);
        item[name] = { N: String(Number(before.N) + Number(givenValue(one, named).N)) };
      };
    throw new Error(`the update is not known here: ${clause} ${part}`);
  });
}

/** Changes the item that it is given. */
export const updateOf = once((text: string): { readonly paths: readonly string[]; readonly change: Change } => {
  const clauses = [...text.matchAll(CLAUSES)];
  if (clauses.map(([whole]) => whole).join(' ') !== text) throw new Error(`the update is not known here: ${text}`);
  const changes = clauses.flatMap(([, clause = '', parts = '']) => changesOf(clause, parts));
  const paths = clauses.flatMap(([, , parts = '']) => parts.split(', ').map((part) => part.split(' ', 1)[0] ?? ''));
  return { paths, change: (item, named) => changes.forEach((each) => void each(item, named)) };
});
