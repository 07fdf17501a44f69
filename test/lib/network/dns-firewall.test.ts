import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ConnectorEgress } from '../../../lib/network/connector-egress';
import { EndpointService } from '../../../lib/network/endpoint-service';
import { IsolatedNetwork } from '../../../lib/network/isolated-network';
import { networkStack, synthesize } from './network-stack';
import { ACCOUNT, allowedNames, ofType, REGION } from './template-values';

test('answers exactly the hosts of the chosen endpoints', () => {
  const { stack, network, role, caller, template } = networkStack();
  const bucket = new s3.Bucket(stack, 'Bucket');
  const api = new apigateway.RestApi(stack, 'Api');
  api.root.addMethod('GET');
  const { endpoints } = network;
  endpoints.allow(EndpointService.S3, {
    caller,
    principal: role,
    actions: ['s3:GetObject'],
    resources: [bucket.arnForObjects('a/*'), bucket.bucketArn],
  });
  endpoints.allow(EndpointService.EXECUTE_API, {
    caller,
    principal: role,
    actions: ['execute-api:Invoke'],
    resources: [api.arnForExecuteApi('GET', '/', 'prod')],
  });
  endpoints.allow(EndpointService.DYNAMODB, {
    caller,
    principal: role,
    actions: ['dynamodb:GetItem'],
    resources: [`arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/t`],
  });
  endpoints.allowImagePull({
    caller,
    executionRole: role,
    repositoryArn: `arn:aws:ecr:${REGION}:333333333333:repository/r`,
  });
  const synthesized = template();
  const [apiId] = ofType(synthesized, 'AWS::ApiGateway::RestApi')[0];
  const [bucketId] = ofType(synthesized, 'AWS::S3::Bucket')[0];
  expect(allowedNames(synthesized).sort()).toEqual(
    [
      `s3.${REGION}.amazonaws.com`,
      `${bucketId.toLowerCase()}.s3.${REGION}.amazonaws.com`,
      `prod-${REGION}-starport-layer-bucket.s3.${REGION}.amazonaws.com`,
      `ref-${apiId.toLowerCase()}.execute-api.${REGION}.amazonaws.com`,
      `dynamodb.${REGION}.amazonaws.com`,
      `${ACCOUNT}.ddb.${REGION}.amazonaws.com`,
      `api.ecr.${REGION}.amazonaws.com`,
      `333333333333.dkr.ecr.${REGION}.amazonaws.com`,
    ].sort(),
  );
});

test('allows before it blocks everything, trusts CNAME chains and logs', () => {
  const synthesized = networkStack().template();
  const rules = ofType(synthesized, 'AWS::Route53Resolver::FirewallRuleGroup')[0][1].Properties.FirewallRules as Record<
    string,
    unknown
  >[];
  const domains = (rule: Record<string, unknown>) => {
    const [id] = (rule.FirewallDomainListId as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
    return synthesized.Resources[id].Properties.Domains;
  };
  expect(rules.map(({ Action, Priority }) => [Action, Priority])).toEqual([
    ['ALLOW', 100],
    ['BLOCK', 200],
  ]);
  expect(rules[0].FirewallDomainRedirectionAction).toBe('TRUST_REDIRECTION_DOMAIN');
  expect(domains(rules[1])).toEqual(['*']);
  expect(rules.every((rule) => rule.Qtype === undefined)).toBe(true);
  expect(ofType(synthesized, 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation')).toHaveLength(1);
});

const ASSOCIATION = 'AWS::Route53Resolver::FirewallRuleGroupAssociation';

describe('a first deployment that fails can roll back', () => {
  const protectionOf = (app: App) =>
    ofType(synthesize(app), ASSOCIATION).map(([, { Properties }]) => Properties.MutationProtection);

  test('no association is protected from CloudFormation, unless someone asks for it', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const network = new IsolatedNetwork(stack, 'Network');
    new ConnectorEgress(stack, 'Egress', { agentNetwork: network }).place('Crm', ['crm.example.com']);
    expect(protectionOf(app)).toEqual(['DISABLED', 'DISABLED']);
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('RSLVR-02307'));
  });

  test('who asks for it is warned, and no more than that', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const network = new IsolatedNetwork(stack, 'Network', { dnsMutationProtection: true });
    new ConnectorEgress(stack, 'Egress', { agentNetwork: network, dnsMutationProtection: true }).place('Crm', [
      'crm.example.com',
    ]);
    expect(protectionOf(app)).toEqual(['ENABLED', 'ENABLED']);
    for (const path of ['/Stack/Network/DnsFirewall', '/Stack/Egress/DnsFirewall']) {
      Annotations.fromStack(stack).hasWarning(path, Match.stringLikeRegexp('RSLVR-02307.*roll back'));
    }
    Annotations.fromStack(stack).hasNoError('*', Match.anyValue());
  });
});

test('an existing VPC is set to fail closed when its user asks for it', () => {
  const configs = (declareFailClosed?: boolean) => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['eu-west-1a'],
      isolatedSubnetIds: ['subnet-1'],
      isolatedSubnetRouteTableIds: ['rtb-1'],
    });
    IsolatedNetwork.fromVpcWithTrustedRoutes(stack, 'Network', { vpc, filterDns: true, declareFailClosed });
    const template = synthesize(app);
    return {
      found: ofType(template, 'AWS::Route53Resolver::FirewallConfig').map(([, { Properties }]) => Properties),
      dependencies: ofType(template, ASSOCIATION)[0][1].DependsOn,
    };
  };
  expect(configs().found).toEqual([]);
  expect(configs(true)).toEqual({
    found: [{ ResourceId: 'vpc-1', FirewallFailOpen: 'DISABLED' }],
    dependencies: [expect.stringContaining('FailClosed')],
  });
});
