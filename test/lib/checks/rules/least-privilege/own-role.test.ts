import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';

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
});
