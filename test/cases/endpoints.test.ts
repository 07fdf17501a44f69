import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { BedrockModel } from '../../lib/network/bedrock-model';
import { EndpointService } from '../../lib/network/endpoint-service';
import { endpointPolicy, passes } from '../lib/network/endpoint-policy';
import { networkStack } from '../lib/network/network-stack';
import { ACCOUNT, egressRules, ofType, REGION, type Template } from '../lib/network/template-values';

const REPOSITORY = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/agent`;
const LAYERS = `arn:aws:s3:::prod-${REGION}-starport-layer-bucket/layer`;
const ANYBODY = 'arn:aws:iam::999999999999:role/elsewhere';

function imagePull(maxAzs = 2): Template {
  const { network, role, caller, template } = networkStack({ maxAzs });
  network.endpoints.allowImagePull({ caller, executionRole: role, repositoryArn: REPOSITORY });
  return template();
}

describe('END-01: image layers come from a bucket of AWS’s', () => {
  const policy = endpointPolicy(imagePull(), 's3');

  test('layers pass without a condition on principal or resource account', () => {
    expect(passes(policy, { principalArn: ANYBODY, action: 's3:GetObject', resource: LAYERS })).toBe(true);
  });
  test('variant: not even aws:ResourceAccount or aws:ResourceOrgID is conditioned on', () => {
    const layers = policy.filter(({ Resource }) => JSON.stringify(Resource).includes('starport'));
    expect(layers).toHaveLength(1);
    expect(layers[0].Condition).toBeUndefined();
  });
  test('variant: only GetObject', () => {
    for (const action of ['s3:PutObject', 's3:ListBucket', 's3:GetObjectAcl', 's3:DeleteObject']) {
      expect(passes(policy, { principalArn: ANYBODY, action, resource: LAYERS })).toBe(false);
    }
  });
  test('no other foreign bucket is readable', () => {
    for (const bucket of [
      'strangers',
      'prod-us-east-1-starport-layer-bucket',
      `prod-${REGION}-starport-layer-bucket-2`,
    ]) {
      expect(
        passes(policy, { principalArn: ANYBODY, action: 's3:GetObject', resource: `arn:aws:s3:::${bucket}/x` }),
      ).toBe(false);
    }
  });
  test('variant: region and partition stay references in a stack without a region', () => {
    const endpoint = ofType(imagePull(), 'AWS::EC2::VPCEndpoint').find(
      ([, { Properties }]) => Properties.VpcEndpointType === 'Gateway',
    );
    const text = JSON.stringify(endpoint?.[1].Properties.PolicyDocument);
    expect(text).toContain(
      '["arn:",{"Ref":"AWS::Partition"},":s3:::prod-",{"Ref":"AWS::Region"},"-starport-layer-bucket/*"]',
    );
  });
  test.each([
    'public.ecr.aws/nginx/nginx',
    'arn:aws:ecr-public::111111111111:repository/nginx',
    `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/*`,
  ])('variant: %s is no private repository', (repositoryArn) => {
    const { network, role, caller } = networkStack();
    expect(() => network.endpoints.allowImagePull({ caller, executionRole: role, repositoryArn })).toThrow(
      /private ECR repository/,
    );
  });
});

describe('END-02: gateways have no address behind them', () => {
  const synthesized = imagePull();
  const egress = egressRules(synthesized);

  test('the caller reaches the managed prefix list on 443, and nothing wider', () => {
    const lists = egress.filter(({ DestinationPrefixListId }) => DestinationPrefixListId);
    expect(lists).toHaveLength(1);
    expect(lists[0]).toMatchObject({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 });
    expect(lists[0].DestinationPrefixListId).toMatchObject({
      'Fn::FindInMap': [expect.any(String), { Ref: 'AWS::Region' }, 's3'],
    });
    expect(egress.filter((rule) => 'CidrIp' in rule || 'CidrIpv6' in rule)).toEqual([]);
  });
  test('with a region the list is written out', () => {
    const { network, role, caller, template } = networkStack({}, { region: 'eu-central-1' });
    network.endpoints.allowImagePull({
      caller,
      executionRole: role,
      repositoryArn: `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/agent`,
    });
    expect(JSON.stringify(egressRules(template()))).toContain('pl-6ea54007');
  });
  test('a gateway that the caller can’t reach fails synthesis', () => {
    const { stack, network, role } = networkStack();
    const caller = SecurityGroup.fromSecurityGroupId(stack, 'Frozen', 'sg-1', {
      mutable: false,
      allowAllOutbound: false,
    });
    expect(() => network.endpoints.allowImagePull({ caller, executionRole: role, repositoryArn: REPOSITORY })).toThrow(
      /accepts no rules/,
    );
  });
  test('the 0.0.0.0/0 way out is refused', () => {
    const { stack, network, role } = networkStack();
    const caller = new SecurityGroup(stack, 'Open', { vpc: network.vpc, allowAllOutbound: true });
    expect(() => network.endpoints.allowImagePull({ caller, executionRole: role, repositoryArn: REPOSITORY })).toThrow(
      /allows all outbound traffic/,
    );
  });
  test('variant: the gateway is in the route table of every subnet', () => {
    const three = imagePull(3);
    const gateway = ofType(three, 'AWS::EC2::VPCEndpoint').find(
      ([, { Properties }]) => Properties.VpcEndpointType === 'Gateway',
    );
    const tables = ((gateway?.[1].Properties.RouteTableIds ?? []) as { Ref: string }[]).map(({ Ref }) => Ref).sort();
    const used = ofType(three, 'AWS::EC2::SubnetRouteTableAssociation').map(
      ([, { Properties }]) => (Properties.RouteTableId as { Ref: string }).Ref,
    );
    expect(used).toHaveLength(3);
    expect(tables).toEqual(used.sort());
  });
  test('variant: no network ACL of ours stands in the way', () => {
    expect(Object.values(synthesized.Resources).filter(({ Type }) => Type.startsWith('AWS::EC2::NetworkAcl'))).toEqual(
      [],
    );
  });
  test('variant: DynamoDB has its own prefix list', () => {
    const { network, role, caller, template } = networkStack();
    network.endpoints.allow(EndpointService.DYNAMODB, {
      caller,
      principal: role,
      actions: ['dynamodb:GetItem'],
      resources: [`arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/t`],
    });
    const [rule] = egressRules(template());
    expect(rule.DestinationPrefixListId).toMatchObject({
      'Fn::FindInMap': [expect.any(String), { Ref: 'AWS::Region' }, 'dynamodb'],
    });
  });
});

describe('END-03: private DNS sends every model call to the local endpoint', () => {
  const ID = 'anthropic.some-model';
  const models = (...chosen: BedrockModel[]) => {
    const { network, role, caller, template } = networkStack();
    network.endpoints.allowModels({ caller, principal: role, models: chosen });
    return template();
  };

  test('a global profile passes as profile, as the model here, and as the model without a region', () => {
    const resources = endpointPolicy(models(BedrockModel.global(`global.${ID}`)), 'bedrock-runtime').flatMap(
      ({ Resource }) => Resource,
    );
    expect(resources).toEqual([
      `arn:aws:bedrock:${REGION}:${ACCOUNT}:inference-profile/global.${ID}`,
      `arn:aws:bedrock:${REGION}::foundation-model/${ID}`,
      `arn:aws:bedrock:::foundation-model/${ID}`,
    ]);
  });
  test('a cross-region profile names the model in every member region', () => {
    const resources = endpointPolicy(
      models(BedrockModel.inferenceProfile(`eu.${ID}`, ['eu-west-1', 'eu-north-1'])),
      'bedrock-runtime',
    ).flatMap(({ Resource }) => Resource);
    expect(resources).toContain(`arn:aws:bedrock:eu-north-1::foundation-model/${ID}`);
    // The profile, the calling region, and the two that it routes to.
    expect(resources).toHaveLength(4);
  });
  test('the kind of profile follows from the id: the wrong factory is an error', () => {
    expect(() => models(BedrockModel.foundation(`global.${ID}`))).toThrow(/inference profile/);
  });
  test('private DNS is always on: there is no configuration that can only time out', () => {
    for (const [, { Properties }] of ofType(models(BedrockModel.foundation(ID)), 'AWS::EC2::VPCEndpoint')) {
      expect(Properties.PrivateDnsEnabled).toBe(true);
    }
  });
  test('variant: the runtime’s endpoint is made, not the control plane’s', () => {
    const services = ofType(models(BedrockModel.foundation(ID)), 'AWS::EC2::VPCEndpoint').map(([, { Properties }]) =>
      JSON.stringify(Properties.ServiceName),
    );
    expect(services).toEqual([expect.stringContaining('.bedrock-runtime"')]);
  });
  test('variant: an endpoint that exists is adopted, and its group opened to the caller', () => {
    const { stack, network, role, caller, template } = networkStack();
    const securityGroup = SecurityGroup.fromSecurityGroupId(stack, 'Existing', 'sg-existing');
    const endpoint = ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Endpoint', {
      vpcEndpointId: 'vpce-1',
      port: 443,
    });
    network.endpoints.adopt(EndpointService.BEDROCK_RUNTIME, { endpoint, securityGroup });
    network.endpoints.allowModels({ caller, principal: role, models: [BedrockModel.foundation(ID)] });
    const synthesized = template();
    expect(ofType(synthesized, 'AWS::EC2::VPCEndpoint')).toEqual([]);
    const [[, ingress]] = ofType(synthesized, 'AWS::EC2::SecurityGroupIngress');
    expect(ingress.Properties).toMatchObject({ GroupId: 'sg-existing', FromPort: 443, ToPort: 443 });
    expect(() => network.endpoints.adopt(EndpointService.BEDROCK_RUNTIME, { endpoint, securityGroup })).toThrow(
      /already in use/,
    );
  });
  test('variant: the endpoint admits the caller’s group, not the network’s range', () => {
    const rules = ofType(models(BedrockModel.foundation(ID)), 'AWS::EC2::SecurityGroupIngress').map(
      ([, { Properties }]) => Properties,
    );
    expect(rules).toHaveLength(1);
    expect(rules[0]).not.toHaveProperty('CidrIp');
    expect(JSON.stringify(rules[0].SourceSecurityGroupId)).toContain('Caller');
  });
});
