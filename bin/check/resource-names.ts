import type { Resource } from '../../lib/template';

/** What a type is called in a report; other types by the words of the last part of their name. */
const KINDS: { readonly [type: string]: string } = {
  'AWS::Serverless::Api': 'API',
  'AWS::Serverless::HttpApi': 'API',
  'AWS::ApiGateway::RestApi': 'API',
  'AWS::ApiGatewayV2::Api': 'API',
  'AWS::DynamoDB::Table': 'table',
  'AWS::DynamoDB::GlobalTable': 'table',
  'AWS::ECS::TaskDefinition': 'task',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'load balancer',
  'AWS::Events::Rule': 'event rule',
  'AWS::Kinesis::Stream': 'stream',
  'AWS::Lambda::Function': 'function',
  'AWS::Pipes::Pipe': 'pipe',
  'AWS::S3::Bucket': 'bucket',
  'AWS::SNS::Topic': 'topic',
  'AWS::SQS::Queue': 'queue',
  'AWS::Scheduler::Schedule': 'schedule',
  'AWS::StepFunctions::StateMachine': 'state machine',
};

/** Ids of constructs that say nothing: CDK gives them to what a construct is made of. */
const PLUMBING = /^(Resource|Default|TaskDef|ServiceRole|DefaultPolicy)$/;

/** A resource's name for a person: the last telling id of its construct path, or its logical id. */
export function nameOf(resource: Resource): string {
  const ids = resource.path.split('/').filter((id) => !PLUMBING.test(id));
  return ids.at(-1) ?? resource.logicalId;
}

/** `queue Tickets` */
export function kindAndNameOf(resource: Resource): string {
  return `${kindOf(resource)} ${nameOf(resource)}`;
}

function kindOf(resource: Resource): string {
  const isScheduled = resource.type === 'AWS::Events::Rule' && resource.properties.ScheduleExpression !== undefined;
  if (isScheduled) return 'schedule';
  const name = resource.type.split('::').at(-1) ?? resource.type;
  return (
    KINDS[resource.type] ??
    name.replace(/(?<=[a-z])[A-Z]/g, ' $&').replace(/[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase())
  );
}
