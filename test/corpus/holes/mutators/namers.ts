import { FUNCTION } from './name-functions';
import { GROUP, NETWORK, ROUTE_TABLE, SUBNET } from './name-network';
import { API, CLUSTER, ROLE, TASK, WORKFLOW } from './name-parts';
import { BUCKET, LOGS, SECRET, TABLE } from './name-stores';
import type { Namer } from './namer';

/** By the type of what is named. */
export const NAMERS: { readonly [type: string]: readonly Namer[] } = {
  'AWS::Lambda::Function': FUNCTION,
  'AWS::DynamoDB::Table': TABLE,
  'AWS::S3::Bucket': BUCKET,
  'AWS::SecretsManager::Secret': SECRET,
  'AWS::IAM::Role': ROLE,
  'AWS::Logs::LogGroup': LOGS,
  'AWS::ApiGateway::RestApi': API,
  'AWS::StepFunctions::StateMachine': WORKFLOW,
  'AWS::ECS::TaskDefinition': TASK,
  'AWS::ECS::Cluster': CLUSTER,
  'AWS::EC2::VPC': NETWORK,
  'AWS::EC2::Subnet': SUBNET,
  'AWS::EC2::RouteTable': ROUTE_TABLE,
  'AWS::EC2::SecurityGroup': GROUP,
};

/** The attribute that names a resource where its ARN doesn't. */
export function attributeOf(type: string): string {
  return type === 'AWS::EC2::SecurityGroup' ? 'GroupId' : type === 'AWS::EC2::VPC' ? 'VpcId' : 'Arn';
}
