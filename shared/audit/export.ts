/** Audit events as texts, and what they take of one answer. Pure. */
import type { AuditEvent } from '../platform/audit-item.ts';
import { formatInstant } from '../platform/time.ts';
import { csvRow } from './csv.ts';
import { ocsfOf } from './ocsf.ts';
import type { AuditFormat } from './query.ts';
import { viewAuditEvent } from './rules.ts';

export type ExportFormat = Exclude<AuditFormat, 'json'>;

export interface Export {
  readonly contentType: string;
  /** Of every page, so that each is a document by itself. */
  readonly header: string;
  readonly line: (event: AuditEvent) => string;
}

const jsonLine = (value: object): string => `${JSON.stringify(value)}\n`;

const CSV_COLUMNS: Readonly<Record<string, (event: AuditEvent) => string>> = {
  id: ({ id }) => id,
  at: ({ at }) => formatInstant(at),
  actorType: ({ actor }) => actor.type,
  actorId: ({ actor }) => actor.id,
  actorSubject: ({ actor }) => actor.subject ?? '',
  action: ({ action }) => action,
  resourceType: ({ resource }) => resource.type,
  resourceId: ({ resource }) => resource.id,
  source: ({ source }) => source ?? '',
  correlationId: ({ correlationId }) => correlationId,
  before: ({ before }) => JSON.stringify(before),
  after: ({ after }) => JSON.stringify(after),
};

export const EXPORTS: Readonly<Record<ExportFormat, Export>> = {
  jsonl: { contentType: 'application/jsonl', header: '', line: (event) => jsonLine(viewAuditEvent(event)) },
  ocsf: { contentType: 'application/jsonl', header: '', line: (event) => jsonLine(ocsfOf(event)) },
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    header: csvRow(Object.keys(CSV_COLUMNS)),
    line: (event) => csvRow(Object.values(CSV_COLUMNS).map((column) => column(event))),
  },
};
