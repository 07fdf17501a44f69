import { taskIdOf } from '../../../runtime/gate/task-identity';

const arn = (rest: string) => `arn:aws:sts::111111111111:assumed-role/${rest}`;

describe('taskIdOf', () => {
  test('is the role session name of the agent’s own role, in every partition', () => {
    expect(taskIdOf(arn('Agent/0123abcd'), 'Agent')).toBe('0123abcd');
    expect(taskIdOf('arn:aws-us-gov:sts::111111111111:assumed-role/Agent/t', 'Agent')).toBe('t');
  });

  test.each([
    ['another role', arn('Other/0123abcd')],
    ['a role whose name starts the same', arn('Agent2/0123abcd')],
    ['a longer path', arn('Agent/a/b')],
    ['a user', 'arn:aws:iam::111111111111:user/Agent'],
    ['a federated user', 'arn:aws:sts::111111111111:federated-user/Agent'],
    ['no name', arn('Agent/')],
    ['a second line', `${arn('Agent/x')}\n`],
    ['nobody', null],
  ])('is unknown for %s', (_, userArn) => {
    expect(taskIdOf(userArn, 'Agent')).toBeUndefined();
  });
});
