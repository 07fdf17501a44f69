import { sendsAway } from '../../../lib/prove/events-sent-away';
import { Assembly } from '../../../lib/template';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';

const OWN = '111122223333';
const THEIRS = 'arn:aws:events:eu-west-1:999988887777:event-bus/theirs';

/** What is said of a rule with some properties, and a target. */
function saidOf(
  rule: JsonObject,
  target: JsonValue = THEIRS,
  more: JsonObject = {},
  account?: string,
): readonly string[] {
  const properties = { Targets: [{ Id: 't', Arn: target, ...more }], ...rule };
  const assembly = Assembly.of({
    name: 'App.template.json',
    ...(account !== undefined && { account }),
    body: {
      Resources: {
        Rule: { Type: 'AWS::Events::Rule', Properties: properties },
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'own' } },
        Page: { Type: 'AWS::Events::ApiDestination', Properties: {} },
        Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
      },
    },
  });
  return assembly.ofType('AWS::Events::Rule').flatMap((each) => sendsAway(assembly, each));
}

const ofSource = (...source: JsonValue[]): JsonObject => ({ EventPattern: { source } });

test.each<[what: string, rule: JsonObject]>([
  ['the workflow’s events', ofSource('aws.states')],
  ['tasks among findings', ofSource('aws.guardduty', 'aws.ecs')],
  ['every service of AWS', ofSource({ prefix: 'aws.' })],
  ['every source', ofSource({ prefix: '' })],
  ['every source but one', ofSource({ 'anything-but': 'aws.health' })],
  ['sources by a wildcard', ofSource({ wildcard: 'aws.*' })],
  ['a pattern without a source', { EventPattern: { account: [OWN] } }],
  ['a pattern that nobody can read', { EventPattern: { Ref: 'Pattern' } }],
  ['the default bus by its name', { ...ofSource('aws.states'), EventBusName: 'default' }],
  ['a bus that nobody knows', { ...ofSource('aws.states'), EventBusName: { Ref: 'Name' } }],
])('%s sent to another account is named', (_, rule) => {
  expect(saidOf(rule)).toEqual([expect.stringContaining('they hold what the runtime got')]);
});

test.each<[what: string, rule: JsonObject]>([
  ['findings', ofSource('aws.guardduty', 'aws.securityhub')],
  ['the app’s own events', ofSource('com.example.orders', { prefix: 'com.' })],
  ['events of another bus', { ...ofSource('aws.states'), EventBusName: { Ref: 'Bus' } }],
  ['a schedule', { ScheduleExpression: 'rate(1 hour)' }],
])('%s sent to another account are not', (_, rule) => {
  expect(saidOf(rule)).toEqual([]);
});

test('where they are sent counts: an address and a bus of others, but nothing of the app or of its account', () => {
  const rule = ofSource('aws.states');
  expect(saidOf(rule, { 'Fn::GetAtt': ['Page', 'Arn'] })).toHaveLength(1);
  expect(
    saidOf(rule, { 'Fn::Sub': `arn:aws:events:eu-west-1:\${AWS::AccountId}:api-destination/page/1` }),
  ).toHaveLength(1);
  expect(
    saidOf(rule, { 'Fn::Sub': `arn:\${AWS::Partition}:events:\${AWS::Region}:999988887777:event-bus/default` }),
  ).toHaveLength(1);
  expect(saidOf(rule, 'arn:aws:sns:eu-west-1:999988887777:t', {}, OWN)).toHaveLength(1);
  expect(saidOf(rule, `arn:aws:events:eu-west-1:${OWN}:event-bus/own`, {}, OWN)).toEqual([]);
  expect(saidOf(rule, { 'Fn::Sub': `arn:aws:events:eu-west-1:\${AWS::AccountId}:event-bus/own` })).toEqual([]);
  expect(saidOf(rule, { Ref: 'Topic' })).toEqual([]);
  // Whose account it is, isn't known: a topic may well be its own.
  expect(saidOf(rule, `arn:aws:sns:eu-west-1:${OWN}:t`)).toEqual([]);
  expect(saidOf(rule, { Ref: 'Parameter' })).toHaveLength(0);
});

test('a text of the rule’s own tells nothing', () => {
  expect(saidOf(ofSource('aws.states'), THEIRS, { Input: '"something failed"' })).toEqual([]);
});
