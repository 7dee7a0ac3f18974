/** A guide of docs/guides/ as its reader takes it: its blocks, its tables, and its commands run as they stand there. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Body } from '../rig/answer.ts';

export interface Guide {
  readonly text: string;
  /** The blocks of a language under a heading that starts so; '' for those of no language. */
  blocks(heading: string, language: string): string[];
  /** The rows of the first table under a heading, by column; without the marks of code and emphasis. */
  table(heading: string): Readonly<Record<string, string>>[];
}

export async function readGuide(name: string): Promise<Guide> {
  const text = await readFile(new URL(`../../docs/guides/${name}.md`, import.meta.url), 'utf8');
  const section = (heading: string): string => {
    const found = text.split('\n## ').find((part) => part.startsWith(heading));
    if (found === undefined) throw new Error(`${name}.md has no section "${heading}"`);
    return found;
  };
  return {
    text,
    blocks: (heading, language) =>
      [...section(heading).matchAll(/^( *)```(\w*)\n(.*?)^ *```$/gms)]
        .filter(([, , given]) => given === language)
        .map(([, indent = '', , block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), '')),
    table(heading) {
      const [head = '', , ...rows] = /(?:^\|.*\n)+/m.exec(section(heading))?.[0].trimEnd().split('\n') ?? [];
      const columns = cellsOf(head);
      return rows.map((row) => Object.fromEntries(cellsOf(row).map((cell, at) => [columns[at] ?? '', cell])));
    },
  };
}

/** A cell that is one piece of code or emphasis is shown without its marks. */
const cellsOf = (row: string): string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/^([`_])(.*)\1$/, '$2'));

/** What a shell prints that runs a block. A line that sets what only the reader has (`KEY=…`) is left to `given`. */
export async function runBlock(
  block: string | undefined,
  given: Readonly<Record<string, string>>,
  { cwd = '/', shell = 'bash' } = {},
): Promise<string> {
  const commands = (block ?? 'exit 1')
    .replaceAll(/^(?:\w+=\S*…\S* *)+(?:#.*)?$/gm, '')
    .replaceAll(/^API=http.*$/gm, '');
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', ...given };
  const { stdout } = await promisify(execFile)(shell, ['-euc', commands], { cwd, env });
  return stdout;
}

/** JSON objects that were printed one after another, with or without line breaks between them. */
export const answersIn = (printed: string): Body[] =>
  printed
    .replaceAll('}{', '}\n{')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => Body.parse(JSON.parse(line)));
