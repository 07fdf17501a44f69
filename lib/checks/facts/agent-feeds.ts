import { type Assembly, type Resource, referencesIn, type Value } from '../../template/index';
import { nearAgents } from './near-agents';

/** What carries events: where the events come from, and where they go. Without a source, from the resource itself. */
interface Carrier {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
}

const CARRIERS: readonly Carrier[] = [
  { type: 'AWS::Lambda::EventSourceMapping', source: 'EventSourceArn', target: 'FunctionName' },
  { type: 'AWS::SNS::Subscription', source: 'TopicArn', target: 'Endpoint' },
  { type: 'AWS::SNS::Topic', target: 'Subscription' },
  { type: 'AWS::S3::Bucket', target: 'NotificationConfiguration' },
  { type: 'Custom::S3BucketNotifications', source: 'BucketName', target: 'NotificationConfiguration' },
  { type: 'AWS::Events::Rule', source: 'EventBusName', target: 'Targets' },
  { type: 'AWS::Pipes::Pipe', source: 'Source', target: 'Target' },
];

/** From a bucket by a topic and a queue to a function. */
const MOST_STEPS = 3;

/** Queues, topics, buckets and buses whose events reach an agent, or what it uses. */
export function agentFeeds(assembly: Assembly): ReadonlySet<Resource> {
  const reached = new Set(nearAgents(assembly));
  const feeds = new Set<Resource>();
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const sources = CARRIERS.flatMap((carrier) =>
      assembly.ofType(carrier.type).flatMap((resource) => sourcesBy(assembly, resource, carrier, reached)),
    );
    for (const source of sources) {
      feeds.add(source);
      reached.add(source);
    }
  }
  return feeds;
}

function sourcesBy(
  assembly: Assembly,
  resource: Resource,
  { source, target }: Carrier,
  reached: ReadonlySet<Resource>,
): readonly Resource[] {
  if (!named(assembly, resource, target).some((each) => reached.has(each))) return [];
  return source === undefined ? [resource] : named(assembly, resource, source);
}

function named(assembly: Assembly, resource: Resource, member: string): Resource[] {
  const found = (value: Value) => assembly.find(value) ?? [];
  return resource.property(member).flatMap(({ value }) => [value, ...referencesIn(value)].flatMap(found));
}
