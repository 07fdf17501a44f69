import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { EndpointService } from '../../../lib/network/endpoint-service';
import { networkStack } from './network-stack';
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

test('allows before it blocks everything, trusts CNAME chains, fails closed and can’t be taken off', () => {
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
  expect(ofType(synthesized, 'AWS::Route53Resolver::FirewallConfig')[0][1].Properties.FirewallFailOpen).toBe(
    'DISABLED',
  );
  expect(
    ofType(synthesized, 'AWS::Route53Resolver::FirewallRuleGroupAssociation')[0][1].Properties.MutationProtection,
  ).toBe('ENABLED');
  expect(ofType(synthesized, 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation')).toHaveLength(1);
});
