/** What a list or an export of the audit is asked for. */
import * as z from 'zod';
import { ListQuery } from '../api/paging.ts';
import { InstantText } from '../platform/time.ts';

const LIST_LIMIT_MAX = 100;
const LIST_LIMIT = 25;
const EXPORT_LIMIT_MAX = 1000;
const NO_LIMIT = `Give a whole number from 1 to ${LIST_LIMIT_MAX}; of an export up to ${EXPORT_LIMIT_MAX}.`;

const text = z.string().min(1).max(255);

export const AuditQuery = z
  .strictObject({
    ...ListQuery.shape,
    limit: z
      .string()
      .regex(/^\d{1,4}$/, NO_LIMIT)
      .transform(Number)
      .refine((limit) => limit >= 1 && limit <= EXPORT_LIMIT_MAX, NO_LIMIT)
      .optional()
      .describe(`1 to ${LIST_LIMIT_MAX}, and ${LIST_LIMIT} when left out; of an export up to ${EXPORT_LIMIT_MAX}.`),
    format: z
      .enum(['json', 'jsonl', 'csv', 'ocsf'])
      .default('json')
      .describe(
        '`jsonl`: one event a line. `csv`: RFC 4180, safe to open in a spreadsheet. `ocsf`: one OCSF 1.3 API Activity (class 6003) a line.',
      ),
    actor: text
      .optional()
      .describe('Only of this actor: `key_…`, `cis_…`, `hok_…`, `idp_…`, `bootstrap`, or a worker’s name.'),
    action: text.optional().meta({ description: 'Only this action.', examples: ['grant.create'] }),
    resourceType: text.optional().meta({ description: 'Only of resources of this type.', examples: ['grant'] }),
    resource: text.optional().describe('Only of this resource, by its ID.'),
    from: InstantText.optional().describe('Not before this instant.'),
    to: InstantText.optional().describe('Before this instant.'),
  })
  .refine(({ format, limit = 1 }) => format !== 'json' || limit <= LIST_LIMIT_MAX, { path: ['limit'], error: NO_LIMIT })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    error: 'Give an instant after from.',
  });
export type AuditQuery = z.infer<typeof AuditQuery>;
export type AuditFormat = AuditQuery['format'];

/** Which events; a cursor is good for the same ones only, in whatever format. */
export type AuditFilter = Omit<AuditQuery, 'limit' | 'cursor' | 'format'>;

export const filterOf = ({ limit: _limit, cursor: _cursor, format: _format, ...filter }: AuditQuery): AuditFilter =>
  filter;
export const limitOf = ({ format, limit }: AuditQuery): number =>
  limit ?? (format === 'json' ? LIST_LIMIT : EXPORT_LIMIT_MAX);
