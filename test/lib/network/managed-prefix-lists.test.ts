import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ManagedPrefixLists } from '../../../lib/network/managed-prefix-lists';

process.env.CDK_VALIDATION = 'false';

/** The ids that a stack without a region carries, by region. */
function packagedIds(): Record<string, { s3: string; dynamodb: string }> {
  const stack = new Stack();
  const lists = new ManagedPrefixLists(stack, 'Lists', {});
  expect(stack.resolve(lists.s3())).toMatchObject({
    'Fn::FindInMap': [expect.anything(), { Ref: 'AWS::Region' }, 's3'],
  });
  const [mapping] = Object.values(Template.fromStack(stack).toJSON().Mappings) as ReturnType<typeof packagedIds>[];
  return mapping;
}

test('every packaged id keeps the check that ids of lists made by AWS have, so that a wrong digit is seen', () => {
  const regions = Object.entries(packagedIds());
  expect(regions.length).toBeGreaterThan(10);
  for (const [region, { s3, dynamodb }] of regions) {
    for (const id of [s3, dynamodb]) {
      expect(id).toMatch(/^pl-[0-9a-f]{8}$/);
      const bytes = Buffer.from(id.slice(3), 'hex');
      expect(`${region} ${(bytes[0] ^ bytes[3]).toString(16)}`).toBe(`${region} 69`);
    }
    expect(s3).not.toBe(dynamodb);
  }
});

test('no region has the list of S3 of another, but those that share one', () => {
  const regions = Object.entries(packagedIds());
  const twice = regions.filter(([, { s3 }], at) => regions.findIndex(([, other]) => other.s3 === s3) !== at);
  expect(twice.map(([region]) => region)).toEqual(['ap-south-1']);
});

test('the id that is given wins over the table', () => {
  const stack = new Stack(undefined, 'Stack', { env: { region: 'eu-west-1' } });
  const lists = new ManagedPrefixLists(stack, 'Lists', { dynamoDb: 'pl-12345678' });
  expect(lists.dynamoDb()).toBe('pl-12345678');
  expect(lists.s3()).toBe('pl-6da54004');
});

test.each(['us-gov-west-1', 'cn-north-1', 'eu-south-2'])('%s has no record: the error says what to give', (region) => {
  const stack = new Stack(undefined, 'Stack', { env: { region } });
  const lists = new ManagedPrefixLists(stack, 'Lists', {});
  expect(() => lists.s3()).toThrow(/Pass it as "s3PrefixListId"\. This command prints it/);
  expect(() => lists.dynamoDb()).toThrow(/Pass it as "dynamoDbPrefixListId"/);
});
