/** Problem details as every refusal answers with. Pure. */
import { COMPONENT, type Json } from './schemas.ts';

export const PROBLEM: Json = {
  type: 'object',
  description: 'Problem details (RFC 9457).',
  properties: {
    type: { type: 'string', format: 'uri', description: 'Stable: what a program looks at.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong, then what to do.' },
    instance: { type: 'string', description: 'This one answer, for the operator’s log.' },
    errors: {
      type: 'array',
      description: 'Every broken field at once.',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string', description: 'JSON Pointer (RFC 6901) into the body, or the parameter’s name.' },
          message: { type: 'string' },
        },
        required: ['pointer', 'message'],
      },
    },
    findings: {
      type: 'array',
      items: { $ref: `${COMPONENT}Finding` },
      description: 'Of `identity-provider-unfit`: what was seen at the issuer.',
    },
    error: { type: 'string', description: 'Of a bad form at introspection, as RFC 6749 section 5.2 names it.' },
    error_description: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'detail', 'instance'],
};
