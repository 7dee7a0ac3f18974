/** Answers PutObject, GetObject and ListObjectsV2 of S3 with files. It overwrites nothing, and knows no way to delete. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join, relative, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { codeOf } from '../start-fault.ts';
import { type LoopbackServer, listenOnLoopback } from './loopback-server.ts';

/** S3's own, for one page of a list. */
const KEYS_PER_PAGE = 1000;
/** What our objects are called; so that no name leads out of the bucket's folder. */
const KEY = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;
const UNFINISHED = '.unfinished';

/** @param folders of buckets, by name */
export const startS3 = (folders: ReadonlyMap<string, string>): Promise<LoopbackServer> =>
  listenOnLoopback(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://s3');
    const [, bucket = '', ...rest] = decodeURIComponent(url.pathname).split('/');
    const key = rest.join('/');
    const folder = folders.get(bucket);
    if (folder === undefined) return fault(response, 404, 'NoSuchBucket', `There is no bucket ${bucket}.`);
    if (request.method === 'GET' && key === '') return list(response, folder, url.searchParams);
    if (!KEY.test(key))
      return fault(response, 400, 'InvalidArgument', 'Objects here have names of A-Z a-z 0-9 _ . - /.');
    if (request.method === 'PUT') return put(request, response, join(folder, key));
    if (request.method === 'GET') return get(response, join(folder, key));
    fault(response, 405, 'MethodNotAllowed', 'Only PutObject, GetObject and ListObjectsV2 are known here.');
  });

/** All of it or nothing, and only where nothing is: as the bucket's policy demands with `If-None-Match: *`. */
async function put(request: IncomingMessage, response: ServerResponse, file: string): Promise<void> {
  const body = await buffer(request);
  const { 'if-none-match': ifNoneMatch, 'content-encoding': encoding } = request.headers;
  if (ifNoneMatch !== '*') return fault(response, 403, 'AccessDenied', 'Send If-None-Match: *.');
  if (encoding?.includes('aws-chunked'))
    return fault(response, 501, 'NotImplemented', 'A body is sent as a whole here.');
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unfinished = join(folder, `${UNFINISHED}-${randomUUID()}`);
  const handle = await open(unfinished, 'wx', 0o400);
  await handle.writeFile(body);
  await handle.sync();
  await handle.close();
  try {
    await link(unfinished, file);
    response.writeHead(200, { etag: '"local"' }).end();
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    fault(response, 412, 'PreconditionFailed', 'There is an object of this name.');
  } finally {
    await rm(unfinished);
  }
}

async function get(response: ServerResponse, file: string): Promise<void> {
  try {
    const body = await readFile(file);
    response.writeHead(200, { 'content-length': body.length, etag: '"local"' }).end(body);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    fault(response, 404, 'NoSuchKey', 'There is no object of this name.');
  }
}

async function list(response: ServerResponse, folder: string, query: URLSearchParams): Promise<void> {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const keys = (await keysIn(folder)).filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = keys.slice(0, KEYS_PER_PAGE);
  const isTruncated = keys.length > page.length;
  const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
  const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  xml(
    response,
    200,
    `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${contents}</ListBucketResult>`,
  );
}

async function keysIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []; // nothing was put yet
    throw error;
  });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith(UNFINISHED));
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/'));
}

const fault = (response: ServerResponse, status: number, code: string, message: string): void =>
  xml(response, status, `<Error><Code>${code}</Code><Message>${message}</Message></Error>`);

function xml(response: ServerResponse, status: number, body: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
}
