/** The gateway's own refusals, as problem documents (RFC 9457). */
import type { ServerResponse } from 'node:http';

export interface GatewayProblem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

export function writeProblem(response: ServerResponse, { status, title, detail }: GatewayProblem): void {
  if (response.headersSent) return;
  const body = problemText({ status, title, detail });
  response.writeHead(status, { 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

export const problemText = ({ status, title, detail }: GatewayProblem): string =>
  JSON.stringify({ type: 'about:blank', title, status, detail });
