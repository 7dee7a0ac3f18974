/**
 * What the web's answers mean for a proof by file. Pure. Only a file that is missing or holds something else was seen
 * to be no proof: a server that fails, redirects or offers no TLS says nothing about who owns the name.
 */
import { quote } from '../platform/evidence.ts';
import type { Answered, Failed } from '../platform/http.ts';
import { type Judged, notProved, proved, unknown } from './judgement.ts';
import { proofValue } from './proof.ts';
import type { FileFacts } from './prove.ts';
import type { Domain } from './schema.ts';

const BYTE_ORDER_MARK = '\ufeff';
/** The method of a domain is fixed, and its name is added once. */
const BY_RECORD = 'Or prove the name by a TXT record: delete this domain and add it anew with the method DNS_RECORD.';

export function judgeFiles(domain: Domain, { answers, addresses }: FileFacts): Judged {
  const content = proofValue(domain);
  if (addresses.length > 0 && addresses.every(({ kind }) => kind === 'none')) {
    const message = `${domain.domainName} has no address, so no file can be served there.`;
    return notProved('name-without-address', message, `Give the name an A or AAAA record. ${BY_RECORD}`);
  }
  const judged = answers.map(({ url, answer }) => judgeFile(url, answer, content));
  const found = judged.find(({ outcome }) => outcome === 'PROVED');
  if (found) return found;
  // Where one address could not be read, the proof may be there: nothing has been seen to fail.
  const open = judged.find(({ outcome }) => outcome === 'UNKNOWN');
  const telling = open ?? judged.find(({ finding: { code } }) => code !== 'file-missing') ?? judged[0];
  if (!telling) throw new Error('no address was asked');
  return telling;
}

function judgeFile(url: string, answer: Answered | Failed, content: string): Judged {
  const publish = `Serve a file with exactly ${content} at ${url}, with status 200 and without a redirect.`;
  if (answer.kind === 'failed') {
    return unknown(`file-${answer.publicCode}`, `${url} could not be read: ${answer.publicDetail}`, publish);
  }
  const { status, headers } = answer;
  if (status === 200) return judgeContent(url, answer, content, publish);
  if (status === 404 || status === 410) return notProved('file-missing', `${url} answers ${status}.`, publish);
  if (status >= 300 && status < 400) {
    const to = headers.location === undefined ? '' : ` to ${quote(headers.location)}`;
    const message = `${url} redirects${to}, and redirects are not followed.`;
    return unknown('file-redirected', message, `${publish} ${BY_RECORD}`);
  }
  return unknown('file-status', `${url} answers ${status}.`, publish);
}

function judgeContent(url: string, { body, isCut = false }: Answered, content: string, publish: string): Judged {
  const text = Buffer.from(body).toString('utf8').trimEnd();
  if (text === content && !isCut) return proved(url);
  if (text === BYTE_ORDER_MARK + content) {
    const message = `${url} begins with a byte order mark, which is not seen in an editor.`;
    return notProved('file-with-byte-order-mark', message, `${publish} Save it as UTF-8 without a byte order mark.`);
  }
  if (/^\s*</.test(text)) {
    const message = `${url} is an HTML page: ${quote(text)}.`;
    return notProved('file-is-a-page', message, `${publish} The file holds this one line and no markup.`);
  }
  return notProved('file-with-other-content', `${url} holds ${quote(text)}.`, publish);
}
