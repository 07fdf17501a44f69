import { rightsBeside } from '../../../lib/prove/rights-beside';
import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { Assembly } from '../../../lib/template';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { add } from './hole';
import { arnOf, idOf, quickstartTemplate, type Resources, type TemplateBody } from './quickstart-template';

const own = (text: string): JsonObject => ({ 'Fn::Sub': text });
const ASSETS = `arn:aws:s3:::cdk-hnb659fds-assets-\${AWS::AccountId}-\${AWS::Region}`;
const role = (name: string): JsonObject =>
  own(`arn:aws:iam::\${AWS::AccountId}:role/cdk-hnb659fds-${name}-role-\${AWS::AccountId}-\${AWS::Region}`);
const stack = (name: string): JsonObject =>
  own(`arn:aws:cloudformation:\${AWS::Region}:\${AWS::AccountId}:stack/${name}/*`);
const sealing = (r: Resources): JsonValue => arnOf(r, 'AWS::Events::Rule', 'AgentLedgerSealer');
const endpoint = (r: Resources): JsonValue => ({
  'Fn::Sub': [
    `arn:aws:ec2:\${AWS::Region}:\${AWS::AccountId}:vpc-endpoint/\${Id}`,
    { Id: { Ref: idOf(r, 'AWS::EC2::VPCEndpoint', 'AgentNetworkEndpointsKms') } },
  ],
});
const names = (r: Resources): JsonValue =>
  arnOf(r, 'AWS::Route53Resolver::FirewallDomainList', 'AgentNetworkDnsFirewallA');

let clean: TemplateBody;

beforeAll(() => {
  clean = quickstartTemplate();
});

type On = (r: Resources) => JsonValue;

/** What is said of a role beside the runtime, which a service has. */
function saidOf(actions: JsonValue, on: On, service = 'lambda', more: readonly JsonObject[] = []): string[] {
  const body = structuredClone(clean);
  add(body.Resources, 'Beside', 'AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      {
        PolicyName: 'own',
        PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: on(body.Resources) }, ...more] },
      },
    ],
  });
  const assembly = Assembly.of({ name: 'Q.template.json', stackName: 'Quickstart', body });
  return rightsBeside(assembly, new RuntimeParts(assembly));
}

test('nothing is said of the quickstart', () => {
  const assembly = Assembly.of({ name: 'Q.template.json', body: clean });
  expect(rightsBeside(assembly, new RuntimeParts(assembly))).toEqual([]);
});

test.each<readonly [action: string, on: On, what: string]>([
  ['events:DisableRule', sealing, 'the rule that starts the sealer'],
  ['ec2:ModifyVpcEndpoint', endpoint, 'the endpoint'],
  ['route53resolver:UpdateFirewallDomains', names, 'the names of the DNS firewall'],
  ['cloudformation:UpdateStack', () => ({ Ref: 'AWS::StackId' }), 'Quickstart, a stack with the runtime'],
  ['cloudformation:ExecuteChangeSet', () => stack('Quickstart'), 'Quickstart, a stack with the runtime'],
  ['cloudformation:SetStackPolicy', () => stack(`\${AWS::StackName}`), 'Quickstart, a stack with the runtime'],
  ['s3:PutObject', () => own(`${ASSETS}/*`), 'the code of the '],
  ['s3:PutBucketPolicy', () => own(ASSETS), 'the code of the '],
  ['sts:AssumeRole', () => role('deploy'), 'a role with which AWS CDK deploys'],
  ['sts:AssumeRole', () => role('file-publishing'), 'a role with which AWS CDK deploys'],
  ['iam:PassRole', () => role('cfn-exec'), 'a role with which AWS CDK deploys'],
])('a function with %s on what is around the runtime is found', (action, on, what) => {
  expect(saidOf(action, on)).toEqual([expect.stringMatching(new RegExp(`^Beside may ${action} on .*${what}`))]);
});

test.each<readonly [what: string, actions: JsonValue, on: On]>([
  ['reads a rule', ['events:DescribeRule', 'events:ListTargetsByRule'], sealing],
  ['does something else beside such a read', ['events:DescribeRule', 'sqs:SendMessage'], sealing],
  ['tags', ['ec2:CreateTags'], endpoint],
  ['says that it is ready', 'cloudformation:SignalResource', () => ({ Ref: 'AWS::StackId' })],
  ['reads its stack', 'cloudformation:DescribeStackResources', () => ({ Ref: 'AWS::StackId' })],
  ['changes another stack', 'cloudformation:UpdateStack', () => stack('Shop')],
  ['reads assets', ['s3:GetObject', 's3:ListBucket'], () => own(`${ASSETS}/*`)],
  ['writes to another bucket', 's3:PutObject', () => 'arn:aws:s3:::uploads/*'],
  ['looks up', 'sts:AssumeRole', () => role('lookup')],
])('a function that %s is not', (_, actions, on) => {
  expect(saidOf(actions, on)).toEqual([]);
});

test('a pipeline deploys', () => {
  for (const service of ['codebuild', 'codepipeline']) {
    expect(saidOf('sts:AssumeRole', () => role('deploy'), service)).toEqual([]);
    expect(saidOf('cloudformation:UpdateStack', () => stack('Quickstart'), service)).toEqual([]);
    expect(saidOf('events:DisableRule', sealing, service)).toHaveLength(1);
  }
});

test('what a denial takes back is not found', () => {
  const denial: JsonObject = { Effect: 'Deny', Action: 'events:*', Resource: '*' };
  expect(saidOf('events:DisableRule', sealing, 'lambda', [denial])).toEqual([]);
});
