import type { CheckResult } from '../../../lib/checks/check-assembly';
import { prove } from '../../../lib/prove/claims';
import { codeFaults } from '../../../lib/prove/part-code';
import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { Assembly } from '../../../lib/template';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { GUARDED_APPS, type GuardedApp } from '../../guard/apps';
import { guardedApp } from '../../guard/templates';
import { add, declare } from './hole';
import { propertiesOf, quickstartTemplate, type TemplateBody } from './quickstart-template';

const FUNCTION = 'AWS::Lambda::Function';
const PARTS = [
  'AgentGate',
  'TicketsExecutor',
  'DocumentsExecutor',
  'AgentLedgerSealer',
  'AgentSessionsLaunch',
  'AgentSessionsEnd',
  'AgentApprovalsDecide',
];

let clean: TemplateBody;
const NONE = { findings: [], acknowledged: [] } as unknown as CheckResult;

beforeAll(() => {
  clean = quickstartTemplate();
});

type Change = (properties: JsonObject & { [name: string]: JsonValue }, body: TemplateBody) => void;

function faultsWith(start: string, change: Change): readonly string[] {
  const body = structuredClone(clean);
  change(propertiesOf(body.Resources, FUNCTION, start) as never, body);
  const assembly = Assembly.of({ name: 'Q.template.json', body });
  return codeFaults(assembly, new RuntimeParts(assembly), NONE).broken;
}

const variable =
  (name: string, value: JsonValue): Change =>
  (function_) => {
    (function_.Environment as { Variables: JsonObject & { [name: string]: JsonValue } }).Variables[name] = value;
  };

const CODE: readonly (readonly [name: string, change: Change, says: RegExp])[] = [
  [
    'no log of what it decides',
    (f) => (f.LoggingConfig = { LogFormat: 'JSON', ApplicationLogLevel: 'ERROR' }),
    /is ERROR/,
  ],
  ['inline code', (f) => (f.Code = { ZipFile: 'x' }), /written in the template/],
  ['an image', (f) => (f.Code = { ImageUri: '1.dkr.ecr.eu-west-1.amazonaws.com/x@sha256:0' }), /is an image/],
  ['a free bucket', (f) => (f.Code = { S3Bucket: 'builds', S3Key: 'k' }), /builds: can't be proven/],
  ['another account', (f) => (f.Code = { S3Bucket: 'assets-999988887777', S3Key: 'k' }), /can't be proven/],
  [
    'a bucket of the app',
    (f, { Resources }) => {
      add(Resources, 'Mine', 'AWS::S3::Bucket', {});
      f.Code = { S3Bucket: { Ref: 'Mine' }, S3Key: 'k' };
    },
    /can't be proven who writes there/,
  ],
  [
    'a bucket that the template doesn’t tell',
    (f, body) => {
      declare(body, 'Parameters', { Assets: { Type: 'String' } });
      f.Code = { S3Bucket: { Ref: 'Assets' }, S3Key: 'k' };
    },
    /can't be proven/,
  ],
  [
    'a layer from elsewhere',
    (f) => (f.Layers = ['arn:aws:lambda:eu-west-1:1:layer:x:1']),
    /what the layer .* contains/,
  ],
  [
    'a layer whose content is in a free bucket',
    (f, { Resources }) => {
      add(Resources, 'Own', 'AWS::Lambda::LayerVersion', { Content: { S3Bucket: 'builds', S3Key: 'k' } });
      f.Layers = [{ Ref: 'Own' }];
    },
    /its layer Own is in the bucket builds/,
  ],
  ['a file system', (f) => (f.FileSystemConfigs = [{ Arn: 'a', LocalMountPath: '/mnt/x' }]), /FileSystemConfigs/],
  ['a queue for failed events', (f) => (f.DeadLetterConfig = { TargetArn: 'a' }), /DeadLetterConfig/],
  ['a property that AWS adds tomorrow', (f) => (f.TomorrowConfig = { On: true }), /TomorrowConfig/],
  [
    'a role from elsewhere',
    (f) => (f.Role = 'arn:aws:iam::111122223333:role/any'),
    /its role .* isn't in the templates/,
  ],
  [
    'a group from elsewhere',
    (f) => (f.VpcConfig = { ...(f.VpcConfig as JsonObject), SecurityGroupIds: ['sg-0123456789abcdef0'] }),
    /its security group/,
  ],
  [
    'variables that the template doesn’t tell, under a condition',
    (f, body) => {
      const { Variables } = f.Environment as JsonObject;
      declare(body, 'Parameters', { Kind: { Type: 'String' } });
      declare(body, 'Conditions', { Rare: { 'Fn::Equals': [{ Ref: 'Kind' }, 'rare'] } });
      f.Environment = { Variables: { 'Fn::If': ['Rare', { 'Fn::Transform': { Name: 'Mine' } }, Variables ?? {}] } };
    },
    /which environment variables/,
  ],
  ...[
    'NODE_OPTIONS',
    'NODE_EXTRA_CA_CERTS',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'HTTP_PROXY',
    'https_proxy',
    'AWS_ENDPOINT_URL',
    'AWS_ENDPOINT_URL_SECRETS_MANAGER',
    'AWS_LAMBDA_EXEC_WRAPPER',
    'LD_PRELOAD',
    'TOMORROW',
  ].map((name) => [name, variable(name, 'x'), new RegExp(`the environment variable ${name} isn't one`)] as const),
];

test.each(CODE)('%s is found', (_name, change, says) => {
  expect(faultsWith('AgentGate', change)).toEqual([expect.stringMatching(says)]);
});

test.each(PARTS)('a proxy, inline code and a layer are found at %s', (start) => {
  const found = faultsWith(start, (f, body) => {
    variable('HTTPS_PROXY', { Ref: 'AWS::StackName' })(f, body);
    f.Code = { ZipFile: 'x' };
    f.Layers = [{ 'Fn::If': ['Rare', 'arn:aws:lambda:eu-west-1:1:layer:x:1', { Ref: 'AWS::NoValue' }] }];
    declare(body, 'Parameters', { Kind: { Type: 'String' } });
    declare(body, 'Conditions', { Rare: { 'Fn::Equals': [{ Ref: 'Kind' }, 'rare'] } });
  });
  expect(found).toHaveLength(3);
});

test.each<[string, Change]>([
  ['nothing changed', () => {}],
  [
    'more memory, a tag and a reserve',
    (f) => Object.assign(f, { MemorySize: 2048, Tags: [], ReservedConcurrentExecutions: 5 }),
  ],
  [
    'a layer of this account',
    (f, { Resources }) => {
      add(Resources, 'Own', 'AWS::Lambda::LayerVersion', { Content: f.Code as JsonValue });
      f.Layers = [{ Ref: 'Own' }];
    },
  ],
])('%s is no finding', (_name, change) => {
  expect(faultsWith('AgentGate', change)).toEqual([]);
});

test('what is found breaks a claim', () => {
  const body = structuredClone(clean);
  variable('HTTPS_PROXY', 'x')(propertiesOf(body.Resources, FUNCTION, 'TicketsExecutor') as never, body);
  const { claims } = prove(Assembly.of({ name: 'Q.template.json', body }));
  const broken = claims.filter(({ counterExamples }) => counterExamples.length > 0).map(({ id }) => id);
  expect(broken).toEqual(['parts-run-own-code']);
});

/** Functions of the apps themselves, of CDK for them, and those that run a team's own code. */
const NO_PART = /CustomS3AutoDelete|CustomECRAutoDelete|LogRetention|^Team|CalledFunction/;

test.each(Object.keys(GUARDED_APPS) as GuardedApp[])(
  'every function of %s is a part, with its own code and variables',
  (name) => {
    const assembly = Assembly.load(guardedApp(name).synth().directory);
    const parts = new RuntimeParts(assembly);
    const strangers = assembly
      .ofType(FUNCTION)
      .filter((each) => parts.ofWorkload(each) === undefined && !NO_PART.test(each.logicalId));
    expect(strangers.map(({ path }) => path)).toEqual([]);
    expect(codeFaults(assembly, parts, NONE)).toEqual({ broken: [], trusted: [] });
  },
);
