import type { Assembly, Resource } from '../template';
import type { RuntimeParts } from './runtime-parts';

/** Properties of stores that pass nothing on. What they say is judged by rules: lock, encryption, public access. */
const KNOWN: { readonly [type: string]: readonly string[] } = {
  'AWS::S3::Bucket': [
    'AbacStatus',
    'BucketEncryption',
    'BucketName',
    'LifecycleConfiguration',
    'MetricsConfigurations',
    'ObjectLockConfiguration',
    'ObjectLockEnabled',
    'OwnershipControls',
    'PublicAccessBlockConfiguration',
    'Tags',
    'VersioningConfiguration',
  ],
  'AWS::DynamoDB::Table': [
    'AttributeDefinitions',
    'BillingMode',
    'ContributorInsightsSpecification',
    'DeletionProtectionEnabled',
    'GlobalSecondaryIndexes',
    'KeySchema',
    'LocalSecondaryIndexes',
    'OnDemandThroughput',
    'PointInTimeRecoverySpecification',
    'ProvisionedThroughput',
    'ResourcePolicy',
    'SSESpecification',
    'TableClass',
    'TableName',
    'Tags',
    'TimeToLiveSpecification',
    'WarmThroughput',
  ],
};

/** Stores that this library makes. A witness or documents may be a bucket that was there before. */
const STORES = ['ledger', 'evidence', 'publication', 'state'];

/** Stores of the runtime that say themselves who else gets what they hold: a stream, a replication, a notification, logs. */
export function passedOn(assembly: Assembly, parts: RuntimeParts): string[] {
  return assembly.resources.flatMap((store) => {
    const [known, place] = [KNOWN[store.type], parts.placeOf(store)];
    if (known === undefined || place === undefined || !STORES.includes(place)) return [];
    return Object.keys(store.properties)
      .filter((property) => !known.includes(property) && isSet(store, property))
      .map((property) => `${store.path}, the ${place}: ${property} isn't known to leave it to the runtime alone`);
  });
}

function isSet(store: Resource, property: string): boolean {
  return store.property(property).some(({ value }) => value !== undefined);
}
