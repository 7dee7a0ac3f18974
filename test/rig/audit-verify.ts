/** `npm run audit:verify`, as whoever looks after a system runs it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environmentWithoutSallyport } from './environment.ts';

export interface Verified {
  readonly code: number;
  readonly output: string;
}

export const runAuditVerify = (dataFolder: string): Promise<Verified> =>
  new Promise((resolve) => {
    const options = {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...environmentWithoutSallyport(), SALLYPORT_DATA: dataFolder },
    };
    const child = execFile('npm', ['run', '--silent', 'audit:verify'], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
