/** Is there a Java that can run DynamoDB Local? Asked before it is started, so that the answer is one sentence. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { codeOf, reasonOf, StartFault } from '../start-fault.ts';

/** DynamoDB Local's classes are made for 8, which hardly anybody maintains any more; run here with 17. */
const VERSION_LEAST = 11;
const HOW_TO = `Install a Java runtime of version ${VERSION_LEAST} or newer (Debian: apt-get install default-jre-headless)`;

/** @throws StartFault */
export async function checkJava(command: string): Promise<void> {
  const version = majorVersion(await printedVersion(command));
  if (version === undefined) throw new StartFault(`'${command} -version' does not say its version. ${HOW_TO}.`);
  if (version < VERSION_LEAST) throw new StartFault(`Java ${version} is too old for DynamoDB Local. ${HOW_TO}.`);
}

async function printedVersion(command: string): Promise<string> {
  try {
    const { stderr, stdout } = await promisify(execFile)(command, ['-version']);
    return stderr + stdout;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new StartFault(`There is no Java (${command}). ${HOW_TO}, or set JAVA_HOME.`);
    throw new StartFault(`Java does not start: ${reasonOf(error)}. ${HOW_TO}.`);
  }
}

/** `17.0.15` is 17 and `1.8.0_412` is 8. */
export function majorVersion(printed: string): number | undefined {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(printed) ?? [];
  if (first === undefined) return undefined;
  return Number(first === '1' && second !== undefined ? second : first);
}
