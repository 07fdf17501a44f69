import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, Aspects, CfnResource, NestedStack, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import type { IConstruct } from 'constructs';
import { checkAssembly } from '../../lib/checks/check-assembly';
import { HardenedAgentChecks } from '../../lib/checks/hardened-agent-checks';
import { Assembly } from '../../lib/template';
import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import { gate } from '../lib/checks/rules/network/network-template';

/** Findings of a template, `rule resource property: message`. */
function linesOf(resources: JsonObject, around: JsonObject = {}): string[] {
  const body = { ...around, Resources: resources };
  const { findings } = checkAssembly(Assembly.of({ name: 'T.template.json', body }));
  return findings.map((f) => `${f.ruleId} ${f.resource} ${f.property}: ${f.message}`);
}

/** An app with the checks, in a folder of its own. */
function checkedApp(): App {
  const app = new App({ builtinCloudFormationValidation: false, outdir: mkdtempSync(path.join(tmpdir(), 'nag-')) });
  Validations.of(app).addPlugins(new HardenedAgentChecks(app));
  return app;
}

/** In an app with a gate, each endpoint counts. */
function addGate(stack: Stack): void {
  new CfnResource(stack, 'Gate', { type: 'AWS::Lambda::Function', properties: gate.Gate.Properties });
}

/** The report that synthesis fails with; empty when it succeeds. */
function reportOf(app: App): string {
  try {
    app.synth();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('NAG-01: values that are only known through intrinsics', () => {
  const prod = {
    Parameters: { Cidr: { Type: 'String', Default: '0.0.0.0/0' }, Stage: { Type: 'String' } },
    Conditions: { Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
  };
  const group = (rule: JsonValue): JsonObject => ({
    Vpc: { Type: 'AWS::EC2::VPC', Properties: {} },
    Group: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { VpcId: { Ref: 'Vpc' }, SecurityGroupEgress: [rule] },
    },
  });
  const to = (cidr: JsonValue, around: JsonObject = prod) =>
    linesOf(group({ IpProtocol: 'tcp', CidrIp: cidr }), around);

  test('the open branch of Fn::If is found through the default of a parameter, and says when', () => {
    expect(to({ 'Fn::If': ['Prod', { Ref: 'Cidr' }, '10.0.0.0/8'] })).toEqual([
      'NetworkNoOpenGroup Group Properties.SecurityGroupEgress[0].CidrIp: 0.0.0.0/0 contains public addresses (when Prod is true, Cidr = 0.0.0.0/0 (default))',
    ]);
  });

  test('a mapping value is read', () => {
    const mapped = { Mappings: { Ranges: { all: { cidr: '0.0.0.0/0' }, own: { cidr: '10.0.0.0/8' } } } };
    expect(to({ 'Fn::FindInMap': ['Ranges', 'all', 'cidr'] }, mapped)).toHaveLength(1);
    expect(to({ 'Fn::FindInMap': ['Ranges', 'own', 'cidr'] }, mapped)).toEqual([]);
  });

  test('an unknown value is a finding with the path of the value, and doesn’t stop other rules', () => {
    const lines = linesOf(
      { ...group({ IpProtocol: 'tcp', CidrIp: { Ref: 'Stage' } }), Secret: { Type: 'AWS::SecretsManager::Secret' } },
      prod,
    );
    expect(lines).toEqual([
      expect.stringMatching(/Group Properties\.SecurityGroupEgress\[0\]\.CidrIp: can't be proven: .*parameter Stage/),
      expect.stringContaining('SecretsOneReader Secret'),
    ]);
  });

  test('the network’s own range by GetAtt is internal', () => {
    expect(to({ 'Fn::GetAtt': ['Vpc', 'CidrBlock'] })).toEqual([]);
  });

  test('variant: a number token for a port', () => {
    const port = (FromPort: JsonValue) => linesOf(group({ CidrIp: '10.0.0.0/8', FromPort }), prod);
    expect(port({ 'Fn::If': ['Prod', 443, 80] })).toEqual([]);
    expect(port({ Ref: 'Stage' })).toEqual([expect.stringContaining("can't be proven")]);
  });

  test('variant: list tokens', () => {
    const lists = (SecurityGroupEgress: JsonValue) =>
      linesOf({ Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupEgress } } }, prod);
    expect(lists({ 'Fn::If': ['Prod', [{ CidrIp: '::/0' }], [{ CidrIp: '0.0.0.0/0' }]] })).toHaveLength(2);
    expect(lists({ 'Fn::Split': [',', { Ref: 'Stage' }] })).toEqual([expect.stringContaining("can't be proven")]);
    const domains = { Parameters: { Ranges: { Type: 'CommaDelimitedList', Default: '10.0.0.0/8, 0.0.0.0/0' } } };
    expect(to({ 'Fn::Select': [0, { Ref: 'Ranges' }] }, domains)).toEqual([]);
    expect(to({ 'Fn::Select': [1, { Ref: 'Ranges' }] }, domains)).toHaveLength(1);
  });

  test('variant: Fn::Sub with the length outside the variable', () => {
    const address = { Parameters: { A: { Type: 'String', Default: '0.0.0.0' } } };
    expect(to({ 'Fn::Sub': `\${A}/0` }, address)).toEqual([expect.stringContaining('contains public addresses')]);
    expect(to({ 'Fn::Sub': `\${A}/0` }, { Parameters: { A: { Type: 'String' } } })).not.toEqual([]);
  });

  test('variant: a boolean as text', () => {
    const service = (EnableExecuteCommand: JsonValue) =>
      linesOf({ Service: { Type: 'AWS::ECS::Service', Properties: { EnableExecuteCommand } } });
    expect(service('true')).toHaveLength(1);
    expect(service('false')).toEqual([]);
  });

  test('variant: AWS::NoValue is an absent property', () => {
    const endpoint: JsonObject = {
      ...gate,
      E: {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: { PolicyDocument: { 'Fn::If': ['Prod', { Ref: 'AWS::NoValue' }, { Statement: [] }] } },
      },
    };
    expect(linesOf(endpoint, prod)).toEqual([expect.stringContaining('has no policy')]);
  });
});

describe('NAG-02: permissions reach a role in many shapes', () => {
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  const stage = {
    Parameters: { Stage: { Type: 'String' } },
    Conditions: { C: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
  };
  const wide = (resources: JsonObject) =>
    linesOf(resources, stage).filter((line) => line.startsWith('LeastPrivilegeNoWildcard'));

  test('a role policy and a conditional statement of a policy are both found, each at its place', () => {
    const lines = wide({
      A: {
        Type: 'AWS::IAM::RolePolicy',
        Properties: { RoleName: 'agent', PolicyName: 'x', PolicyDocument: { Statement: [everything] } },
      },
      B: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          Roles: ['agent'],
          PolicyDocument: { Statement: [{ 'Fn::If': ['C', everything, { Ref: 'AWS::NoValue' }] }] },
        },
      },
    });
    for (const holder of ['A', 'B']) {
      for (const member of ['Action', 'Resource']) {
        expect(lines).toContainEqual(
          expect.stringContaining(` ${holder} Properties.PolicyDocument.Statement[0].${member}`),
        );
      }
    }
  });

  const inRole = (properties: JsonObject): JsonObject => ({ R: { Type: 'AWS::IAM::Role', Properties: properties } });
  const managed = (name: string): JsonValue => ({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::aws:policy/${name}`]],
  });

  test.each<[string, JsonObject]>([
    ['inline', inRole({ Policies: [{ PolicyDocument: { Statement: everything } }] })],
    [
      'inline, the list by Fn::If',
      inRole({ Policies: { 'Fn::If': ['C', [{ PolicyDocument: { Statement: everything } }], []] } }),
    ],
    [
      'a managed policy with roles',
      {
        M: {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: { Roles: ['agent'], PolicyDocument: { Statement: everything } },
        },
      },
    ],
    [
      'an unattached managed policy',
      { M: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: everything } } } },
    ],
    ['AdministratorAccess by Fn::Join', inRole({ ManagedPolicyArns: [managed('AdministratorAccess')] })],
    [
      'PowerUserAccess in one branch',
      inRole({ ManagedPolicyArns: { 'Fn::If': ['C', [managed('PowerUserAccess')], []] } }),
    ],
    ['an ARN through Fn::ImportValue', inRole({ ManagedPolicyArns: [{ 'Fn::ImportValue': 'elsewhere' }] })],
    [
      'an effect by Fn::If',
      inRole({
        Policies: [{ PolicyDocument: { Statement: { ...everything, Effect: { 'Fn::If': ['C', 'Allow', 'Deny'] } } } }],
      }),
    ],
    [
      'a document as a JSON string',
      inRole({ Policies: [{ PolicyDocument: JSON.stringify({ Statement: everything }) }] }),
    ],
    ['a document that isn’t known', inRole({ Policies: [{ PolicyDocument: { Ref: 'Stage' } }] })],
  ])('%s is found', (_name, resources) => expect(wide(resources)).not.toEqual([]));

  test('variant: in a nested stack, attached by name to a role from elsewhere', () => {
    const app = checkedApp();
    const nested = new NestedStack(new Stack(app, 'S'), 'Nested');
    new CfnResource(nested, 'P', {
      type: 'AWS::IAM::Policy',
      properties: { PolicyName: 'x', Roles: ['agent'], PolicyDocument: { Statement: [everything] } },
    });
    expect(reportOf(app)).toContain('S/Nested/P');
  });

  test('a role that reads a credential without a permissions boundary is found', () => {
    const statement = {
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: 'arn:aws:secretsmanager:x:1:secret:s',
    };
    const executor = {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Role: { 'Fn::GetAtt': ['R', 'Arn'] },
        Environment: { Variables: { CREDENTIAL_SECRET_ARN: statement.Resource } },
      },
    };
    const gate = {
      Type: 'AWS::Lambda::Function',
      Properties: { Environment: { Variables: { AGENT_ROLE_NAME: 'agent' } } },
    };
    const role = inRole({ Policies: [{ PolicyDocument: { Statement: statement } }] });
    const app = { ...role, Executor: executor, Gate: gate };
    expect(linesOf(app)).toContainEqual(expect.stringContaining('LeastPrivilegeCredentialRoleBounded'));
  });
});

describe('NAG-03: what is written after the constructs were made', () => {
  test('the two overrides of the case are found', () => {
    const app = checkedApp();
    const stack = new Stack(app, 'S');
    addGate(stack);
    const vpc = new ec2.CfnVPC(stack, 'Vpc', { cidrBlock: '10.0.0.0/16' });
    const group = new ec2.CfnSecurityGroup(stack, 'Group', {
      groupDescription: 'runtime',
      vpcId: vpc.ref,
      securityGroupEgress: [{ ipProtocol: 'tcp', cidrIp: '10.0.0.0/16' }],
    });
    group.addPropertyOverride('SecurityGroupIngress', [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }]);
    const task = new ecs.CfnTaskDefinition(stack, 'Task', {
      networkMode: 'awsvpc',
      containerDefinitions: [
        {
          name: 'agent',
          image: 'x',
          user: '10001',
          readonlyRootFilesystem: true,
          linuxParameters: { capabilities: { drop: ['ALL'] } },
        },
      ],
    });
    task.addPropertyDeletionOverride('ContainerDefinitions.0.ReadonlyRootFilesystem');
    const report = reportOf(app);
    expect(report).toContain('0.0.0.0/0 contains public addresses');
    expect(report).toContain('read-only root file system is not set');
    expect(report.match(/S\/(Group|Task) /g)).toHaveLength(2);
  });

  test('variant: a policy taken away, under another logical id', () => {
    const app = checkedApp();
    const stack = new Stack(app, 'S');
    addGate(stack);
    const endpoint = new ec2.CfnVPCEndpoint(stack, 'Endpoint', {
      vpcId: 'vpc-1',
      serviceName: 'x',
      policyDocument: { Statement: [] },
    });
    endpoint.addDeletionOverride('Properties.PolicyDocument');
    endpoint.overrideLogicalId('Renamed');
    expect(reportOf(app)).toContain('has no policy');
  });

  test('variant: an aspect that comes late', () => {
    const app = checkedApp();
    const stack = new Stack(app, 'S');
    addGate(stack);
    new ec2.CfnVPCEndpoint(stack, 'Endpoint', { vpcId: 'vpc-1', serviceName: 'x', policyDocument: { Statement: [] } });
    const late = {
      visit: (node: IConstruct) => {
        if (node instanceof ec2.CfnVPCEndpoint) node.policyDocument = undefined;
      },
    };
    Aspects.of(stack).add(late, { priority: 5000 });
    expect(reportOf(app)).toContain('has no policy');
  });

  test('variant: resources that the framework adds late, for a reference across regions', () => {
    const app = checkedApp();
    const from = new Stack(app, 'From', {
      env: { account: '111122223333', region: 'eu-west-1' },
      crossRegionReferences: true,
    });
    const to = new Stack(app, 'To', {
      env: { account: '111122223333', region: 'us-east-1' },
      crossRegionReferences: true,
    });
    const key = new CfnResource(from, 'Topic', { type: 'AWS::SNS::Topic' });
    new CfnResource(to, 'User', { type: 'Custom::Thing', properties: { Arn: key.getAtt('TopicArn') } });
    expect(reportOf(app)).toBe('');
    // The roles of CDK's helper functions are checked like any other.
    const widened = checkedApp();
    const [there, here] = [
      new Stack(widened, 'From', { env: from.env, crossRegionReferences: true }),
      new Stack(widened, 'To', { env: to.env, crossRegionReferences: true }),
    ];
    const topic = new CfnResource(there, 'Topic', { type: 'AWS::SNS::Topic' });
    new CfnResource(here, 'User', { type: 'Custom::Thing', properties: { Arn: topic.getAtt('TopicArn') } });
    // Beside an agent: in an app without one, the roles of functions are no agent's.
    new CfnResource(there, 'Runtime', { type: 'AWS::BedrockAgentCore::Runtime' });
    there.node.addValidation({
      validate: () => {
        const roles = there.node
          .findAll()
          .filter(
            (node): node is CfnResource => CfnResource.isCfnResource(node) && node.cfnResourceType === 'AWS::IAM::Role',
          );
        for (const role of roles)
          role.addPropertyOverride('ManagedPolicyArns', ['arn:aws:iam::aws:policy/ReadOnlyAccess']);
        return [];
      },
    });
    expect(reportOf(widened)).toMatch(/CustomCrossRegionExport\w+Role/);
  });

  test('variant: an included template, and a macro that rewrites it', () => {
    const template = path.join(mkdtempSync(path.join(tmpdir(), 'include-')), 'old.json');
    writeFileSync(
      template,
      JSON.stringify({ Resources: { Secret: { Type: 'AWS::SecretsManager::Secret', Properties: {} } } }),
    );
    const app = checkedApp();
    const stack = new Stack(app, 'S');
    new CfnInclude(stack, 'Old', { templateFile: template });
    expect(reportOf(app)).toContain('has no resource policy');
    expect(linesOf({}, { Transform: 'AWS::LanguageExtensions' })).toEqual([
      expect.stringContaining("can't be proven: AWS::LanguageExtensions rewrites the template"),
    ]);
  });
});

describe('NAG-04: an acknowledgement that mutes more than it says', () => {
  const openSecret = (scope: IConstruct) =>
    new CfnResource(scope as Stack, 'Secret', { type: 'AWS::SecretsManager::Secret' });

  test('with the same fault in two stacks, only the acknowledged one is muted, and synthesis fails', () => {
    const app = checkedApp();
    const acknowledged = openSecret(new Stack(app, 'A'));
    openSecret(new Stack(app, 'B'));
    Validations.of(acknowledged).acknowledge({ id: 'HardenedAgentChecks::SecretsOneReader', reason: 'Two readers' });
    const report = reportOf(app);
    expect(report).toContain('B/Secret');
    expect(report).not.toContain('A/Secret');
    // Listed with its construct and reason, next to the remaining finding.
    const json = readFileSync(path.join(app.outdir, 'validation-report.json'), 'utf8');
    expect(json).toContain('"acknowledgedAt": "A/Secret"');
    expect(json).toContain('Two readers');
  });

  test('variant: whatever version of CDK, the checks themselves look at the resource alone', () => {
    const secret = { Type: 'AWS::SecretsManager::Secret', Properties: {} };
    const answer = [{ id: 'SecretsOneReader', reason: 'Two readers' }];
    expect(linesOf({ A: { ...secret, Metadata: { 'hardened-agent:acknowledged': answer } }, B: secret })).toEqual([
      expect.stringContaining('SecretsOneReader B'),
    ]);
  });

  test('variant: an id with :: inside its brackets can be acknowledged', () => {
    const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const app = checkedApp();
    const role = new CfnResource(new Stack(app, 'S'), 'Role', {
      type: 'AWS::IAM::Role',
      properties: { ManagedPolicyArns: [arn] },
    });
    const id = `HardenedAgentChecks::LeastPrivilegeNoWildcard[Policy::${arn}]`;
    Validations.of(role).acknowledge({ id, reason: 'An auditor’s role' });
    expect(reportOf(app)).toBe('');
  });

  test('variant: an acknowledgement on a stack holds for its nested stacks and not for its sibling', () => {
    const app = checkedApp();
    const a = new Stack(app, 'A');
    openSecret(new NestedStack(a, 'Nested'));
    Validations.of(a).acknowledge({ id: 'HardenedAgentChecks::SecretsOneReader', reason: 'Two readers' });
    const b = new Stack(app, 'B');
    openSecret(new NestedStack(b, 'Nested'));
    const report = reportOf(app);
    expect(report).toContain('B/Nested/Secret');
    expect(report).not.toContain('A/Nested');
  });

  test('variant: the same stack in two regions is two findings, each with its stack', () => {
    const app = checkedApp();
    for (const region of ['eu-west-1', 'us-east-1']) openSecret(new Stack(app, `S-${region}`, { env: { region } }));
    const report = reportOf(app);
    expect(report).toContain('S-eu-west-1/Secret');
    expect(report).toContain('S-us-east-1/Secret');
  });
});
