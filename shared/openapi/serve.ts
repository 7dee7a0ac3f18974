/** The document and its page, from files that the build put beside the function. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { headerOf } from '../api/request.ts';
import { Problem } from '../platform/problems.ts';

interface Page {
  readonly file: string;
  readonly type: string;
  /** Whether it is text: API Gateway wants all else in base64. */
  readonly isText: boolean;
}
const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const page = (file: string, type: string, isText = true): Page => ({ file, type, isText });

const PAGES: Readonly<Record<string, Page>> = {
  '/openapi.json': page('openapi.json', 'application/json'),
  '/docs': page('index.html', HTML),
  '/docs/start.js': page('start.js', SCRIPT),
  '/docs/swagger-ui-bundle.js': page('swagger-ui-bundle.js', SCRIPT),
  '/docs/swagger-ui.css': page('swagger-ui.css', 'text/css; charset=utf-8'),
  '/docs/favicon-32x32.png': page('favicon-32x32.png', 'image/png', false),
};

/** Swagger UI sets styles on elements; nothing else that is not ours is run, shown or asked. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface Loaded {
  readonly text: string;
  readonly etag: string;
}

/** @param folder holds the files. */
export function pagesIn(folder: URL) {
  const loaded = new Map<string, Promise<Loaded>>();
  const load = async ({ file, isText }: Page): Promise<Loaded> => {
    const bytes = await readFile(new URL(file, folder));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    return { text: bytes.toString(isText ? 'utf8' : 'base64'), etag };
  };

  /** @throws Problem `not-found` */
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const wanted = Object.hasOwn(PAGES, event.rawPath) ? PAGES[event.rawPath] : undefined;
    if (!wanted) throw new Problem('not-found', {});
    const loading = loaded.get(wanted.file) ?? load(wanted);
    loaded.set(wanted.file, loading); // the same in every call of this release
    const { text, etag } = await loading;
    const headers = {
      etag,
      'cache-control': 'no-cache', // kept, and asked for by its tag: a new release shows at once
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    };
    if (headerOf(event, 'if-none-match') === etag) return { statusCode: 304, headers };
    return {
      statusCode: 200,
      headers: { ...headers, 'content-type': wanted.type },
      body: text,
      isBase64Encoded: !wanted.isText,
    };
  };
}
