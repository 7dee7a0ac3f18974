/** The client that customers use, held against the document as every other caller of the rig is. */
import { type Sallyport, sallyport } from '../../client/index.ts';
import { breachOf } from './contract.ts';

export const typedClient = (url: string, key: string): Sallyport =>
  sallyport({ url, caller: { key }, fetch: keepingTheContract });

const keepingTheContract: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const response = await fetch(request);
  const { status, headers } = response;
  const breach = breachOf({
    method: request.method,
    path: new URL(request.url).pathname,
    status,
    contentType: headers.get('content-type'),
    headers,
    body: await response.clone().text(),
  });
  if (breach) throw new Error(`The answer breaks the contract: ${breach}`);
  return response;
};

interface Result<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** What a call that had to succeed answered. @throws with the whole problem, so that a test says why its story broke */
export async function done<Data>(calling: Promise<Result<Data>>): Promise<Data> {
  const { data, error, response } = await calling;
  if (data === undefined) throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(error)}`);
  return data;
}
