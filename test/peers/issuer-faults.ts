/** What can go wrong at an issuer's two public documents, and how often each was asked for. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export type PublicDocument = 'discovery' | 'jwks';

export interface IssuerFault {
  /** Left out: 200 with a body of one's own, else what the issuer answers. */
  readonly status?: number;
  /** In place of the real document; anything but a text is sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** The answer is settled when the request comes in and sent once this resolves: 'a fetch that began before …'. */
  readonly hold?: Promise<unknown>;
}

export interface FaultGate {
  set(document: PublicDocument, fault: IssuerFault | null): void;
  requests(document: PublicDocument): number;
  /** Resolves when the next request for the document comes in: at its arrival, not its answer. */
  nextRequest(document: PublicDocument): Promise<void>;
  /**
   * Counts the request and lets its answer through, late, altered or not. `answer` is what the issuer says as of
   * now.
   */
  pass(document: PublicDocument, request: IncomingMessage, response: ServerResponse, answer: () => void): void;
}

/** The rig's own requests (its sign-ins) carry this header: they are neither counted nor disturbed. */
export const OWN_REQUEST = 'x-rig-own-request';

export function faultGate(): FaultGate {
  const faults = new Map<PublicDocument, IssuerFault>();
  const counts = { discovery: 0, jwks: 0 };
  const waiting = { discovery: new Set<() => void>(), jwks: new Set<() => void>() };

  return {
    set(document, fault) {
      if (fault) faults.set(document, fault);
      else faults.delete(document);
    },
    requests: (document) => counts[document],
    nextRequest: (document) => new Promise((resolve) => waiting[document].add(resolve)),
    pass(document, request, response, answer) {
      if (request.headers[OWN_REQUEST] !== undefined) return answer();
      counts[document] += 1;
      for (const resolve of waiting[document]) resolve();
      waiting[document].clear();
      const fault = faults.get(document);
      if (!fault) return answer();
      ready(fault).then(() => {
        if (response.destroyed) return; // the asker gave up, or the issuer was stopped
        if (fault.status === undefined && fault.body === undefined && fault.headers === undefined) answer();
        else sendFault(response, fault);
      });
    },
  };
}

async function ready({ delayMs = 0, hold }: IssuerFault): Promise<void> {
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  await hold?.catch(() => undefined); // a hold that fails is over as well
}

function sendFault(response: ServerResponse, { status = 200, body = '', headers }: IssuerFault): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
