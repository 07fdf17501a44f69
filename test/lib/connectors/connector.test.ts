import { HttpConnector } from '../../../lib';
import { StateTable } from '../../../lib/gate/state-table';
import { AgentStack, listOf, only, statementsOfRole } from '../agent-stack';

interface Boundary {
  readonly PolicyDocument: { readonly Statement: { readonly Effect: string; readonly Action: string[] }[] };
}

describe('every connector', () => {
  const made = new AgentStack();
  made.withRuntime();
  const template = made.template();
  const ids = ['Tickets', 'Documents'];

  test.each(ids)('%s has a role, a function and a boundary of its own', (id) => {
    const [roleId, role] = only(template, 'AWS::IAM::Role', `${id}ExecutorRole`);
    const [boundaryId] = only(template, 'AWS::IAM::ManagedPolicy', `${id}Boundary`);
    expect(role).toMatchObject({ PermissionsBoundary: { Ref: boundaryId } });
    expect(role).not.toHaveProperty('ManagedPolicyArns');
    const users = Object.entries(template.findResources('AWS::Lambda::Function')).filter(
      ([, fn]) => JSON.stringify(fn.Properties.Role) === JSON.stringify({ 'Fn::GetAtt': [roleId, 'Arn'] }),
    );
    expect(users.map(([function_]) => function_)).toEqual([expect.stringMatching(`^${id}Executor`)]);
  });

  test.each(ids)('%s trusts Lambda of this account only', (id) => {
    const [, role] = only<{ AssumeRolePolicyDocument: unknown }>(template, 'AWS::IAM::Role', `${id}ExecutorRole`);
    expect(role.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Principal: { Service: 'lambda.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    });
  });

  test.each(ids)('%s can by its boundary never gain rights, become another role or call another function', (id) => {
    const [, boundary] = only<Boundary>(template, 'AWS::IAM::ManagedPolicy', `${id}Boundary`);
    const { Statement } = (boundary as { PolicyDocument: { Statement: { Effect: string; Action: string[] }[] } })
      .PolicyDocument;
    expect(Statement.find((each) => each.Effect === 'Deny')?.Action).toEqual(
      expect.arrayContaining(['iam:*', 'sts:AssumeRole*', 'lambda:InvokeFunction', 'states:*']),
    );
    const allowed = Statement.filter((each) => each.Effect === 'Allow').flatMap((each) => each.Action);
    expect(allowed.filter((action) => /\*/.test(action) && !action.startsWith('ec2:'))).toEqual([]);
    expect(allowed.some((action) => /PutItem|PutObject|Delete/.test(action) && !action.startsWith('ec2:'))).toBe(false);
  });

  test.each(ids)('%s may use nothing that its boundary doesn’t allow, so that what it needs works', (id) => {
    const [roleId] = only(template, 'AWS::IAM::Role', `${id}ExecutorRole`);
    const [, boundary] = only<Boundary>(template, 'AWS::IAM::ManagedPolicy', `${id}Boundary`);
    const patterns = boundary.PolicyDocument.Statement.filter((each) => each.Effect === 'Allow')
      .flatMap((each) => each.Action)
      .map((action) => new RegExp(`^${action.replaceAll('*', '.*')}$`));
    const used = statementsOfRole(template, roleId)
      .filter((each) => each.Effect === 'Allow')
      .flatMap((each) => listOf(each.Action));
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter((action) => !patterns.some((pattern) => pattern.test(action)))).toEqual([]);
  });

  test.each(ids)('%s can claim requests of sessions and read stops, and change nothing else of the state', (id) => {
    const [roleId] = only(template, 'AWS::IAM::Role', `${id}ExecutorRole`);
    const state = statementsOfRole(template, roleId).filter((each) =>
      listOf(each.Action).some((action) => action.startsWith('dynamodb:')),
    );
    expect(state).toMatchObject([
      {
        Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SESSION#Agent-355b6dd9-*'] } },
      },
      {
        Action: 'dynamodb:GetItem',
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['STOPS#Agent-355b6dd9'] } },
      },
    ]);
  });

  test.each(ids)('%s refuses to be invoked by anybody but gate and workflow', (id) => {
    const [functionId] = only(template, 'AWS::Lambda::Function', `${id}ExecutorFunction`);
    const [gateRole] = only(template, 'AWS::IAM::Role', 'AgentGateRole');
    const [workflowRole] = only(template, 'AWS::IAM::Role', 'AgentApprovalsExecuteApprovedRole');
    const [, policy] = only(template, 'AWS::Lambda::ResourcePolicy', `${id}ExecutorOnlyItsCallers`);
    expect(policy).toMatchObject({
      ResourceArn: { 'Fn::GetAtt': [functionId, 'Arn'] },
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'],
            Condition: {
              ArnNotEquals: {
                'aws:PrincipalArn': [{ 'Fn::GetAtt': [gateRole, 'Arn'] }, { 'Fn::GetAtt': [workflowRole, 'Arn'] }],
              },
            },
          },
        ],
      },
    });
  });
});

describe('a connector', () => {
  test.each(['My connector', '1st', 'a.b', 'Tickets"', 'x'.repeat(65)])('is refused the id %j', (id) => {
    const { stack } = new AgentStack();
    expect(() => new HttpConnector(stack, id, { baseUrl: 'https://x.example.com' })).toThrow(/name in policies/);
  });

  test('without tools fails synth with its path', () => {
    const made = new AgentStack();
    const empty = new HttpConnector(made.stack, 'Empty', { baseUrl: 'https://x.example.com' });
    made.withRuntime({}, [made.tickets, empty]);
    expect(() => made.app.synth()).toThrow(/\[Stack\/Empty\] The connector Empty has no tool/);
  });

  test('has no role before a runtime uses it', () => {
    expect(() => new AgentStack().tickets.role).toThrow(/Stack\/Tickets: no runtime uses/);
  });

  test('can’t be shared by two runtimes', () => {
    const made = new AgentStack();
    const { ledger } = made.withRuntime();
    const state = new StateTable(made.stack, 'OtherState');
    expect(() => made.tickets._bind({ agentId: 'Other-0a1b2c3d', state, ledger, callers: [] })).toThrow(
      /Stack\/Tickets: two runtimes/,
    );
  });
});
