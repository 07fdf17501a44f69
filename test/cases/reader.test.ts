import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, CfnResource, CfnStack, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { checkAssembly } from '../../lib/checks/check-assembly';
import { Assembly } from '../../lib/template';
import { parseYaml } from '../../lib/template/model/yaml';
import type { JsonObject, JsonValue } from '../../runtime/core/contracts';

const folder = mkdtempSync(path.join(tmpdir(), 'reader-'));

/** Writes a file, and gives its path. */
function file(name: string, content: string | Buffer): string {
  const at = path.join(folder, name);
  writeFileSync(at, content);
  return at;
}

function linesOf(assembly: Assembly): string[] {
  return checkAssembly(assembly).findings.map((f) => `${f.ruleId} ${f.resource} ${f.property}: ${f.message}`);
}

/** Findings of a YAML template, `rule resource property: message`. */
const checked = (text: string | Buffer, name = 'template.yaml') =>
  linesOf(Assembly.load(file(name, text), { parseYaml }));

const inMemory = (resources: JsonObject, around: JsonObject = {}) =>
  linesOf(Assembly.of({ name: 'T.template.json', body: { ...around, Resources: resources } }));

const OPEN = `Resources:
  Box:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: box
      VpcId: vpc-1
      SecurityGroupEgress:
        - { IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 }
`;
const open = expect.stringMatching(/^NetworkNoOpenGroup Box .*0\.0\.0\.0\/0 contains public addresses/);

describe('T2-01: byte-order marks, UTF-16 and line ends of Windows', () => {
  const json = JSON.stringify(parseYaml(OPEN).value, null, 1);

  test.each<[string, string | Buffer]>([
    ['bom.json', `\uFEFF${json}`],
    ['utf16le.json', Buffer.from(`\uFEFF${json}`, 'utf16le')],
    ['utf16be.json', Buffer.from(`\uFEFF${json}`, 'utf16le').swap16()],
    ['bom.yaml', `\uFEFF${OPEN}`],
    ['crlf.yaml', OPEN.replaceAll('\n', '\r\n')],
    ['bom-crlf.yaml', `\uFEFF${OPEN.replaceAll('\n', '\r\n')}`],
    ['cr.yaml', OPEN.replaceAll('\n', '\r')],
    ['utf16le.yaml', Buffer.from(`\uFEFF${OPEN}`, 'utf16le')],
    ['template.yml', OPEN],
    ['template.template', OPEN],
    ['template', OPEN],
    ['yaml.json', OPEN],
    ['json.yaml', json],
    [
      'flow.template',
      `{Resources: {Box: ${JSON.stringify((parseYaml(OPEN).value as { Resources: JsonObject }).Resources.Box)}}}`,
    ],
  ])('%s is read', (name, content) => expect(checked(content, name)).toEqual([open]));
});

test.each(['\r', '\u0085', '\u2028', '\u2029'])('T2-01: %j in a comment hides no property', (character) => {
  const item = `          # closed${character}          CidrIp: 0.0.0.0/0\n`;
  const hidden = OPEN.replace(/- \{.*\n/, `- IpProtocol: '-1'\n${item}`);
  const sure = character === '\r' ? [] : [expect.stringMatching(/^TemplateReadable {2}line 9: .*ends the line/)];
  expect(checked(hidden)).toEqual([open, ...sure]);
});

describe('T2-03: a SAM template', () => {
  const SAM = `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: nodejs22.x
    Environment: { Variables: { BILLING_API_KEY: kx-9-invented-value-40128 } }
Resources:
  Triage:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      InlineCode: "exports.b=()=>0"
      Policies:
        - AdministratorAccess
        - S3ReadPolicy: { BucketName: notes }
        - Statement:
            - { Effect: Allow, Action: "bedrock:*", Resource: "*" }
            - { Effect: Allow, Action: "s3:*", Resource: "*" }
      Environment: { Variables: { CRM_PASSWORD: invented-pw-7 } }
      FunctionUrlConfig: { AuthType: NONE }
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition:
        StartAt: Ask
        States:
          Ask:
            Type: Task
            Resource: arn:aws:states:::lambda:invoke.waitForTaskToken
            TimeoutSeconds: 60
            Retry: [ { ErrorEquals: [States.ALL], MaxAttempts: 3 } ]
            End: true
`;

  test('what it tells is judged, and that the macro rewrites it is said once', () => {
    const found = checked(SAM);
    for (const part of [
      /^SecretsNoPlainText Triage .*BILLING_API_KEY/,
      /^SecretsNoPlainText Triage .*CRM_PASSWORD/,
      /^LeastPrivilegeNoWildcard\S* TriageRole .*bedrock:\*/,
      /^LeastPrivilegeNoWildcard\S* TriageRole .*s3:\*/,
      /^LeastPrivilegeNoWildcard\S* TriageRole .*AdministratorAccess/,
      /^GatePrivateAndNamed TriageUrl .*without a signature/,
      /^GateApprovalWaitsOnce Flow .*Ask has a Retry/,
    ]) {
      expect(found).toContainEqual(expect.stringMatching(part));
    }
    expect(found.filter((line) => line.startsWith('TemplateReadable'))).toEqual([
      expect.stringContaining('AWS::Serverless-2016-10-31 rewrites the template'),
    ]);
  });

  test('somebody can answer for the macro in the metadata of the template', () => {
    const metadata = `
Metadata:
  hardened-agent:acknowledged:
    - { id: "TemplateReadable[AWS::Serverless-2016-10-31]", reason: The team reads each change set }
`;
    const found = checked(
      `${metadata}Transform: AWS::Serverless-2016-10-31\nResources:\n  B: { Type: AWS::S3::Bucket }\n`,
    );
    expect(found).toEqual([]);
    expect(checked(`${metadata}Resources:\n  B: { Type: AWS::S3::Bucket }\n`)).toEqual([
      expect.stringContaining('AcknowledgementUnused'),
    ]);
  });
});

test('T2-05: a macro beside other members is named in each place', () => {
  const include = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://snippets/x.yaml' } } };
  const found = inMemory({
    Extra: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Version: '2012-10-17', ...include } } },
    Bare: { Type: 'AWS::S3::Bucket', ...include },
    Fn: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { LEVEL: 'info', ...include } } } },
  });
  for (const id of ['Extra', 'Bare', 'Fn']) {
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`^TemplateReadable ${id} .*Fn::Transform`)));
  }
});

test.each(['Parameters', 'Conditions', 'Mappings', 'Outputs', 'Hooks', 'Resources'])(
  'T2-05: a macro in the section %s is named',
  (section) => {
    const include = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://snippets/x.yaml' } } };
    const bucket = { B: { Type: 'AWS::S3::Bucket' } };
    const found =
      section === 'Resources' ? inMemory({ ...bucket, ...include }) : inMemory(bucket, { [section]: include });
    expect(found).toContainEqual(expect.stringMatching(/^TemplateReadable.*Fn::Transform/));
    if (section === 'Parameters') {
      const parameter = { P: { Type: 'String', Default: 'x', ...include } };
      expect(inMemory(bucket, { Parameters: parameter })).toContainEqual(expect.stringMatching(/^TemplateReadable/));
    }
  },
);

describe('T2-06: dynamic references', () => {
  const X = '{{resolve:ssm:/agent/x}}';
  const role = (statement: JsonObject) => ({
    W: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', ...statement }] } }],
      },
    },
  });
  const endpoint = (principal: string, account: string) => ({
    E: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: {
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: '*',
              Action: 's3:GetObject',
              Resource: '*',
              Condition: {
                ArnEquals: { 'aws:PrincipalArn': principal },
                StringEquals: { 'aws:ResourceAccount': account },
              },
            },
          ],
        },
      },
    },
  });
  const agent = (container: JsonObject) => ({
    R: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [
          {
            PolicyName: 'p',
            PolicyDocument: {
              Statement: [
                {
                  Effect: 'Allow',
                  Action: 'bedrock:InvokeModel',
                  Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/m',
                },
              ],
            },
          },
        ],
      },
    },
    T: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        NetworkMode: 'awsvpc',
        TaskRoleArn: { 'Fn::GetAtt': ['R', 'Arn'] },
        ContainerDefinitions: [
          {
            Image: `x@sha256:${'0'.repeat(64)}`,
            ReadonlyRootFilesystem: true,
            User: '1000',
            LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
            ...container,
          },
        ],
      },
    },
  });
  const ARN = 'arn:aws:iam::111122223333:role/x';
  const ACCOUNT = '111122223333';

  test.each<[string, JsonObject, RegExp]>([
    ['an action', role({ Action: X, Resource: 'arn:aws:s3:::b/a' }), /^LeastPrivilegeNoWildcard/],
    ['a part of an action', role({ Action: `s3:${X}`, Resource: 'arn:aws:s3:::b/a' }), /^LeastPrivilegeNoWildcard/],
    ['a resource', role({ Action: 's3:GetObject', Resource: X }), /^LeastPrivilegeNoWildcard/],
    [
      'a part of a resource',
      role({ Action: 's3:GetObject', Resource: `arn:aws:s3:::${X}/a` }),
      /^LeastPrivilegeNoWildcard/,
    ],
    ['a principal', endpoint(X, ACCOUNT), /^NetworkEndpointPinned/],
    ['a part of a principal', endpoint(`arn:aws:iam::${X}:role/x`, ACCOUNT), /^NetworkEndpointPinned/],
    ['an account', endpoint(ARN, X), /^NetworkEndpointPinned/],
    ['a user', agent({ User: X }), /^SandboxTaskHardened T .*User/],
    ['the digest of an image', agent({ Image: `x@${X}` }), /^SandboxTaskHardened T .*Image/],
    ['a switch', agent({ Privileged: X }), /^SandboxTaskHardened T .*Privileged: can't be proven/],
    ['a capability', agent({ LinuxParameters: { Capabilities: { Drop: ['ALL'], Add: [X] } } }), /Add: can't be proven/],
    ['a variable’s name', agent({ Environment: [{ Name: X, Value: 'x' }] }), /^SecretsNoPlainText T .*can't be proven/],
    ['a role', { F: { Type: 'AWS::Lambda::Function', Properties: { Role: X } } }, /^LeastPrivilegeOwnRole F/],
    [
      'a group',
      {
        B: {
          Type: 'AWS::EC2::SecurityGroup',
          Properties: { SecurityGroupEgress: [{ IpProtocol: '-1', DestinationSecurityGroupId: X }] },
        },
      },
      /^NetworkNoOpenGroup B .*can't be proven/,
    ],
  ])('%s isn’t known', (_name, resources, expected) => {
    expect(inMemory(resources)).toContainEqual(expect.stringMatching(expected));
  });

  test('the same with plain values has no such finding', () => {
    expect(inMemory(endpoint(ARN, ACCOUNT))).toEqual([]);
    expect(inMemory(agent({})).filter((line) => /Sandbox|Secrets/.test(line))).toEqual([]);
  });
});

test('T2-10: a placeholder of a state machine doesn’t hide a wait', () => {
  const machine = (state: JsonObject, more: JsonObject = {}) => ({
    M: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { Definition: { StartAt: 'Ask', States: { Ask: { Type: 'Task', End: true, ...state } } }, ...more },
    },
  });
  const waiting = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
  expect(inMemory(machine({ Resource: `\${Res}` }, { DefinitionSubstitutions: { Res: waiting } }))).toContainEqual(
    expect.stringMatching(/^GateApprovalWaitsOnce M .*Ask waits without a timeout/),
  );
});

describe('T2-25: a nested stack without the metadata that names its file', () => {
  // `app.synth()` in a unit test, and `cdk synth --no-asset-metadata`, leave it out.
  const folderOf = (fill: (stack: Stack) => void, context = {}) => {
    const app = new App({
      builtinCloudFormationValidation: false,
      outdir: mkdtempSync(path.join(folder, 'app-')),
      context,
    });
    fill(new Stack(new Stage(app, 'Prod'), 'S'));
    fill(new Stack(app, 'S'));
    return app.synth().directory;
  };
  const openGroup = (scope: Construct) =>
    new CfnResource(scope, 'Box', {
      type: 'AWS::EC2::SecurityGroup',
      properties: {
        GroupDescription: 'box',
        VpcId: 'vpc-1',
        SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }],
      },
    });

  test.each([{}, { '@aws-cdk/core:enablePartitionLiterals': true }, { 'aws:cdk:enable-asset-metadata': true }])(
    'it is found by the asset in its TemplateURL, with the context %j',
    (context) => {
      const nested = folderOf((stack) => void openGroup(new NestedStack(new NestedStack(stack, 'N'), 'M')), context);
      expect(linesOf(Assembly.load(nested))).toEqual([open, open]);
    },
  );

  test('one whose file isn’t an asset of the app is named', () => {
    const foreign = folderOf((stack) => {
      const templateUrl = 'https://s3.amazonaws.com/templates/0a1b2c.json';
      new CfnStack(stack, 'Child', { templateUrl });
    });
    const missing =
      "TemplateReadable Child Properties.TemplateURL: can't be proven: the nested template isn't in the app";
    expect(linesOf(Assembly.load(foreign))).toEqual([missing, missing]);
  });

  test('a list of assets that can’t be read is no reason to stop', () => {
    const nested = folderOf((stack) => void openGroup(new NestedStack(stack, 'N')));
    writeFileSync(path.join(nested, 'A.assets.json'), 'not JSON');
    expect(linesOf(Assembly.load(nested))).toEqual([open, open]);
  });
});

describe('T2-28: nested templates', () => {
  const child = `Parameters:
  Range: { Type: String }
${OPEN.replace('0.0.0.0/0', '!Ref Range')}`;
  const nested = (url: string, range: string, id = 'Child') => `
  ${id}:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ${url}
      Parameters: { Range: ${range} }`;

  test('one in a file beside the template is read with its parameters', () => {
    file('child.yaml', child);
    expect(checked(`Resources:${nested('./child.yaml', '0.0.0.0/0')}\n`)).toEqual([open]);
    expect(checked(`Resources:${nested('child.yaml', '10.0.0.0/8')}\n`)).toEqual([]);
  });

  test('two stacks of one file are read with the parameters of each', () => {
    file('child.yaml', child);
    const both = (first: string, second: string) =>
      checked(`Resources:${nested('child.yaml', first, 'A')}${nested('./child.yaml', second, 'B')}\n`);
    expect(both('10.0.0.0/8', '0.0.0.0/0')).toEqual([open]);
    expect(both('0.0.0.0/0', '10.0.0.0/8')).toEqual([open]);
  });

  test('parameters that a function computes are unknown', () => {
    file('child.yaml', child.replace('{ Type: String }', '{ Type: String, Default: 10.0.0.0/8 }'));
    const root = `Parameters: { P: { Type: String } }
Conditions: { C: !Equals [!Ref P, x] }
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: child.yaml
      Parameters: !If [C, { Range: 0.0.0.0/0 }, !Ref AWS::NoValue]
`;
    expect(checked(root)).toEqual([expect.stringMatching(/^NetworkNoOpenGroup Box .*can't be proven/)]);
  });

  test('the default of a parameter around it decides no condition in it', () => {
    file(
      'child.yaml',
      child
        .replace('!Ref Range', '0.0.0.0/0')
        .replace('Resources:', 'Conditions: { IsOpen: !Equals [!Ref Range, open] }\nResources:')
        .replace('    Properties:', '    Condition: IsOpen\n    Properties:'),
    );
    const around = (passed: string) => `Parameters: { Mode: { Type: String, Default: closed } }
Resources:${nested('child.yaml', passed)}
`;
    expect(checked(around('!Ref Mode'))).toEqual([open]);
    expect(checked(around(`!Sub "\${Mode}"`))).toEqual([open]);
    expect(checked(around('closed'))).toEqual([]);
  });

  test('a parameter that a condition leaves out has its default', () => {
    file('child.yaml', child.replace('{ Type: String }', '{ Type: String, Default: 0.0.0.0/0 }'));
    const root = `Conditions: { C: !Equals [!Ref AWS::Region, eu-west-1] }
Resources:${nested('child.yaml', '!If [C, 10.0.0.0/8, !Ref AWS::NoValue]')}
`;
    expect(checked(root)).toEqual([open]);
  });

  test('one elsewhere, and one that contains itself, can’t be proven, once', () => {
    expect(checked(`Resources:${nested('https://example.com/child.yaml', '0.0.0.0/0')}\n`)).toEqual([
      expect.stringMatching(/^TemplateReadable Child .*isn't in the app/),
    ]);
    expect(checked(`Resources:${nested('loop.yaml', 'x')}\n`, 'loop.yaml')).toEqual([
      expect.stringMatching(/^TemplateReadable Child .*isn't in the app/),
    ]);
  });
});

describe('T2-30: a doubled key', () => {
  test('is one of which parsers make another one', () => {
    const mapped = (keys: string): string =>
      `Mappings: { M: { ${keys} } }\n${OPEN.replace('0.0.0.0/0', '!FindInMap [M, "true", b]')}`;
    expect(checked(mapped('true: { b: 10.0.0.0/8 }, yes: { b: 0.0.0.0/0 }'))).toEqual([
      expect.stringMatching(/^TemplateReadable\[yes\] {2}line 1: can't be proven: true and yes without quotes/),
    ]);
    expect(checked(mapped('true: { b: 10.0.0.0/8 }, false: { b: 0.0.0.0/0 }'))).toEqual([]);
  });

  const twice = OPEN.replace('0.0.0.0/0', '10.0.0.0/8') + OPEN.replace('Resources:\n', '');

  test('is judged as the last one, and named', () => {
    expect(checked(twice)).toEqual([
      open,
      expect.stringMatching(/^TemplateReadable\[Box\] {2}line 9: .*the key Box is written twice/),
    ]);
  });

  test('is named in JSON too', () => {
    expect(checked('{"Resources": {"B": {"Type": "A::B::C"}, "B": {"Type": "A::B::C"}}}', 't.json')).toEqual([
      expect.stringMatching(/^TemplateReadable\[B\]/),
    ]);
  });
});

describe('T2-31: an unquoted scalar decides nothing that parsers read differently', () => {
  const withValues = (allowed: string, compared: string) => `Parameters:
  Web: { Type: String, AllowedValues: [${allowed}] }
Conditions:
  IsOpen: !Equals [!Ref Web, ${compared}]
${OPEN.replace('    Properties:', '    Condition: IsOpen\n    Properties:')}`;

  test.each([
    ['Y, N', '"Y"'],
    ['y, n', '"y"'],
    ['yes, no', '"yes"'],
    ['on, off', '"on"'],
    ['010, 020', '"010"'],
    ['1_000, 2_000', '"1_000"'],
    ['12:30, 12:31', '"12:30"'],
    ['1e3, 2e3', '"1e3"'],
    ['1.10, 2.20', '"1.10"'],
    ['012345678901, 111122223333', '"012345678901"'],
    ['2012-10-17, 2013-01-01', '"2012-10-17"'],
    ['"Y", "N"', 'Y'],
    ['"Y", "N"', '"Y"'],
  ])('[%s] compared with %s', (allowed, compared) => {
    expect(checked(withValues(allowed, compared))).toEqual([open]);
  });

  test('a key of a mapping is its text', () => {
    const mapping = `Mappings:
  Range: { Y: { Cidr: 0.0.0.0/0 }, N: { Cidr: 10.0.0.0/8 } }
${OPEN.replace('0.0.0.0/0 }', '!FindInMap [Range, "Y", Cidr] }')}`;
    expect(checked(mapping)).toEqual([open]);
  });
});

test('T2-36: parts of the stack’s id are one name', () => {
  const part = (index: number, delimiter: string, text: JsonValue) => ({
    'Fn::Select': [index, { 'Fn::Split': [delimiter, text] }],
  });
  const stackId = { Ref: 'AWS::StackId' };
  const statement = (Action: string, Resource: JsonValue) => ({ Effect: 'Allow', Action, Resource });
  const short = part(4, '-', part(2, '/', stackId));
  const found = inMemory({
    R: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [
          {
            PolicyName: 'p',
            PolicyDocument: {
              Statement: [
                statement('s3:GetObject', { 'Fn::Sub': [`arn:aws:s3:::notes-\${S}/a.txt`, { S: short }] }),
                statement('sqs:SendMessage', {
                  'Fn::Sub': [`arn:aws:sqs:eu-west-1:\${A}:desk`, { A: part(4, ':', stackId) }],
                }),
              ],
            },
          },
        ],
      },
    },
  });
  expect(found).toEqual([]);
});
