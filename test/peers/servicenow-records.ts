/** Requested items and approvals as ServiceNow's scripts see them. */

/** A field's value is an object: a script that forgets `String(…)` puts something else into its JSON, here as there. */
class Field {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString = (): string => this.#text;
}

interface NewItem {
  readonly number: string;
  readonly variables: Readonly<Record<'group' | 'duration' | 'reason', string>>;
  readonly requester: string;
  /** E-mail addresses of those who have approved. */
  readonly approvers: readonly string[];
}
/** `current`, or one of the records of a query. */
interface Item {
  readonly number: Field;
  readonly sys_id: Field;
  readonly variables: Readonly<Record<string, Field>>;
  readonly request: { readonly requested_for: { readonly email: Field } };
  u_sallyport_grant: unknown;
  work_notes: unknown;
  comments: unknown;
  update(): void;
}
/** An item as the table holds it. */
export interface Row {
  readonly item: NewItem;
  isActive: boolean;
  isApproved: boolean;
  grant: string;
  readonly notes: string[];
  readonly comments: string[];
}

export class ItemTable {
  readonly #rows = new Map<string, Row>();

  add(item: NewItem): Row {
    const row = { item, isActive: true, isApproved: true, grant: '', notes: [], comments: [] };
    this.#rows.set(item.number, row);
    return row;
  }
  row(number: string): Row | undefined {
    return this.#rows.get(number);
  }
  rows(): Row[] {
    return [...this.#rows.values()];
  }
}

const sysIdOf = ({ number }: NewItem): string => `sys-${number}`;

/** A record as a script gets it: what it sets is kept by `update`. */
export function recordOf(row: Row): Item {
  const { number, variables, requester } = row.item;
  return {
    number: new Field(number),
    sys_id: new Field(sysIdOf(row.item)),
    variables: Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, new Field(text)])),
    request: { requested_for: { email: new Field(requester) } },
    u_sallyport_grant: new Field(row.grant),
    work_notes: new Field(''), // a journal field reads as empty
    comments: new Field(''),
    update() {
      row.grant = String(this.u_sallyport_grant);
      if (String(this.work_notes) !== '') row.notes.push(String(this.work_notes));
      if (String(this.comments) !== '') row.comments.push(String(this.comments));
      this.work_notes = new Field('');
      this.comments = new Field('');
    },
  };
}

/** The part of an encoded query that the guide uses: `a=b`, ISEMPTY, ISNOTEMPTY, joined by ^ and ^OR (which binds closer). */
const fits = (row: Row, query: string): boolean =>
  query.split(/\^(?!OR)/).every((alternatives) => alternatives.split('^OR').some((condition) => holds(row, condition)));
function holds(row: Row, condition: string): boolean {
  const [, field = '', operator = '', value = ''] = /^([\w.]+?)(=|ISEMPTY|ISNOTEMPTY)(.*)$/.exec(condition) ?? [];
  const fields: Readonly<Record<string, string>> = {
    'cat_item.name': 'Database access',
    active: String(row.isActive),
    approval: row.isApproved ? 'approved' : 'requested',
    u_sallyport_grant: row.grant,
  };
  const found = fields[field];
  if (found === undefined) throw new Error(`This stand-in does not know "${condition}"`);
  if (operator === '=') return found === value;
  return (found === '') === (operator === 'ISEMPTY');
}

/** `GlideRecord` of the two tables. */
export const recordClass = (items: ItemTable) =>
  class GlideRecord {
    readonly #table: string;
    readonly #wanted = new Map<string, string>();
    #query = '';
    #found: object[] = [];
    constructor(table: string) {
      this.#table = table;
    }
    addQuery(field: string, value: string) {
      this.#wanted.set(field, value);
    }
    addEncodedQuery(query: string) {
      this.#query = query;
    }
    query() {
      this.#found = this.#table === 'sc_req_item' ? this.#itemsFound() : this.#approvalsFound();
    }
    #itemsFound = () =>
      items
        .rows()
        .filter((row) => fits(row, this.#query))
        .map(recordOf);
    #approvalsFound() {
      if (this.#wanted.get('state') !== 'approved') throw new Error('This stand-in knows approvals that were given');
      const row = items.rows().find(({ item }) => sysIdOf(item) === this.#wanted.get('sysapproval'));
      return (row?.item.approvers ?? []).map((email) => ({ approver: { email: new Field(email) } }));
    }
    /** The record itself becomes the next one. */
    next(): boolean {
      const found = this.#found.shift();
      if (found) Object.assign(this, found);
      return found !== undefined;
    }
    get(field: string, value: string): boolean {
      const row = field === 'number' ? items.row(value) : undefined;
      if (row) Object.assign(this, recordOf(row));
      return row !== undefined;
    }
  };
