import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ApprovalWorkflow, type ApprovalWorkflowProps } from '../../../lib/approvals/approval-workflow';
import { ApproverName } from '../../../lib/approvals/approver-name';
import { Ledger } from '../../../lib/ledger/ledger';
import { statementsOfRole } from '../agent-stack';
import { validateAsl } from './validate-asl';

const mockCopy = cpSync;
const mockBundle = mkdtempSync(path.join(tmpdir(), 'bundle-'));
writeFileSync(path.join(mockBundle, 'index.js'), 'exports.handler = async () => {};');
jest.mock('../../../lib/private/bundle-path', () => ({
  bundlePath: () => mockBundle,
  copyBundle: (_bundle: string, folder: string) => mockCopy(mockBundle, folder, { recursive: true }),
}));

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

function synthesize(props: Partial<ApprovalWorkflowProps> = {}) {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const table = new dynamodb.Table(stack, 'State', {
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
  });
  const workflow = new ApprovalWorkflow(stack, 'Approvals', {
    stateTable: table,
    ledger: new Ledger(stack, 'Ledger', { retention: Duration.days(1) }),
    showRequestsCode: lambda.Code.fromAsset(mockBundle),
    executeApprovedCode: lambda.Code.fromAsset(mockBundle),
    approverGroups: ['support-leads'],
    expiry: Duration.minutes(30),
    ...props,
  });
  const executor = new lambda.Function(stack, 'Executor', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(mockBundle),
  });
  workflow.addExecutor('EXECUTOR_ARN_TICKETS', executor);
  const gate = new iam.Role(stack, 'Gate', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  workflow.grantStart(gate);
  return { stack, workflow, gate, executor };
}

let made: ReturnType<typeof synthesize>;
let template: Template;
beforeAll(() => {
  made = synthesize();
  // Fails on a dependency cycle.
  template = Template.fromStack(made.stack);
});

/** All statements of the policies attached to the role whose description starts so. */
function statementsOf(description: string): Statement[] {
  const [roleId] = Object.entries(template.findResources('AWS::IAM::Role')).find(([, role]) =>
    String(role.Properties.Description ?? '').includes(description),
  ) ?? ['none'];
  const statements = statementsOfRole(template, roleId) as Statement[];
  expect(statements.length).toBeGreaterThan(0);
  return statements;
}

const actionsOf = (statements: Statement[]): string[] => statements.flatMap((statement) => statement.Action).sort();

function partitionsOf(statements: Statement[], action: string): string[] {
  return statements
    .filter((statement) => ([] as string[]).concat(statement.Action).includes(action))
    .flatMap(
      (statement) => statement.Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] as string[] | string,
    )
    .sort();
}

const functionDescriptions = {
  request: 'keeps the task token',
  show: 'shows waiting requests',
  decide: 'takes a decision, once',
  execute: 'checks an approved call again',
  close: 'ends a request',
} as const;

describe('the approval workflow', () => {
  test('lets only the deciding function read the task token, and only it resume the workflow', () => {
    for (const [name, description] of Object.entries(functionDescriptions)) {
      const statements = statementsOf(description);
      expect(partitionsOf(statements, 'dynamodb:GetItem').includes('TOKEN#*')).toBe(name === 'decide');
      expect(actionsOf(statements).includes('states:SendTaskSuccess')).toBe(name === 'decide');
    }
  });

  test('gives the function that shows requests no action that writes, except its log and its trace', () => {
    expect(actionsOf(statementsOf(functionDescriptions.show))).toEqual([
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:Query',
      'kms:Decrypt',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('lets only the executing function invoke an executor, and it can write no decision', () => {
    for (const [name, description] of Object.entries(functionDescriptions)) {
      const statements = statementsOf(description);
      expect(actionsOf(statements).includes('lambda:InvokeFunction')).toBe(name === 'execute');
    }
    const execute = statementsOf(functionDescriptions.execute);
    expect(actionsOf(execute)).not.toContain('dynamodb:PutItem');
    expect(partitionsOf(execute, 'dynamodb:UpdateItem')).toEqual([
      expect.stringMatching(/^LIMIT#Approvals-[0-9a-f]{8}#\*$/),
      expect.stringMatching(/^SESSION#Approvals-[0-9a-f]{8}-\*$/),
    ]);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp(functionDescriptions.execute),
      Environment: { Variables: { EXECUTOR_ARN_TICKETS: Match.anyValue() } },
    });
  });

  test('grants no action and no resource by wildcard, apart from what log delivery and tracing demand', () => {
    for (const description of [...Object.values(functionDescriptions), 'approval workflow', 'People who decide']) {
      for (const statement of statementsOf(description)) {
        const actions = ([] as string[]).concat(statement.Action);
        expect(actions.filter((action) => action.includes('*'))).toEqual([]);
        const demanded = actions.every((action) => /^(logs|xray):/.test(action));
        if (!demanded) expect(statement.Resource).not.toBe('*');
      }
    }
  });

  test('starts by the gate’s one permission', () => {
    const policies = Object.values(template.findResources('AWS::IAM::Policy')).filter((policy) =>
      JSON.stringify(policy.Properties.Roles).includes('Gate'),
    );
    const statements = policies.flatMap((policy) => policy.Properties.PolicyDocument.Statement as Statement[]);
    expect(statements.map((statement) => statement.Action)).toEqual(['states:StartExecution']);
  });

  test('trusts Step Functions for state machines of this account only', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      Description: Match.stringLikeRegexp('approval workflow'),
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: 'states.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: { 'aws:SourceArn': Match.anyValue() },
            },
          },
        ],
        Version: '2012-10-17',
      },
    });
  });

  test('logs every step without its data, and traces', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineType: 'STANDARD',
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });

  test('deploys a definition that is valid once its references are filled in', () => {
    const [[, machine]] = Object.entries(template.findResources('AWS::StepFunctions::StateMachine')).filter(([id]) =>
      id.startsWith('ApprovalsStateMachine'),
    );
    const join = machine.Properties.DefinitionString['Fn::Join'][1] as (string | object)[];
    const text = join
      .map((part) =>
        typeof part === 'string' ? part : 'Ref' in part ? 'aws' : 'arn:aws:lambda:eu-west-1:1:function:f',
      )
      .join('');
    const result = validateAsl(JSON.parse(text));
    expect(result.errors).toEqual([]);
    expect(text).not.toContain('"Execute":{"Type":"Task","Retry"');
  });

  test('watches for requests that could not be closed', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ExecutionsFailed',
      TreatMissingData: 'notBreaching',
    });
  });

  test('refuses an expiry that is too short to decide, or too long to trust the decision', () => {
    expect(() => synthesize({ expiry: Duration.seconds(59) })).toThrow(/Stack\/Approvals: .*Duration\.minutes\(1\)/);
    expect(() => synthesize({ expiry: Duration.days(8) })).toThrow(/Duration\.days\(7\)/);
  });

  test('refuses an executor’s name that the manifest can’t hold', () => {
    expect(() => made.workflow.addExecutor('TICKETS', made.executor)).toThrow(/write for example EXECUTOR_ARN_TICKETS/);
  });
});

describe('the approval desk’s API', () => {
  test('demands a signature on every method, and has no way to decide but POST', () => {
    const methods = Object.values(template.findResources('AWS::ApiGateway::Method')).map((method) => method.Properties);
    expect(methods.map((method) => method.AuthorizationType)).toEqual(['AWS_IAM', 'AWS_IAM', 'AWS_IAM']);
    expect(methods.map((method) => method.HttpMethod).sort()).toEqual(['GET', 'GET', 'POST']);
    const decideId = Object.keys(
      template.findResources('AWS::Lambda::Function', {
        Properties: { Description: Match.stringLikeRegexp(functionDescriptions.decide) },
      }),
    )[0];
    const deciding = methods.filter((method) => JSON.stringify(method.Integration).includes(decideId));
    expect(deciding.map((method) => method.HttpMethod)).toEqual(['POST']);
  });

  test('denies everyone except the approver role, even if their own policies allow it', () => {
    const [api] = Object.values(template.findResources('AWS::ApiGateway::RestApi'));
    const statements = api.Properties.Policy.Statement as Statement[];
    const [roleId] = Object.keys(
      template.findResources('AWS::IAM::Role', {
        Properties: { Description: Match.stringLikeRegexp('People who decide') },
      }),
    );
    const roleArn = { 'Fn::GetAtt': [roleId, 'Arn'] };
    const deny = statements.find((statement) => statement.Effect === 'Deny');
    expect(deny?.Principal).toEqual({ AWS: '*' });
    expect(deny?.Condition?.ArnNotLike?.['aws:PrincipalArn']).toContainEqual(roleArn);
    const allows = statements.filter((statement) => statement.Effect === 'Allow');
    expect(allows.map((statement) => statement.Principal)).toEqual([{ AWS: roleArn }]);
  });

  test('logs who called what, and never a body', () => {
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      AccessLogSetting: { Format: Match.stringLikeRegexp('userArn') },
      MethodSettings: [Match.objectLike({ DataTraceEnabled: false })],
    });
  });
});

describe('the approver role', () => {
  test('admits only members of the groups, under a session name that they can’t choose', () => {
    const roles = template.findResources('AWS::IAM::Role', {
      Properties: { Description: Match.stringLikeRegexp('People who decide') },
    });
    const [role] = Object.values(roles);
    const statements = role.Properties.AssumeRolePolicyDocument.Statement as Statement[];
    expect(statements).toHaveLength(1);
    expect(statements[0].Condition?.StringEquals).toEqual({
      'aws:PrincipalTag/approver-group': ['support-leads'],
      'sts:RoleSessionName': '$' + '{aws:username}',
    });
  });

  test('may use the desk and nothing else', () => {
    const statements = statementsOf('People who decide');
    expect(actionsOf(statements)).toEqual(['execute-api:Invoke']);
  });

  test('refuses a workflow that nobody could approve in', () => {
    expect(() => synthesize({ approverGroups: [] })).toThrow(/nobody could approve a call; write approverGroups/);
  });

  test('refuses a group that would match more than itself', () => {
    expect(() => synthesize({ approverGroups: ['support-*'] })).toThrow(/exact value/);
  });

  test('names given principals instead of the account', () => {
    const { stack } = synthesize({
      approverGroups: undefined,
      approverPrincipals: [new iam.ArnPrincipal('arn:aws:iam::111122223333:role/Lead')],
      approverName: ApproverName.sourceIdentity(),
    });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      Description: Match.stringLikeRegexp('People who decide'),
      AssumeRolePolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Principal: { AWS: 'arn:aws:iam::111122223333:role/Lead' } })]),
      },
    });
  });
});
