/**
 * The demo's page: headings, requests, answers and what they show, on standard output, in colour on a terminal
 * only.
 */
import { STATUS_CODES } from 'node:http';
import { styleText } from 'node:util';
import { aligned, shortIds } from './values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One more than the longest name, `identityProviderId`, and a gap. */
const NAME_WIDTH = 20;
const INDENT = '      ';

export interface Page {
  chapter(title: string): void;
  /** What happens next, and who does it. */
  say(sentence: string): void;
  request(method: string, path: string, fields?: Fields): void;
  answer(status: number, tookMs: number, fields?: Fields): void;
  /** Something that happens outside Sallyport: a DNS record, a sign-in, the clock. */
  aside(fields: Fields): void;
  /** What the reader has just seen to be true. */
  point(sentence: string): void;
  failure(sentence: string, details: readonly string[]): void;
  plain(line?: string): void;
}

export function page(write: (line: string) => void): Page {
  let chapters = 0;
  const list = (fields: Fields) => {
    for (const line of aligned(fields, NAME_WIDTH)) {
      write(`${INDENT}${styleText('dim', line.slice(0, NAME_WIDTH))}${line.slice(NAME_WIDTH)}`);
    }
  };
  const block = (mark: string, head: string, fields: Fields = {}) => {
    write(`   ${mark}  ${head}`);
    list(fields);
  };
  return {
    chapter(title) {
      chapters += 1;
      write('');
      write(styleText(['bold', 'cyan'], `${chapters}  ${title}`));
    },
    say(sentence) {
      write('');
      write(`   ${sentence}`);
    },
    request(method, path, fields) {
      block(styleText('blue', '→'), `${styleText('bold', method)} ${shortIds(path)}`, fields);
    },
    answer(status, tookMs, fields) {
      const colour = status < 400 ? 'green' : 'yellow';
      block(
        styleText(colour, '←'),
        `${styleText(colour, `${status} ${STATUS_CODES[status] ?? ''}`)}  ${styleText('dim', `${tookMs} ms`)}`,
        fields,
      );
    },
    aside: list,
    point(sentence) {
      write(`   ${styleText('green', '✓')}  ${styleText('bold', sentence)}`);
    },
    failure(sentence, details) {
      write('');
      write(`   ${styleText('red', '✗')}  ${styleText('bold', sentence)}`);
      for (const line of details) write(`${INDENT}${line}`);
    },
    plain(line = '') {
      write(line);
    },
  };
}
