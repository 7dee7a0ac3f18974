/** The only reader of the environment: one parse, every fault at once. */
import * as z from 'zod';

/** Of every function that changes something: the table, and the queues that its commits nudge. */
export const WRITER = {
  TABLE: z.string().min(1),
  QUEUE_DOMAINS: z.url(),
  QUEUE_IDENTITY_PROVIDERS: z.url(),
  QUEUE_GRANTS: z.url(),
  QUEUE_CONNECTIONS: z.url(),
  QUEUE_REVOCATIONS: z.url(),
  QUEUE_EVENTS: z.url(),
  QUEUE_DELIVERIES: z.url(),
  QUEUE_SYNC_ORDERS: z.url(),
  QUEUE_SYNCS: z.url(),
};

/** Of every function that asks the world outside. */
export const OUTSIDE = {
  /** DNS servers, `ip` or `ip:port`, in the order in which they are asked. */
  RESOLVERS: z
    .string()
    .min(1)
    .transform((text) => text.split(',').map((server) => server.trim())),
  /** On one machine only: issuers, files and webhooks may be on loopback over plain HTTP. */
  TRUST_LOOPBACK: z
    .literal('1', 'set it to 1, or leave it out')
    .optional()
    .transform((flag) => flag === '1'),
};

/** Of what fetches verification files, with trusted loopback only. */
export const SITE = {
  /** Port of the server they are on. */
  SITE_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  /** PEM of the authority that its certificate is from; left out: it speaks plain HTTP. */
  SITE_CA: z.string().min(1).optional(),
};

/** Name or ARN of a secret in Secrets Manager. */
export const SECRET = z.string().min(1);

/** @throws Error that names every setting that is missing or wrong, or when loopback is to be trusted on AWS */
export function settings<Shape extends z.ZodRawShape>(shape: Shape): z.infer<z.ZodObject<Shape>> {
  // biome-ignore lint/style/noProcessEnv: the one place where the environment is read
  const environment = process.env;
  const parsed = z.object(shape).safeParse(environment);
  const faults = parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  // The Lambda runtime always sets this one: a function on AWS cannot be told to trust its own loopback.
  if (environment.TRUST_LOOPBACK !== undefined && environment.AWS_LAMBDA_RUNTIME_API !== undefined) {
    faults.push('TRUST_LOOPBACK is for one machine only and cannot be set on AWS');
  }
  if (!parsed.success || faults.length > 0) throw new Error(`The environment is wrong: ${faults.join('; ')}.`);
  return parsed.data;
}
