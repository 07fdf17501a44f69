import type { Choices } from './choices';
import type { ParameterValue, Scope } from './scope';
import { Reference, Unresolved, type Value } from './value';

/**
 * Types whose `Ref` returns the same value as an attribute: both become one reference.
 * Source: CloudFormation Template Reference, "Return values" of each type.
 */
const REF_RETURNS: { readonly [type: string]: string } = {
  'AWS::EC2::VPC': 'VpcId',
  'AWS::EC2::Subnet': 'SubnetId',
  'AWS::EC2::SecurityGroup': 'GroupId',
  'AWS::EC2::RouteTable': 'RouteTableId',
  'AWS::EC2::InternetGateway': 'InternetGatewayId',
  'AWS::EC2::NatGateway': 'NatGatewayId',
  'AWS::EC2::EgressOnlyInternetGateway': 'Id',
  'AWS::EC2::VPCEndpoint': 'Id',
  'AWS::EC2::NetworkAcl': 'Id',
  'AWS::EC2::NetworkInterface': 'Id',
  'AWS::EC2::PrefixList': 'PrefixListId',
  'AWS::EC2::TransitGateway': 'Id',
  'AWS::EC2::Instance': 'InstanceId',
  'AWS::KMS::Key': 'KeyId',
  'AWS::SecretsManager::Secret': 'Id',
  'AWS::StepFunctions::StateMachine': 'Arn',
  'AWS::SNS::Topic': 'TopicArn',
  'AWS::IAM::ManagedPolicy': 'PolicyArn',
  'AWS::ECS::TaskDefinition': 'TaskDefinitionArn',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'LoadBalancerArn',
  'AWS::ApiGateway::RestApi': 'RestApiId',
  'AWS::Route53Resolver::FirewallRuleGroup': 'Id',
  'AWS::Route53Resolver::FirewallDomainList': 'Id',
};

/** Names of the pseudo parameters. */
export const PSEUDO_PARAMETERS: ReadonlySet<string> = new Set([
  'AWS::AccountId',
  'AWS::NotificationARNs',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
]);

/** The value of `Ref`: a pseudo parameter, a parameter or a resource. @throws OpenChoice */
export function refValue(name: string, scope: Scope, choices: Choices, where: string): Value {
  if (name === 'AWS::NoValue') return undefined;
  if (PSEUDO_PARAMETERS.has(name)) {
    const literal = scope.pseudo(name);
    if (literal !== undefined) return literal;
    const perStack = name === 'AWS::StackId' || name === 'AWS::StackName' || name === 'AWS::NotificationARNs';
    return new Reference('', perStack ? `${name}(${scope.name})` : name, 'Ref');
  }
  const parameter = scope.parameter(name);
  if (parameter !== undefined) return parameterValue(name, parameter, scope, choices, where);
  const type = scope.resourceType(name);
  if (type === undefined) return new Unresolved(`Ref ${name}`, where, 'no parameter or resource has that name');
  return new Reference(scope.name, name, REF_RETURNS[type] ?? 'Ref');
}

function parameterValue(name: string, parameter: ParameterValue, scope: Scope, choices: Choices, where: string): Value {
  switch (parameter.kind) {
    case 'given':
      return parameter.evaluate(choices) ?? parameterValue(name, parameter.otherwise, scope, choices, where);
    case 'default':
      choices.defaults += 1;
      choices.assumptions.add(
        parameter.hidden ? `${name} has its default` : `${name} = ${String(parameter.value)} (default)`,
      );
      return parameter.value;
    case 'allowed': {
      const label = (i: number): string =>
        parameter.hidden ? `${name} has its allowed value ${i + 1}` : `${name} = ${String(parameter.values[i])}`;
      return parameter.values[choices.take(`${scope.name} parameter ${name}`, parameter.values.length, label)];
    }
    case 'unknown':
      return new Unresolved(`Ref ${name}`, where, parameter.reason);
  }
}
