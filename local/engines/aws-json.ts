/** The JSON protocol of AWS's services, unsigned: for the runner's own few calls, in a process without AWS SDK clients. */
import { Agent, request } from 'node:http';
import { REGION } from '../identities.ts';

export type AwsCall = (operation: string, input: object) => Promise<unknown>;

/** An answer that is not 200, by the service's own name for it. */
export class AwsFault extends Error {
  override readonly name = 'AwsFault';
  readonly code: string;
  constructor(operation: string, code: string, message: string) {
    super(`${operation} answered ${code}: ${message}`);
    this.code = code;
  }
}

interface Service {
  readonly endpoint: string;
  /** The prefix of `x-amz-target`. */
  readonly target: string;
  /** The service's name in the credential scope. */
  readonly scope: string;
}

export const dynamoDbAt = (endpoint: string): AwsCall =>
  callsTo({ endpoint, target: 'DynamoDB_20120810', scope: 'dynamodb' });
export const sqsAt = (endpoint: string): AwsCall => callsTo({ endpoint, target: 'AmazonSQS', scope: 'sqs' });

function callsTo({ endpoint, target, scope }: Service): AwsCall {
  const agent = new Agent({ keepAlive: true });
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    // Engines read the region from it, and check no signature.
    authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${REGION}/${scope}/aws4_request, SignedHeaders=host, Signature=0`,
  };
  return (operation, input) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(input);
      const outgoing = request(
        endpoint,
        {
          method: 'POST',
          agent,
          headers: { ...headers, 'x-amz-target': `${target}.${operation}`, 'content-length': Buffer.byteLength(body) },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            if (response.statusCode === 200) resolve(text === '' ? {} : JSON.parse(text));
            else reject(faultOf(operation, response.statusCode ?? 0, text));
          });
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
}

function faultOf(operation: string, status: number, text: string): AwsFault {
  try {
    const { __type = String(status), message, Message = text }: Record<string, string> = JSON.parse(text);
    return new AwsFault(operation, __type.replace(/^.*#/, ''), message ?? Message);
  } catch {
    return new AwsFault(operation, String(status), text);
  }
}
