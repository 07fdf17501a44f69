import { Assembly, describe as describeValue } from '../../../../lib/template';
import type { JsonValue } from '../../../../runtime/core/contracts';

function read(value: JsonValue, account?: string): string {
  const [template] = Assembly.of({ name: 'T', body: {}, account }).templates;
  return describeValue(template?.resolve(value, 'X')[0]?.value);
}

const part = (index: number, delimiter: string, text: JsonValue): JsonValue => ({
  'Fn::Select': [index, { 'Fn::Split': [delimiter, text] }],
});
const stackId = { Ref: 'AWS::StackId' };

test.each<[string, JsonValue, string]>([
  ['the partition of the stack’s ARN', part(1, ':', stackId), `\${AWS::Partition}`],
  ['its region', part(3, ':', stackId), `\${AWS::Region}`],
  ['its account', part(4, ':', stackId), `\${AWS::AccountId}`],
  ['the stack’s name', part(1, '/', stackId), `\${AWS::StackName(T)}`],
  ['a part of the stack’s UUID', part(4, '-', part(2, '/', stackId)), `\${AWS::StackId(T).part5}`],
  ['a text with the stack’s id', part(2, '/', { 'Fn::Sub': `x/\${AWS::StackId}` }), `\${AWS::StackName(T)}`],
])('%s is known', (_name, value, expected) => expect(read(value)).toBe(expected));

test.each<[string, JsonValue]>([
  ['a region at its hyphens', part(0, '-', { Ref: 'AWS::Region' })],
  ['a stack’s name at its hyphens', part(0, '-', { Ref: 'AWS::StackName' })],
  ['the URL suffix at its dots', part(0, '.', { Ref: 'AWS::URLSuffix' })],
  ['the stack’s ARN at its hyphens', part(0, '-', stackId)],
  ['the notification topics', part(0, ':', { Ref: 'AWS::NotificationARNs' })],
])('%s is unknown', (_name, value) => expect(read(value)).toMatch(/^\?/));

test('where the app fixes the account, the stack’s ARN has it', () => {
  expect(read(part(4, ':', stackId), '111122223333')).toBe('111122223333');
});
