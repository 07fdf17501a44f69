import { prove } from '../../../lib/prove/claims';
import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { passedOn } from '../../../lib/prove/store-properties';
import { Assembly } from '../../../lib/template';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { propertiesOf, quickstartTemplate } from './quickstart-template';

const BUCKET = 'AWS::S3::Bucket';
const TABLE = 'AWS::DynamoDB::Table';

function assemblyWith(type: string, start: string, more: JsonObject): Assembly {
  const body = quickstartTemplate();
  Object.assign(propertiesOf(body.Resources, type, start), more);
  return Assembly.of({ name: 'Q.template.json', body });
}

test.each<[type: string, start: string, property: string, value: JsonValue]>([
  [BUCKET, 'AgentLedgerBucket', 'ReplicationConfiguration', { Role: 'r', Rules: [] }],
  [BUCKET, 'AgentLedgerEvidence', 'LoggingConfiguration', { DestinationBucketName: 'elsewhere' }],
  [BUCKET, 'AgentLedgerBucket', 'NotificationConfiguration', { EventBridgeConfiguration: {} }],
  [BUCKET, 'AgentLedgerBucket', 'InventoryConfigurations', []],
  [BUCKET, 'AgentLedgerEvidence', 'WebsiteConfiguration', { 'Fn::Transform': { Name: 'Mine' } }],
  [BUCKET, 'AgentLedgerEvidence', 'AccessControl', 'PublicRead'],
  [TABLE, 'AgentState', 'StreamSpecification', { StreamViewType: 'NEW_IMAGE' }],
  [TABLE, 'AgentState', 'KinesisStreamSpecification', { StreamArn: { Ref: 'AWS::StackId' } }],
  [TABLE, 'AgentState', 'TomorrowSpecification', true],
])('%s %s with %s is found', (type, start, property, value) => {
  const assembly = assemblyWith(type, start, { [property]: value });
  expect(passedOn(assembly, new RuntimeParts(assembly))).toEqual([
    expect.stringMatching(new RegExp(`^${start}\\w*, the (ledger|evidence|state): ${property}`)),
  ]);
});

test('tags, a lifecycle and no value are no finding', () => {
  const more = { Tags: [], LifecycleConfiguration: { Rules: [] }, ReplicationConfiguration: { Ref: 'AWS::NoValue' } };
  const assembly = assemblyWith(BUCKET, 'AgentLedgerBucket', more);
  expect(passedOn(assembly, new RuntimeParts(assembly))).toEqual([]);
});

test('what is found breaks a claim', () => {
  const { claims } = prove(assemblyWith(TABLE, 'AgentState', { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } }));
  const broken = claims.filter(({ counterExamples }) => counterExamples.length > 0).map(({ id }) => id);
  expect(broken).toEqual(['runtime-has-own-relations']);
});
