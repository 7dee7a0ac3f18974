/** How grants and revocations reach a cluster: as it is asked for, as it is kept, and as it is shown. */
import * as z from 'zod';

const Introspection = z
  .strictObject({ type: z.literal('introspection') })
  .describe('Asks us at every use; holds nothing itself.');

/** Seeds of one deployment: its other members are found from them. */
const URIS_MAX = 50;
/** Whatever else an option may be, it may be a secret (`proxyPassword`), and these addresses are shown and audited. */
const OPTIONS = [
  'replicaSet',
  'tls',
  'ssl',
  'directConnection',
  'loadBalanced',
  'authSource',
  'srvServiceName',
  'srvMaxHosts',
];
const isOption = (name: string): boolean => OPTIONS.some((one) => one.toLowerCase() === name.toLowerCase());
const Uri = z
  .string()
  .max(2000)
  .regex(
    /^mongodb(\+srv)?:\/\/[^@\s]+$/,
    'Give mongodb:// or mongodb+srv:// and hosts, without user and password: these have fields of their own.',
  )
  .refine(
    (uri) => [...new URLSearchParams(uri.split('?').slice(1).join('?')).keys()].every(isOption),
    `An address takes these options only: ${OPTIONS.join(', ')}.`,
  )
  .meta({ examples: ['mongodb://db0.acme.internal:27017,db1.acme.internal:27017'] });

const MONGODB = {
  type: z.literal('mongodb'),
  uris: z.array(Uri).min(1).max(URIS_MAX),
  authNamePrefix: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}$/, 'Give 1 to 32 letters, digits, - and _.')
    .describe('Before the name of every identity provider in what the servers are given. Fixed.'),
  username: z.string().min(1).max(256),
};
const Password = z.string().min(1).max(1024);

export const NewConnector = z
  .discriminatedUnion(
    'type',
    [Introspection, z.strictObject({ ...MONGODB, password: Password.describe('Write-only: sealed at rest.') })],
    'Give {"type": "introspection"} or {"type": "mongodb", …}.',
  )
  .meta({
    id: 'NewConnector',
    description:
      'How grants and revocations reach the cluster. `mongodb` is not part of this release yet: it is refused with 422.',
  });
export type NewConnector = z.infer<typeof NewConnector>;

export const Connector = z.discriminatedUnion('type', [
  Introspection,
  z.object({ ...MONGODB, sealedPassword: z.string() }),
]);
export type Connector = z.infer<typeof Connector>;

export const ConnectorView = z
  .discriminatedUnion('type', [Introspection, z.object(MONGODB)])
  .meta({ id: 'Connector', description: 'How grants and revocations reach the cluster. Secrets are never shown.' });
export type ConnectorView = z.infer<typeof ConnectorView>;

export function viewConnector(connector: Connector): ConnectorView {
  if (connector.type === 'introspection') return connector;
  const { sealedPassword: _, ...shown } = connector;
  return shown;
}
