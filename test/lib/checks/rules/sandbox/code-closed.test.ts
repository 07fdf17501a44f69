import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, findingsOf, linesOf, UNKNOWN_PARAMETER } from '../../check-template';

/** The smallest code sandbox that is closed, written by hand. The ways to open a whole one are in test/lib/prove/code-openings.ts. */
const CLOSED: JsonObject = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/26', EnableDnsSupport: 'false' } },
  Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.0.0/28' } },
  Group: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      VpcId: { Ref: 'Vpc' },
      GroupDescription: 'Nothing',
      SecurityGroupEgress: [{ CidrIp: '127.0.0.1/32', IpProtocol: '-1' }],
    },
  },
  Logs: { Type: 'AWS::Logs::LogGroup', Properties: {} },
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      Policies: [
        {
          PolicyName: 'p',
          PolicyDocument: {
            Statement: [
              { Effect: 'Allow', Action: ['logs:PutLogEvents'], Resource: { 'Fn::GetAtt': ['Logs', 'Arn'] } },
              { Effect: 'Deny', NotAction: ['logs:PutLogEvents'], Resource: '*' },
              { Effect: 'Deny', Action: ['ec2:*NetworkInterface*', 'ec2:*PrivateIpAddresses'], Resource: '*' },
            ],
          },
        },
      ],
    },
  },
  Code: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: 'x' },
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Environment: { Variables: { CODE_SANDBOX: '1' } },
      TenancyConfig: { TenantIsolationMode: 'PER_TENANT' },
      LoggingConfig: { LogGroup: { Ref: 'Logs' } },
      VpcConfig: { SubnetIds: [{ Ref: 'Subnet' }], SecurityGroupIds: [{ 'Fn::GetAtt': ['Group', 'GroupId'] }] },
    },
  },
  CallerRole: { Type: 'AWS::IAM::Role', Properties: {} },
  Caller: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Role: { 'Fn::GetAtt': ['CallerRole', 'Arn'] },
      Environment: { Variables: { CODE_SANDBOX_ARN: { 'Fn::GetAtt': ['Code', 'Arn'] } } },
    },
  },
  Callers: {
    Type: 'AWS::Lambda::ResourcePolicy',
    Properties: {
      ResourceArn: { 'Fn::GetAtt': ['Code', 'Arn'] },
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 'lambda:InvokeFunction',
            Resource: { 'Fn::GetAtt': ['Code', 'Arn'] },
            Condition: { ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['CallerRole', 'Arn'] } } },
          },
        ],
      },
    },
  },
};

describe('SandboxCodeClosed', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('SandboxCodeClosed', resources, around);

  test('a closed one is fine, and so is an app without any', () => {
    expect(lines(CLOSED)).toEqual([]);
    expect(lines({ Logs: CLOSED.Logs as JsonObject })).toEqual([]);
  });

  test('without its mark it is still found by its executor', () => {
    const unmarked = changed(CLOSED, ['Code', 'Properties', 'Environment'], undefined);
    expect(lines(unmarked)).toEqual([]);
    expect(lines(changed(unmarked, ['Code', 'Properties', 'TenancyConfig'], undefined))).toEqual([
      'Code Properties.TenancyConfig.TenantIsolationMode: runs of different sessions share a microVM, because it isn’t isolated per tenant',
    ]);
  });

  test('a neighbour is named, and it can’t be acknowledged', () => {
    const Url = { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { Ref: 'Code' }, AuthType: 'NONE' } };
    expect(findingsOf('SandboxCodeClosed', { ...CLOSED, Url })).toEqual([
      expect.objectContaining({
        resource: 'Url',
        severity: 'fatal',
        message: expect.stringContaining('function of a code sandbox'),
      }),
    ]);
  });

  test('a neighbour that names it by a name of the app’s choice is found too', () => {
    const named = changed(CLOSED, ['Code', 'Properties', 'FunctionName'], 'run-code');
    const Rule = {
      Type: 'AWS::Events::Rule',
      Properties: { Targets: [{ Arn: 'arn:aws:lambda:eu-west-1:111122223333:function:run-code', Id: 'x' }] },
    };
    expect(lines(named)).toEqual([]);
    expect(lines({ ...named, Rule })).toEqual([expect.stringMatching(/^Rule Properties: names the function/)]);
  });

  test.each<[what: string, path: (string | number)[]]>([
    ['its tenancy', ['Code', 'Properties', 'TenancyConfig', 'TenantIsolationMode']],
    ['its subnet', ['Code', 'Properties', 'VpcConfig', 'SubnetIds']],
    ['its group', ['Code', 'Properties', 'VpcConfig', 'SecurityGroupIds', 0]],
    ['its resolver', ['Vpc', 'Properties', 'EnableDnsSupport']],
    ['the rules of its group', ['Group', 'Properties', 'SecurityGroupEgress']],
    ['its role', ['Code', 'Properties', 'Role']],
    ['its variables', ['Code', 'Properties', 'Environment', 'Variables']],
    ['a value of its variables', ['Code', 'Properties', 'Environment', 'Variables', 'CODE_SANDBOX']],
    ['its policy', ['Role', 'Properties', 'Policies', 0, 'PolicyDocument']],
    ['who may invoke it', ['Callers', 'Properties', 'PolicyDocument']],
  ])('where the template doesn’t tell %s, it can’t be proven', (_what, path) => {
    expect(lines(changed(CLOSED, path, { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).not.toEqual([]);
  });

  test('a condition that may open it counts', () => {
    const open = changed(CLOSED, ['Vpc', 'Properties', 'EnableDnsSupport'], { 'Fn::If': ['Dev', true, false] });
    const around = { ...UNKNOWN_PARAMETER, Conditions: { Dev: { 'Fn::Equals': [{ Ref: 'Unknown' }, 'x'] } } };
    expect(lines(open, around)).toEqual([expect.stringMatching(/its resolver answers/)]);
  });
});
