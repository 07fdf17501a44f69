import type { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AgentStack, listOf, only, type Statement } from './agent-stack';

type Policied = { ResourceArn: unknown; PolicyDocument: { Statement: Statement[] } };

const made = new AgentStack();
const agent = made.withRuntime({ operators: { operatorGroups: ['support-oncall'] } });
let template: Template;
beforeAll(() => {
  template = made.template();
});

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

function statementsOf(functionId: string): Statement[] {
  const [id] = only(template, 'AWS::Lambda::Function', functionId);
  const policies = Object.values(template.findResources('AWS::Lambda::ResourcePolicy')).filter(
    ({ Properties }) => JSON.stringify(Properties.ResourceArn) === JSON.stringify(arnOf(id)),
  );
  expect(policies).toHaveLength(1);
  return (policies[0].Properties as Policied).PolicyDocument.Statement;
}

const denials = (statements: Statement[]) => statements.filter((each) => each.Effect === 'Deny');

test('each function has its own policy, and each denial applies to everyone, also with $LATEST or a URL', () => {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'))
    // The one that AWS CDK makes to close the default security group.
    .filter(([id]) => !id.startsWith('CustomVpcRestrictDefaultSG'))
    .map(([id]) => id);
  expect(functions.length).toBeGreaterThan(9);
  for (const id of functions) {
    const found = denials(statementsOf(id));
    expect(found.length).toBeGreaterThan(0);
    for (const statement of found) {
      expect(statement).toMatchObject({
        Principal: '*',
        Action: ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'],
      });
      expect(statement.Resource).toEqual([arnOf(id), { 'Fn::Join': ['', [arnOf(id), ':*']] }]);
    }
  }
});

test('there is no Lambda permission in addition to these policies: each would overwrite the other', () => {
  template.resourceCountIs('AWS::Lambda::Permission', 0);
});

/** Each function that trusts its event, and the only source that may send one. */
test.each([
  ['AgentGateFunction', 'apigateway.amazonaws.com', ['/v1/*/*']],
  ['AgentApprovalsDecideFunction', 'apigateway.amazonaws.com', ['/desk/POST/requests/*/decision']],
  ['AgentApprovalsShowRequestsFunction', 'apigateway.amazonaws.com', ['/desk/GET/requests', '/desk/GET/requests/*']],
  ['AgentSessionsEndFunction', 'events.amazonaws.com', ['AgentSessionsTaskStopped']],
  ['AgentSweepFunction', 'events.amazonaws.com', ['AgentSweepEveryMinute']],
  [
    'AgentOperatorsOperateFunction',
    'apigateway.amazonaws.com',
    [
      '/operate/GET/sessions',
      '/operate/GET/sessions/*',
      '/operate/POST/sessions/*/stop',
      '/operate/POST/sessions/stop',
      '/operate/GET/connectors',
      '/operate/POST/connectors/*/stop',
      '/operate/POST/connectors/*/resume',
    ],
  ],
  ['AgentLedgerSealerSealFunction', 'events.amazonaws.com', ['AgentLedgerSealerEveryMinute']],
])('%s refuses events that are sent directly, or by another service or source', (id, service, sources) => {
  const statements = statementsOf(id);
  const [allow, ...others] = statements.filter((each) => each.Effect === 'Allow');
  expect(others).toEqual([]);
  expect(allow.Principal).toEqual({ Service: service });
  const named = allow.Condition?.ArnLike['aws:SourceArn'] as unknown[];
  expect(named.map((each) => JSON.stringify(each))).toEqual(sources.map((source) => expect.stringContaining(source)));
  expect(denials(statements).map((each) => each.Condition)).toEqual([
    { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
    { ArnNotLike: { 'aws:SourceArn': named } },
  ]);
});

test.each(['RequestApproval', 'ExecuteApproved', 'CloseRequest'])('%s runs for the approval workflow alone', (step) => {
  const [workflow] = only(template, 'AWS::IAM::Role', 'AgentApprovalsWorkflowRole');
  const statements = statementsOf(`AgentApprovals${step}Function`);
  expect(statements.map((each) => each.Condition)).toEqual([
    { ArnNotEquals: { 'aws:PrincipalArn': [arnOf(workflow)] } },
  ]);
});

test('principals of the account open sessions, but not services or other accounts', () => {
  const statements = statementsOf('AgentSessionsLaunchFunction');
  expect(statements.map(({ Effect, Condition }) => ({ Effect, Condition }))).toEqual([
    { Effect: 'Deny', Condition: { StringNotEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } } },
  ]);
  expect(() => agent.grantLaunch(new iam.ServicePrincipal('events.amazonaws.com'))).toThrow(
    /Stack\/Agent: grantLaunch\(\): .* Grant to a role, user or group of this account/,
  );
});

test('grantLaunch names only the launch function', () => {
  const other = new AgentStack();
  const app = new iam.Role(other.stack, 'App', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  other.withRuntime().grantLaunch(app);
  const policy = only<{ PolicyDocument: { Statement: Statement[] } }>(other.template(), 'AWS::IAM::Policy', 'App')[1];
  const [statement] = policy.PolicyDocument.Statement;
  expect(listOf(statement.Action)).toEqual(['lambda:InvokeFunction']);
  expect(statement.Resource).toEqual(arnOf(only(other.template(), 'AWS::Lambda::Function', 'AgentSessionsLaunch')[0]));
});
