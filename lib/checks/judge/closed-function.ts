import { CODE_SANDBOX_VARIABLES } from '../../private/code-sandbox-variables';
import { type Assembly, type Resource, Unresolved, type Value } from '../../template/index';
import { variablesOf } from '../facts/variables';
import type { Offence } from '../rule';
import { endsInDigest } from './image-digest';
import { assumed, isOff, type Judge, offencesAt, unproven } from './offences';

/** Everything that a function may declare that runs code of a model. Each leaves it closed, or is judged below. */
const KNOWN = [
  'Architectures',
  'Code',
  'Description',
  'Environment',
  'EphemeralStorage',
  'FunctionName',
  'Handler',
  'KmsKeyArn',
  'LoggingConfig',
  'MemorySize',
  'PackageType',
  'ReservedConcurrentExecutions',
  'Role',
  'Runtime',
  'RuntimeManagementConfig',
  'Tags',
  'TenancyConfig',
  'Timeout',
  'TracingConfig',
  'VpcConfig',
];

/** Why a property that isn't known is refused. */
const WHY: { readonly [property: string]: string } = {
  Layers: 'a layer brings code from elsewhere',
  FileSystemConfigs: 'a file system outlives the run, and others can mount it',
  DeadLetterConfig: 'events leave to a queue or topic',
  ImageConfig: 'another command of the image than its own is started',
  SnapStart: 'all runs would start from one snapshot',
};

/** What a function that runs code of a model declares beyond what leaves it closed. */
export function* openingsOfFunction(assembly: Assembly, code: Resource): Generator<Offence> {
  for (const property of Object.keys(code.properties)) {
    if (KNOWN.includes(property)) continue;
    const why = WHY[property] ?? "isn't known to leave a code sandbox closed";
    yield* offencesAt(code, [property], (value) => (isNothing(value) ? undefined : why));
  }
  yield* offencesAt(code, ['TenancyConfig', 'TenantIsolationMode'], (mode) =>
    mode === 'PER_TENANT'
      ? undefined
      : 'runs of different sessions share a microVM, because it isn’t isolated per tenant',
  );
  yield* offencesAt(code, ['TracingConfig', 'Mode'], (mode) =>
    mode === undefined || mode === 'PassThrough' ? undefined : 'traces leave to X-Ray, and the code can write them',
  );
  yield* offencesAt(code, ['KmsKeyArn'], (key) =>
    key === undefined
      ? undefined
      : 'a key of the customer encrypts its variables, so its role needs a right on that key',
  );
  yield* originFaults(code);
  yield* variableFaults(code);
  yield* placeFaults(assembly, code);
}

function isNothing(value: Value): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function* originFaults(code: Resource): Generator<Offence> {
  const byName = 'the image isn’t named by its digest: a push can replace it';
  for (const { value, assuming } of code.property('Code', 'ImageUri')) {
    if (value === undefined || endsInDigest(value)) continue;
    const message = assumed(value instanceof Unresolved ? unproven(value) : byName, assuming);
    yield { resource: code, property: 'Properties.Code.ImageUri', message };
  }
}

/** Names and values that the library writes. A value from elsewhere may be a secret, and the code reads all of them. */
function* variableFaults(code: Resource): Generator<Offence> {
  for (const { name, value, property, assuming } of variablesOf(code)) {
    if (CODE_SANDBOX_VARIABLES.includes(name) && typeof value === 'string') continue;
    const message =
      name === ''
        ? "can't be proven: its environment isn't known, and the code reads all of it"
        : 'the code reads this variable, which may name or hold something that it could use';
    yield { resource: code, property, message: assumed(message, assuming) };
  }
}

function* placeFaults(assembly: Assembly, code: Resource): Generator<Offence> {
  yield* offencesAt(code, ['VpcConfig', 'Ipv6AllowedForDualStack'], (ipv6) =>
    isOff(ipv6) ? undefined : 'it may use IPv6, whose routes and rules are others',
  );
  for (const [member, type, what] of [
    ['SubnetIds', 'AWS::EC2::Subnet', 'subnet'],
    ['SecurityGroupIds', 'AWS::EC2::SecurityGroup', 'security group'],
  ] as const) {
    yield* offencesAt(code, ['VpcConfig', member], (given) =>
      isNothing(given) ? `it has no ${what}: outside a VPC, the code reaches the internet` : undefined,
    );
    for (const { value, where, assuming } of code.items('VpcConfig', member)) {
      if (assembly.find(value)?.type === type) continue;
      const message = `can't be proven: the ${what} isn't in the template`;
      yield { resource: code, property: code.below(where), message: assumed(message, assuming) };
    }
  }
}

/** A judge that refuses every value. */
export function absent(message: string): Judge {
  return (value) => (isNothing(value) ? undefined : message);
}
