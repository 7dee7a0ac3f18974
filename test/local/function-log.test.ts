import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { functionLog } from '../../local/function-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the log of the functions', () => {
  it('has every line in a file, and errors shortly on the console', async () => {
    const file = join(folder, 'log', 'functions.log');
    const shown: string[] = [];
    const log = functionLog(file, (line) => shown.push(line));
    const lines = [
      { level: 'info', msg: 'fine' },
      { level: 'error', msg: 'no answer', err: { message: 'ECONNREFUSED' } },
    ].map((line) => JSON.stringify(line));
    const thread = new Worker(`for (const line of ${JSON.stringify(lines)}) console.log(line)`, {
      eval: true,
      stdout: true,
      stderr: true,
    });
    log.follow('Work', thread);
    const read = new Promise((resolve) => thread.stdout.once('end', resolve));
    await new Promise((resolve) => thread.once('exit', resolve));
    await read;
    log.crash('Work', new Error('it died'));
    log.close();
    expect(shown).toEqual(['Work: no answer: ECONNREFUSED', 'Work: Error: it died']);
    expect(readFileSync(file, 'utf8')).toContain(`${lines.join('\n')}\n`);
  });
});
