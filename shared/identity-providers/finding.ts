/** Pure. Findings as values: stable code and words, without request identifiers, since they are stored and compared. */
import type { Finding } from '../platform/finding.ts';

/** A `code` is never renamed and never reused; `message` is what is so, `fix` what to do about it. */
const finding =
  (severity: Finding['severity']) =>
  (code: string, message: string, fix: string): Finding => ({ severity, code, message, fix });

/** It cannot be used as it is: refused at a create or a change. */
export const error = finding('ERROR');
/** It can be used, and somebody will be refused or surprised. */
export const warning = finding('WARNING');
export const info = finding('INFO');

const ORDER: readonly Finding['severity'][] = ['ERROR', 'WARNING', 'INFO'];
/** The gravest first; what is equally grave stays in the order in which it was seen. */
export const gravestFirst = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));

export const hasError = (findings: readonly Finding[]): boolean =>
  findings.some(({ severity }) => severity === 'ERROR');
