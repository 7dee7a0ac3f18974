import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { answerProblems, logCalls } from '../../shared/api/middleware.ts';
import { logTo } from '../../shared/platform/log.ts';
import { Problem } from '../../shared/platform/problems.ts';

const anEvent = (rawPath: string): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: '$default',
  rawPath,
  rawQueryString: 'principal=alice@acme.com',
  headers: {},
  isBase64Encoded: false,
  requestContext: {
    accountId: '0',
    apiId: 'a',
    domainName: 'd',
    domainPrefix: 'd',
    requestId: 'call-1',
    routeKey: '$default',
    stage: '$default',
    time: '',
    timeEpoch: 0,
    http: { method: 'GET', path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: '' },
  },
});

async function answerTo(error: unknown, path = '/v1/grants/grt_01JD0000000000000000000000') {
  const lines: string[] = [];
  const log = logTo((line) => lines.push(line), 'test');
  const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(logCalls(log))
    .use(answerProblems(log))
    .handler(async () => {
      throw error;
    });
  const context = { ...Object.create(null), getRemainingTimeInMillis: () => 1000 };
  const answer: APIGatewayProxyStructuredResultV2 = await handler(anEvent(path), context);
  return { answer, body: JSON.parse(answer.body ?? '{}'), log: lines.join('') };
}
const named = (name: string): Error => Object.assign(new Error('said by AWS, with a request ID'), { name });

describe('O3 what is thrown', () => {
  it('is answered as the problem that it is', async () => {
    const { answer, body } = await answerTo(new Problem('not-found', {}));
    expect([answer.statusCode, body.type]).toEqual([404, 'https://sallyport.dev/problems/not-found']);
  });

  it.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'TimeoutError'])(
    'by AWS as %s is 503: come again, nothing was changed',
    async (name) => {
      const { answer, body } = await answerTo(named(name));
      expect([answer.statusCode, body.type]).toEqual([503, 'https://sallyport.dev/problems/unavailable']);
      expect(Number(answer.headers?.['retry-after'])).toBeGreaterThan(0);
    },
  );

  it('and nobody expected says nothing of its kind outside; the log has it', async () => {
    const { answer, body, log } = await answerTo(named('ValidationException'));
    expect([answer.statusCode, body.type]).toEqual([500, 'https://sallyport.dev/problems/internal']);
    expect(answer.body).not.toContain('said by AWS');
    expect(log).toContain('said by AWS');
  });

  it('and where is logged by path, without a query and without what somebody pasted there', async () => {
    const { log } = await answerTo(new Problem('not-found', {}), '/v1/clusters/spk_01JD0000000000000000000000_aB3');
    expect(log).toContain('/v1/clusters/…');
    expect(log).not.toMatch(/spk_|alice/);
    const { log: plain } = await answerTo(new Problem('not-found', {}));
    expect(plain).toContain('/v1/grants/grt_01JD0000000000000000000000');
  });
});
