import { changesByName, isReading, onlyReads, readsByName } from '../../../../lib/checks/judge/reading-action';

test.each([
  's3:GetObject',
  's3:Get*',
  'dynamodb:Query',
  'logs:PutLogEvents',
  'kms:Decrypt',
  'bedrock:InvokeModel',
  'ce:ListUnheardOf*',
])('%s changes nothing of others', (action) => expect(isReading(action)).toBe(true));

test.each([
  's3:PutObject',
  's3:*',
  '*',
  'dynamodb:?eleteItem',
  'ses:SendEmail',
  'lambda:InvokeFunction',
  'new:DoSomething',
])('%s may change something', (action) => expect(isReading(action)).toBe(false));

test.each(['get_order', 'getOrder', 'listOrders', 'search-products', 'look_up_order', 'isOpen'])(
  '%s reads by its name',
  (name) => {
    expect(readsByName(name)).toBe(true);
    expect(changesByName(name)).toBe(false);
  },
);

test.each(['delete_order', 'sendMail', 'refund', 'cancelOrder'])('%s changes by its name', (name) => {
  expect(changesByName(name)).toBe(true);
  expect(readsByName(name)).toBe(false);
});

test.each(['checkout', 'listen', 'getaway', 'isolate', 'settings', 'payments_overview'])('%s says neither', (name) => {
  expect(readsByName(name)).toBe(false);
  expect(changesByName(name)).toBe(false);
});

test('a method comes before the name, except for a POST', () => {
  expect(onlyReads({ name: 'deleteOrder', method: 'GET' })).toBe(true);
  expect(onlyReads({ name: 'getOrder', method: 'DELETE' })).toBe(false);
  expect(onlyReads({ name: 'searchOrders', method: 'POST' })).toBe(true);
  expect(onlyReads({ name: 'orders', method: 'POST' })).toBe(false);
});
