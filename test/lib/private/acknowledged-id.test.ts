import { readId, writtenId } from '../../../lib/private/acknowledged-id';

const ID = `LeastPrivilegeNoWildcard[Policy::arn:$${'{AWS::Partition}'}:iam::aws:policy/x]`;

test('an id with a pseudo parameter is written without the syntax of a reference, and read as it was', () => {
  expect(writtenId(ID)).toBe('LeastPrivilegeNoWildcard[Policy::arn:<AWS::Partition>:iam::aws:policy/x]');
  expect(readId(writtenId(ID))).toBe(ID);
});

test.each([ID, 'SecretsRotate', 'NetworkGuardLowered[a<b>]'])('an id that a person writes by hand stays: %s', (id) =>
  expect(readId(id)).toBe(id),
);
