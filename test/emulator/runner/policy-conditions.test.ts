import { rewriteStatement } from './policy-conditions';
import type { JsonRecord } from './template';

const ROLE = 'arn:aws:iam::111122223333:role/path/Reader';
const SESSIONS = 'arn:aws:sts::111122223333:assumed-role/Reader/*';

function deny(condition: JsonRecord): JsonRecord {
  return { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Condition: condition };
}

function allow(condition: JsonRecord): JsonRecord {
  return { ...deny(condition), Effect: 'Allow' };
}

describe('a policy statement in the emulator', () => {
  test('without conditions stays as it is, and nothing is told', () => {
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
    expect(rewriteStatement(statement)).toEqual({ statement, notes: [] });
  });

  test('that denies unless a key has a value goes, when the emulator never sets the key', () => {
    for (const operator of ['StringNotEquals', 'StringNotLike', 'ArnNotEquals', 'StringEqualsIfExists']) {
      const { statement, notes } = rewriteStatement(deny({ [operator]: { 'aws:SourceVpc': 'vpc-1' } }));
      expect(statement).toBeUndefined();
      expect(notes).toEqual([expect.stringContaining('aws:SourceVpc')]);
    }
    expect(rewriteStatement(deny({ Null: { 's3:if-none-match': 'true' } })).statement).toBeUndefined();
  });

  test('that denies where a key has a value stays and is named, when the emulator never sets the key', () => {
    const statement = deny({ ArnLike: { 'lambda:SourceFunctionArn': 'arn:*' } });
    expect(rewriteStatement(statement)).toEqual({
      statement,
      notes: [],
      inert: expect.stringContaining('lambda:SourceFunctionArn'),
    });
  });

  test('that allows loses only the conditions that could never hold', () => {
    const { statement, notes } = rewriteStatement(
      allow({ StringEquals: { 'aws:SourceVpc': 'vpc-1', 's3:prefix': 'a/' }, Bool: { 'aws:SecureTransport': 'true' } }),
    );
    expect(statement).toEqual(allow({ StringEquals: { 's3:prefix': 'a/' } }));
    expect(notes).toHaveLength(2);
  });

  test('that allows ecs:RunTask names the cluster too: the emulator compares that, not the task definition', () => {
    const statement = {
      Effect: 'Allow',
      Action: 'ecs:RunTask',
      Resource: 'arn:aws:ecs:us-east-1:111122223333:task-definition/agent:1',
      Condition: { ArnEquals: { 'ecs:cluster': 'arn:aws:ecs:us-east-1:111122223333:cluster/agents' } },
    };
    const { statement: rewritten, notes } = rewriteStatement(statement);
    expect(rewritten?.Resource).toEqual([statement.Resource, statement.Condition.ArnEquals['ecs:cluster']]);
    expect(notes).toContainEqual(expect.stringContaining('ecs:RunTask'));
    expect(rewriteStatement({ ...statement, Effect: 'Deny' }).statement?.Resource).toBe(statement.Resource);
  });

  test('that allows to answer for a task token allows it for every state machine: the emulator checks no other', () => {
    const statement = {
      Effect: 'Allow',
      Action: ['states:SendTaskSuccess'],
      Resource: 'arn:aws:states:::stateMachine:a',
    };
    expect(rewriteStatement(statement).statement?.Resource).toBe('*');
    const wider = { ...statement, Action: ['states:SendTaskSuccess', 'states:StartExecution'] };
    expect(rewriteStatement(wider).statement?.Resource).toBe(statement.Resource);
  });

  test('that allows by a policy variable loses that condition and keeps the others', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an IAM policy variable looks like a template string.
    const own = '${aws:username}';
    const { statement, notes } = rewriteStatement(
      allow({ StringEquals: { 'sts:RoleSessionName': own, 'aws:PrincipalTag/approver-group': 'leads' } }),
    );
    expect(statement).toEqual(allow({ StringEquals: { 'aws:PrincipalTag/approver-group': 'leads' } }));
    expect(notes).toEqual([expect.stringContaining('policy variables')]);
    expect(rewriteStatement(deny({ StringNotEquals: { 'aws:userid': own } })).statement).toBeUndefined();
  });

  test('about deliveries keeps its conditions on the source', () => {
    const statement = allow({ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::bucket' } });
    expect(rewriteStatement(statement, true)).toEqual({ statement, notes: [] });
    expect(rewriteStatement(statement).statement?.Condition).toBeUndefined();
  });

  test('that denies plain HTTP goes', () => {
    expect(rewriteStatement(deny({ Bool: { 'aws:SecureTransport': 'false' } })).statement).toBeUndefined();
  });

  test('about direct calls keeps its other conditions: there, every call is direct', () => {
    const { statement } = rewriteStatement(
      deny({ ArnNotLike: { 'aws:PrincipalArn': SESSIONS }, Bool: { 'aws:ViaAWSService': 'false' } }),
    );
    expect(statement).toEqual(deny({ ArnNotLike: { 'aws:PrincipalArn': SESSIONS } }));
  });

  test('that names a role by its ARN names its sessions too, with an operator that takes patterns', () => {
    const { statement } = rewriteStatement(deny({ StringNotEquals: { 'aws:PrincipalArn': [ROLE] } }));
    expect(statement).toEqual(deny({ StringNotLike: { 'aws:PrincipalArn': [ROLE, SESSIONS] } }));
    const twice = rewriteStatement(statement ?? {});
    expect(twice).toEqual({ statement, notes: [] });
  });

  test('that names a role of the same template names its sessions too', () => {
    const role = { 'Fn::GetAtt': ['Reader', 'Arn'] };
    const { statement } = rewriteStatement(deny({ ArnNotEquals: { 'aws:PrincipalArn': role } }));
    const sessions = {
      'Fn::Sub': `arn:\${AWS::Partition}:sts::\${AWS::AccountId}:assumed-role/\${Reader}/*`,
    };
    expect(statement).toEqual(deny({ ArnNotEquals: { 'aws:PrincipalArn': [role, sessions] } }));
  });
});
