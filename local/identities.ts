/** What `Ref` and `Fn::GetAtt` of each resource stand for on one machine, and the expressions that use them. */
import { StartFault } from './start-fault.ts';
import type { Json, Template } from './template.ts';

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';
/** Engines take any; these cannot be mistaken for real ones. */
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::StackName': 'Sallyport',
  'AWS::URLSuffix': 'amazonaws.com',
};

interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
export const queueArn = (name: string): string => arn('sqs', name);
export const functionArn = (name: string): string => arn('lambda', `function:${name}`);
export const secretArn = (name: string): string => arn('secretsmanager', `secret:${name}`);

type Resource = Template['Resources'][string];

/** Resources are named by their logical IDs, which a test keeps from changing. */
function identify({ Type, Properties }: Resource, name: string, queueEndpoint: string): Identity {
  switch (Type) {
    case 'AWS::DynamoDB::Table':
      return { ref: name, attributes: { Arn: arn('dynamodb', `table/${name}`) } };
    case 'AWS::SQS::Queue':
      return queueIdentity(Properties?.FifoQueue === true ? `${name}.fifo` : name, queueEndpoint);
    case 'AWS::Lambda::Function':
      return { ref: name, attributes: { Arn: functionArn(name) } };
    case 'AWS::SecretsManager::Secret':
      return { ref: secretArn(name), attributes: { Id: secretArn(name) } };
    case 'AWS::Events::EventBus':
      return { ref: name, attributes: { Arn: arn('events', `event-bus/${name}`), Name: name } };
    case 'AWS::KMS::Key':
      return { ref: name, attributes: { Arn: arn('kms', `key/${name}`) } };
    case 'AWS::S3::Bucket': {
      const bucket = name.toLowerCase(); // names of buckets have no capitals
      return { ref: bucket, attributes: { Arn: `arn:aws:s3:::${bucket}` } };
    }
    default:
      return { ref: name, attributes: {} };
  }
}

/** With the address itself: the SDK calls the host in the URL, whatever the endpoint setting says. */
const queueIdentity = (name: string, queueEndpoint: string): Identity => ({
  ref: `${queueEndpoint}/${ACCOUNT}/${name}`,
  attributes: { Arn: queueArn(name), QueueName: name },
});

/** Gives the value of a property in which expressions are replaced by what they stand for. */
export type Resolve = (value: Json) => Json;

/** @throws StartFault from the returned function, for an expression that it does not know */
export function resolverFor(template: Template, queueEndpoint: string): Resolve {
  const identity = (name: string): Identity => {
    const resource = template.Resources[name];
    if (!resource) throw new StartFault(`The template refers to ${name}, which is none of its resources.`);
    return identify(resource, name, queueEndpoint);
  };
  const ref = (name: string): string => PSEUDO_PARAMETERS[name] ?? identity(name).ref;
  const attribute = (name: string, key: string): string => identity(name).attributes[key] ?? `${name}.${key}`;

  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const [[key, argument] = ['', null], ...others] = Object.entries(value);
    if (others.length > 0 || !(key === 'Ref' || key.startsWith('Fn::'))) {
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, resolve(part)]));
    }
    const parts: readonly Json[] = Array.isArray(argument) ? argument : [argument];
    const [first, second] = parts;
    if (key === 'Ref' && typeof first === 'string') return ref(first);
    if (key === 'Fn::GetAtt' && typeof first === 'string' && typeof second === 'string')
      return attribute(first, second);
    if (key === 'Fn::Join' && typeof first === 'string' && Array.isArray(second))
      return second.map(resolve).join(first);
    if (key === 'Fn::Sub' && typeof first === 'string' && second === undefined) {
      return first.replace(/\$\{([^}]+)\}/g, (_, expression: string) => {
        const [name = '', attributeName] = expression.split('.');
        return attributeName === undefined ? ref(name) : attribute(name, attributeName);
      });
    }
    throw new StartFault(`local/ does not know the expression ${JSON.stringify(value)} of the template.`);
  };
  return resolve;
}
