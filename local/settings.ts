/** The settings of one machine (docs: 'On one machine'). The only reader of the environment in local/. */
import { getServers } from 'node:dns';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { StartFault } from './start-fault.ts';

export interface Settings {
  /** 0: any free one. */
  readonly port: number;
  readonly dataFolder: string;
  /** What functions get as `RESOLVERS`. */
  readonly resolvers: string;
  readonly trustLoopback: boolean;
  /** Where a domain's verification file is fetched over plain HTTP, with trusted loopback. */
  readonly sitePort?: string;
  /** PEM of the authority that the files' server has its certificate from; then they are fetched over HTTPS. */
  readonly siteAuthority?: string;
  /** Left out: a random key, made once and kept. */
  readonly bootstrapKey?: string;
  /** Lets `/local/clock` move the functions' clock, and `/local/queues` stop and empty the queues. */
  readonly testClock: boolean;
  /** The command that starts Java. */
  readonly java: string;
}

export const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const PORT_DEFAULT = 8787;
const DATA_FOLDER_DEFAULT = '.sallyport';
const DNS_PORT = 53;

type Environment = Readonly<Record<string, string | undefined>>;

const portNumber = (least: number) => {
  const sentence = `must be a port number from ${least} to 65535`;
  return z
    .string()
    .regex(/^\d{1,5}$/, sentence)
    .transform(Number)
    .refine((port) => port >= least && port <= 65_535, sentence);
};
const flag = z
  .enum(['0', '1'], 'must be 1, or left out')
  .default('0')
  .transform((text) => text === '1');

const Environment = z.object({
  SALLYPORT_PORT: portNumber(0).default(PORT_DEFAULT),
  SALLYPORT_DATA: z.string().default(join(PROJECT_FOLDER, DATA_FOLDER_DEFAULT)),
  SALLYPORT_DNS: z.string().transform(resolverAddress).optional(),
  SALLYPORT_TRUST_LOOPBACK: flag,
  SALLYPORT_SITE_PORT: portNumber(1).optional(),
  SALLYPORT_SITE_CA: z.string().transform(certificateIn).optional(),
  SALLYPORT_BOOTSTRAP_KEY: z
    .string()
    .regex(/^[A-Za-z0-9_-]{32,128}$/, 'must be 32 to 128 characters of A-Z a-z 0-9 _ -')
    .optional(),
  SALLYPORT_TEST_CLOCK: flag,
  JAVA_HOME: z.string().optional(),
});

/** @throws StartFault that names every setting that is wrong */
export function readSettings(environment: Environment = ourEnvironment()): Settings {
  // A variable that is set to nothing counts as left out.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}.`);
    throw new StartFault(faults.join('\n'));
  }
  const settings = parsed.data;
  return {
    port: settings.SALLYPORT_PORT,
    dataFolder: resolve(settings.SALLYPORT_DATA),
    resolvers: settings.SALLYPORT_DNS ?? getServers().join(','),
    trustLoopback: settings.SALLYPORT_TRUST_LOOPBACK,
    testClock: settings.SALLYPORT_TEST_CLOCK,
    java: settings.JAVA_HOME ? join(settings.JAVA_HOME, 'bin', 'java') : 'java',
    ...(settings.SALLYPORT_SITE_PORT !== undefined && { sitePort: String(settings.SALLYPORT_SITE_PORT) }),
    ...(settings.SALLYPORT_SITE_CA !== undefined && { siteAuthority: settings.SALLYPORT_SITE_CA }),
    ...(settings.SALLYPORT_BOOTSTRAP_KEY !== undefined && { bootstrapKey: settings.SALLYPORT_BOOTSTRAP_KEY }),
  };
}

/** A resolver is asked by address: it cannot be looked up by itself. */
function resolverAddress(text: string, context: z.RefinementCtx<string>): string {
  const [, host = '', port = String(DNS_PORT)] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = host === 'localhost' ? '127.0.0.1' : host.replace(/^\[|\]$/g, '');
  if (isIP(address) === 0 || Number(port) < 1 || Number(port) > 65_535) {
    context.addIssue({ code: 'custom', message: 'must be host:port of a DNS server, such as 127.0.0.1:5353' });
    return z.NEVER;
  }
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

function certificateIn(path: string, context: z.RefinementCtx<string>): string {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch {
    // said below
  }
  context.addIssue({ code: 'custom', message: 'must be the path of a PEM file with a certificate' });
  return z.NEVER;
}

function ourEnvironment(): Environment {
  // biome-ignore lint/style/noProcessEnv: the one place where it is read
  return process.env;
}
