/**
 * A stand-in of Jira Cloud's automation: the action 'Send web request', and what a flow does with its answer. From
 * Atlassian's documentation; what that leaves open (an empty `asJsonString`, an error status that ends the flow) a test
 * chooses.
 */
import { type Data, type EmptyJson, render } from './jira-smart-values.ts';

/** As the form of the action holds it; texts may have smart values. */
export interface WebRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Left out: 'Empty'. */
  readonly body?: string | undefined;
}
/** What happens to a request: its answer is lost on the way back, or something in front of Sallyport answers. */
type Fault = 'none' | 'answer lost' | 503;

interface Options {
  readonly emptyJson?: EmptyJson;
  /** An error status ends the flow, and the owner is told. */
  readonly stopsOnErrors?: boolean;
  readonly faults?: Fault[];
}
export interface Flow {
  /** @throws FlowEnded when there is no answer, or when an error status ends the flow */
  send(request: WebRequest): Promise<void>;
  /** A text with smart values, as it is now. */
  text(template: string): string;
}

/** Shown in the audit log; 'Notify on error' tells the owner. */
export class FlowEnded extends Error {}

/** One run of a flow for an issue, with `webResponse` of the last request. */
export function startFlow(data: Data, { emptyJson = '', stopsOnErrors = false, faults = [] }: Options = {}): Flow {
  let webResponse: Data = {};
  const text = (template: string) => render(template, { ...data, webResponse }, emptyJson);
  return {
    text,
    async send({ method, url, headers, body }) {
      const fault = faults.shift();
      const filled = Object.entries(headers).map(([name, value]) => [name, text(value)]);
      const request = { method, headers: Object.fromEntries(filled), ...(body !== undefined && { body: text(body) }) };
      const answer = fault === 503 ? new Response('<html>', { status: 503 }) : await fetch(text(url), request);
      if (fault === 'answer lost') throw new FlowEnded('No answer within the time allowed');
      webResponse = { status: answer.status, body: bodyOf(await answer.text()) };
      if (stopsOnErrors && !answer.ok) throw new FlowEnded(`${method} ${text(url)} answered ${answer.status}`);
    },
  };
}

/** JSON is read; all else has no fields. */
function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
