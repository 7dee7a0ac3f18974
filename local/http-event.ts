/** An HTTP request as the event of payload format 2.0. */
import type { IncomingMessage } from 'node:http';
import { HOP_BY_HOP } from './hop-by-hop.ts';
import type { RouteMatch } from './http-routes.ts';
import { ACCOUNT } from './identities.ts';

/** API Gateway passes a body of any other media type as Base64, forms included. */
const TEXT = /^(text\/|application\/(json|javascript|xml)\b)/i;

export interface EventParts {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly path: string;
  readonly query: string;
  readonly route: RouteMatch;
  readonly requestId: string;
  /** By the functions' clock. */
  readonly now: number;
}

export function eventOf({ request, body, path, query, route, requestId, now }: EventParts) {
  const { method = 'GET', socket } = request;
  const sourceIp = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const headers: Record<string, string> = {};
  let cookies: string[] | undefined;
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value === undefined || HOP_BY_HOP.has(name)) continue;
    const text = Array.isArray(value) ? value.join(',') : value;
    if (name === 'cookie') cookies = text.split(/; */);
    else headers[name] = text;
  }
  headers['x-forwarded-for'] = headers['x-forwarded-for'] ? `${headers['x-forwarded-for']}, ${sourceIp}` : sourceIp;
  headers['x-forwarded-port'] = String(socket.localPort);
  headers['x-forwarded-proto'] = 'http';
  const isText = TEXT.test(headers['content-type'] ?? '');
  const domainName = headers.host ?? '';
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies && { cookies }),
    headers,
    ...(query !== '' && { queryStringParameters: queryParameters(query) }),
    ...(route.pathParameters && { pathParameters: route.pathParameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split('.', 1)[0],
      http: { method, path, protocol: `HTTP/${request.httpVersion}`, sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId,
      routeKey: route.routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Values of a name that comes several times are joined by commas, as API Gateway does. */
function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const before = parameters[name];
    parameters[name] = before === undefined ? value : `${before},${value}`;
  }
  return parameters;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
let lastSecond = { at: Number.NaN, text: '' };

/** Such as `12/Mar/2020:19:03:58 +0000`. */
function commonLogTime(now: number): string {
  const at = Math.floor(now / 1000);
  if (lastSecond.at !== at) {
    const [date = '', time = ''] = new Date(now).toISOString().slice(0, 19).split('T');
    const [year, month, day] = date.split('-');
    lastSecond = { at, text: `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000` };
  }
  return lastSecond.text;
}
