import * as iam from 'aws-cdk-lib/aws-iam';
import { ApproverName } from '../../../lib';
import { AgentStack, only, statementsOfRole } from '../agent-stack';

const OPERATORS = { operatorGroups: ['support-oncall'] };

describe('operators', () => {
  const made = new AgentStack();
  const agent = made.withRuntime({ operators: OPERATORS, maxSessions: 7 });
  const template = made.template();

  test('have a role of their own that may only call their API, by their own name', () => {
    const statements = statementsOfRole(template, 'AgentOperatorsRole');
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatchObject({ Sid: 'Operate', Action: 'execute-api:Invoke' });
    expect(statements[0].Resource).toHaveLength(7);
    const [, role] = only<{ AssumeRolePolicyDocument: { Statement: object[] } }>(
      template,
      'AWS::IAM::Role',
      'AgentOperatorsRole',
    );
    const trusts = role.AssumeRolePolicyDocument.Statement;
    expect(trusts).toMatchObject([
      {
        Condition: {
          StringEquals: {
            'aws:PrincipalTag/operator-group': ['support-oncall'],
            // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM policy variables look like template strings.
            'sts:RoleSessionName': '${aws:username}',
          },
        },
      },
    ]);
    expect(agent.operatorRole).not.toBe(agent.approvals.approverRole);
  });

  test('can’t approve: their function has neither task tokens nor a right to answer', () => {
    const text = JSON.stringify(statementsOfRole(template, 'AgentOperatorsOperateRole'));
    expect(text).not.toContain('SendTask');
    expect(text).not.toContain('TOKEN#');
    expect(text).toContain('states:StopExecution');
  });

  test('are the only ones whom their API admits', () => {
    const [, api] = only<{ Policy: { Statement: Record<string, unknown>[] } }>(
      template,
      'AWS::ApiGateway::RestApi',
      'AgentOperators',
    );
    const [denial, ...others] = api.Policy.Statement.filter(({ Effect }) => Effect === 'Deny');
    expect(others).toEqual([]);
    expect(denial).toMatchObject({ Principal: { AWS: '*' }, Action: 'execute-api:Invoke', Resource: 'execute-api:/*' });
    expect(JSON.stringify(denial.Condition)).toMatch(/^\{"ArnNotLike":\{"aws:PrincipalArn":.*AgentOperatorsRole/);
  });

  test('raise an alarm with each use', () => {
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    const used = alarms.filter(({ Properties }) => String(Properties.AlarmDescription).includes('operator role'));
    expect(used).toHaveLength(1);
    expect(used[0].Properties).toMatchObject({ MetricName: 'Invocations', Threshold: 1, EvaluationPeriods: 1 });
    expect(agent.alarms.some(({ node }) => node.path.endsWith('Operators/UsedAlarm'))).toBe(true);
  });

  test('stop tasks of this cluster only, as the sweep does; the gate and the task’s role don’t', () => {
    for (const role of ['AgentOperatorsOperateRole', 'AgentSweepRole']) {
      const stops = statementsOfRole(template, role).filter(({ Action }) => String(Action).startsWith('ecs:'));
      expect(stops.map(({ Action }) => Action)).toEqual(['ecs:StopTask', 'ecs:ListTasks']);
      for (const { Condition } of stops) {
        expect(Condition).toEqual({
          ArnEquals: { 'ecs:cluster': { 'Fn::GetAtt': [expect.stringMatching(/^AgentTaskCluster/), 'Arn'] } },
        });
      }
    }
    for (const role of ['AgentGateRole', 'AgentAgentRole', 'AgentSessionsEndRole']) {
      expect(JSON.stringify(statementsOfRole(template, role))).not.toContain('ecs:');
    }
  });

  test('the launcher knows how many sessions there may be at once', () => {
    const [, launcher] = only<{ Environment: { Variables: object } }>(
      template,
      'AWS::Lambda::Function',
      'AgentSessionsLaunch',
    );
    expect(launcher.Environment.Variables).toMatchObject({ MAX_SESSIONS: '7' });
  });
});

test('without operators there is neither role nor API', () => {
  const made = new AgentStack();
  const agent = made.withRuntime();
  expect([agent.operatorRole, agent.operatorUrl]).toEqual([undefined, undefined]);
  expect(JSON.stringify(made.template().toJSON())).not.toContain('OPERATOR_ROLE_NAME');
});

test.each([
  ['nobody', {}, /nobody could stop the agent; write operatorGroups/],
  ['a pattern', { operatorGroups: ['on*'] }, /an operator group is the exact value of a tag/],
])('refuses %s as operators', (_, operators, message) => {
  expect(() => new AgentStack().withRuntime({ operators })).toThrow(message);
});

test.each([0, 1.5, 1001])('refuses maxSessions %s', (maxSessions) => {
  expect(() => new AgentStack().withRuntime({ maxSessions })).toThrow(/maxSessions is/);
});

test('a role of people needs another proof of names than that of IAM users', () => {
  const made = new AgentStack();
  const boss = iam.Role.fromRoleArn(made.stack, 'Boss', 'arn:aws:iam::111122223333:role/Boss');
  expect(() => made.withRuntime({ operators: { operatorPrincipals: [boss] } })).toThrow(
    /operatorPrincipals names a role, .*write operatorName: ApproverName\.principalTag\('operator-name'\)/,
  );
});

test('principals may be operators', () => {
  const made = new AgentStack();
  const boss = iam.Role.fromRoleArn(made.stack, 'Boss', 'arn:aws:iam::111122223333:role/Boss');
  const operatorName = ApproverName.principalTag('operator-name');
  made.withRuntime({ operators: { operatorPrincipals: [boss], operatorName } });
  expect(JSON.stringify(made.template().findResources('AWS::IAM::Role'))).toContain('role/Boss');
});
