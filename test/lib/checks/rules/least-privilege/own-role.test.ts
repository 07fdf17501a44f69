import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, findingsOf, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { ownGate } from '../gate/gate-template';

describe('LeastPrivilegeOwnRole', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('LeastPrivilegeOwnRole', resources, around);
  const fn = (role: unknown): JsonObject => ({
    Type: 'AWS::Lambda::Function',
    Properties: { Role: role as JsonObject },
  });
  const roles = {
    A: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'a' } },
    B: { Type: 'AWS::IAM::Role', Properties: {} },
  };
  const two: JsonObject = {
    ...roles,
    One: fn({ 'Fn::GetAtt': ['A', 'Arn'] }),
    Two: fn({ 'Fn::GetAtt': ['B', 'Arn'] }),
  };

  test('a role each is fine', () => expect(lines(two)).toEqual([]));

  test('a role of two is found at both, and names the other', () => {
    expect(lines(changed(two, ['Two', 'Properties', 'Role'], { 'Fn::GetAtt': ['A', 'Arn'] }))).toEqual([
      'One Properties.Role: shares its role with Two',
      'Two Properties.Role: shares its role with One',
    ]);
  });

  test('it is an error where one of them is an agent, or beside our gate, and a warning elsewhere', () => {
    const shared = changed(two, ['Two', 'Properties', 'Role'], { 'Fn::GetAtt': ['A', 'Arn'] });
    const severities = (resources: JsonObject) =>
      findingsOf('LeastPrivilegeOwnRole', resources).map(({ severity }) => severity);
    const model = { Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:x::foundation-model/m' };
    const policies = [{ PolicyDocument: { Statement: [model] } }];
    expect(severities(shared)).toEqual(['warning', 'warning']);
    expect(severities(changed(shared, ['A', 'Properties', 'Policies'], policies))).toEqual(['error', 'error']);
    expect(severities({ ...shared, ...ownGate }).slice(0, 2)).toEqual(['error', 'error']);
  });

  test('a function and a task that share one are found, also where one names it by ARN', () => {
    const task = {
      Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { TaskRoleArn: 'arn:aws:iam::111122223333:role/a' } },
    };
    expect(lines({ ...two, ...task })).toHaveLength(2);
  });

  test('an unknown role can’t be proven', () => {
    expect(lines(changed(two, ['Two', 'Properties', 'Role'], { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
  });

  describe('agents on other compute', () => {
    const shared = (one: JsonObject, other: JsonObject): string[] =>
      lines({ Role: { Type: 'AWS::IAM::Role', Properties: {} }, One: one, Other: other } as JsonObject);
    const ROLE = { 'Fn::GetAtt': ['Role', 'Arn'] };
    const runtime = { Type: 'AWS::BedrockAgentCore::Runtime', Properties: { RoleArn: ROLE } };
    const interpreter = {
      Type: 'AWS::BedrockAgentCore::CodeInterpreterCustom',
      Properties: { ExecutionRoleArn: ROLE },
    };
    const build = { Type: 'AWS::CodeBuild::Project', Properties: { ServiceRole: ROLE } };

    test('an agent shares its role with nothing else', () => {
      expect(shared(runtime, interpreter)).toEqual([
        'One Properties.RoleArn: shares its role with Other',
        'Other Properties.ExecutionRoleArn: shares its role with One',
      ]);
      expect(shared(runtime, build)).toHaveLength(2);
      expect(shared(build, { Type: 'AWS::Glue::Job', Properties: { Role: { Ref: 'Role' } } })).toEqual([]);
    });
  });

  test('the role of a task isn’t its execution role', () => {
    const task = (TaskRoleArn: JsonObject | string, ExecutionRoleArn: JsonObject | string): string[] =>
      lines({
        One: { Type: 'AWS::IAM::Role', Properties: {} },
        Two: { Type: 'AWS::IAM::Role', Properties: {} },
        Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { TaskRoleArn, ExecutionRoleArn } },
      });
    const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
    expect(task(arn('One'), arn('Two'))).toEqual([]);
    expect(task(arn('One'), { Ref: 'One' })).toEqual([
      expect.stringMatching(/^Task Properties\.TaskRoleArn: is the execution role too/),
    ]);
    expect(task('', '')).toEqual([]);
  });
});
