import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { EndpointService } from '../../../lib/network/endpoint-service';
import { endpointPolicy, passes } from './endpoint-policy';
import { networkStack } from './network-stack';
import { ACCOUNT, dependencyCycle, deployed, egressRules, ofType, REGION } from './template-values';

const FOREIGN_ACCOUNT = '222222222222';
const arn = (service: string, resource: string, account = ACCOUNT, region = REGION) =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

/** For each service a use, and the same in a foreign account. */
const SERVICES: { service: EndpointService; action: string; other: string; resource: string; foreign: string }[] = [
  {
    service: EndpointService.S3,
    action: 's3:GetObject',
    other: 's3:DeleteObject',
    resource: 'arn:aws:s3:::bucket/key',
    foreign: 'arn:aws:s3:::strangers/key',
  },
  {
    service: EndpointService.DYNAMODB,
    action: 'dynamodb:GetItem',
    other: 'dynamodb:DeleteTable',
    resource: arn('dynamodb', 'table/t'),
    foreign: arn('dynamodb', 'table/t', FOREIGN_ACCOUNT),
  },
  {
    service: EndpointService.LOGS,
    action: 'logs:PutLogEvents',
    other: 'logs:GetLogEvents',
    resource: arn('logs', 'log-group:g:log-stream:s'),
    foreign: arn('logs', 'log-group:g:log-stream:s', FOREIGN_ACCOUNT),
  },
  {
    service: EndpointService.BEDROCK_RUNTIME,
    action: 'bedrock:InvokeModel',
    other: 'bedrock:ApplyGuardrail',
    resource: `arn:aws:bedrock:${REGION}::foundation-model/anthropic.m`,
    foreign: `arn:aws:bedrock:${REGION}::foundation-model/other.m`,
  },
  {
    service: EndpointService.EXECUTE_API,
    action: 'execute-api:Invoke',
    other: 'execute-api:ManageConnections',
    resource: arn('execute-api', 'api/prod/POST/call'),
    foreign: arn('execute-api', 'api/prod/POST/call', FOREIGN_ACCOUNT),
  },
  {
    service: EndpointService.LAMBDA,
    action: 'lambda:InvokeFunction',
    other: 'lambda:GetFunction',
    resource: arn('lambda', 'function:f'),
    foreign: arn('lambda', 'function:f', FOREIGN_ACCOUNT),
  },
  {
    service: EndpointService.STEP_FUNCTIONS,
    action: 'states:StartExecution',
    other: 'states:StopExecution',
    resource: arn('states', 'stateMachine:m'),
    foreign: arn('states', 'stateMachine:m', FOREIGN_ACCOUNT),
  },
  {
    service: EndpointService.SECRETS_MANAGER,
    action: 'secretsmanager:GetSecretValue',
    other: 'secretsmanager:PutSecretValue',
    resource: arn('secretsmanager', 'secret:s-abc'),
    foreign: arn('secretsmanager', 'secret:s-abc', FOREIGN_ACCOUNT),
  },
  {
    service: EndpointService.KMS,
    action: 'kms:Sign',
    other: 'kms:Decrypt',
    resource: arn('kms', 'key/k'),
    foreign: arn('kms', 'key/k', FOREIGN_ACCOUNT),
  },
  {
    service: EndpointService.STS,
    action: 'sts:AssumeRole',
    other: 'sts:GetFederationToken',
    resource: `arn:aws:iam::${ACCOUNT}:role/r`,
    foreign: `arn:aws:iam::${FOREIGN_ACCOUNT}:role/r`,
  },
  {
    service: EndpointService.EVENTBRIDGE,
    action: 'events:PutEvents',
    other: 'events:PutRule',
    resource: arn('events', 'event-bus/b'),
    foreign: arn('events', 'event-bus/b', FOREIGN_ACCOUNT),
  },
  {
    service: EndpointService.SQS,
    action: 'sqs:SendMessage',
    other: 'sqs:PurgeQueue',
    resource: arn('sqs', 'q'),
    foreign: arn('sqs', 'q', FOREIGN_ACCOUNT),
  },
  {
    service: EndpointService.SNS,
    action: 'sns:Publish',
    other: 'sns:Subscribe',
    resource: arn('sns', 't'),
    foreign: arn('sns', 't', FOREIGN_ACCOUNT),
  },
  {
    service: EndpointService.SES,
    action: 'ses:SendEmail',
    other: 'ses:SendRawEmail',
    resource: arn('ses', 'identity/example.com'),
    foreign: arn('ses', 'identity/example.com', FOREIGN_ACCOUNT),
  },
  {
    service: EndpointService.ECS,
    action: 'ecs:RunTask',
    other: 'ecs:ExecuteCommand',
    resource: arn('ecs', 'task-definition/t:1'),
    foreign: arn('ecs', 'task-definition/t:1', FOREIGN_ACCOUNT),
  },
  {
    service: EndpointService.ECR_API,
    action: 'ecr:BatchGetImage',
    other: 'ecr:PutImage',
    resource: arn('ecr', 'repository/r'),
    foreign: arn('ecr', 'repository/r', FOREIGN_ACCOUNT),
  },
  {
    service: EndpointService.ECR_DOCKER,
    action: 'ecr:BatchGetImage',
    other: 'ecr:PutImage',
    resource: arn('ecr', 'repository/r'),
    foreign: arn('ecr', 'repository/r', FOREIGN_ACCOUNT),
  },
];

describe.each(SERVICES)('endpoint of $service', ({ service, action, other, resource, foreign }) => {
  const { network, role, caller, template } = networkStack();
  network.endpoints.allow(service, { caller, principal: role, actions: [action], resources: [resource] });
  const synthesized = template();
  const policy = endpointPolicy(synthesized, service.name);
  const principalArn = deployed(synthesized, {
    'Fn::GetAtt': [ofType(synthesized, 'AWS::IAM::Role').find(([id]) => id.startsWith('Role'))?.[0], 'Arn'],
  }) as string;
  const allowed = { principalArn, action, resource, resourceAccount: ACCOUNT };

  test('passes the allowed use', () => expect(passes(policy, allowed)).toBe(true));
  test('refuses a foreign principal', () => {
    expect(passes(policy, { ...allowed, principalArn: `arn:aws:iam::${FOREIGN_ACCOUNT}:role/x` })).toBe(false);
    expect(passes(policy, { ...allowed, principalArn: `${principalArn}2` })).toBe(false);
  });
  test('refuses another action', () => expect(passes(policy, { ...allowed, action: other })).toBe(false));
  test('refuses a foreign resource', () => expect(passes(policy, { ...allowed, resource: foreign })).toBe(false));
  test('refuses the right resource name in a foreign account', () => {
    const request = { ...allowed, resource: foreign, resourceAccount: FOREIGN_ACCOUNT };
    expect(passes(policy, request)).toBe(false);
    // A bucket's ARN names no account: the condition must tell it.
    if (service === EndpointService.S3)
      expect(passes(policy, { ...allowed, resourceAccount: FOREIGN_ACCOUNT })).toBe(false);
  });
  test('is the only endpoint, and reached on TCP 443 by its caller only', () => {
    expect(ofType(synthesized, 'AWS::EC2::VPCEndpoint')).toHaveLength(1);
    const ingress = ofType(synthesized, 'AWS::EC2::SecurityGroupIngress');
    expect(ingress).toHaveLength(service.isGateway ? 0 : 1);
    for (const [, { Properties }] of ingress) {
      expect(Properties).toMatchObject({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 });
      expect(JSON.stringify(Properties.SourceSecurityGroupId)).toContain('NetworkCaller');
    }
    const egress = egressRules(synthesized);
    expect(egress).toHaveLength(1);
    expect(egress[0]).toMatchObject({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 });
    expect(egress[0]).not.toHaveProperty('CidrIp');
    for (const [, { Properties }] of ofType(synthesized, 'AWS::EC2::SecurityGroup')) {
      expect(Properties.SecurityGroupIngress).toBeUndefined();
    }
  });
});

test('a service that nobody uses gets no endpoint', () => {
  expect(ofType(networkStack().template(), 'AWS::EC2::VPCEndpoint')).toEqual([]);
});

test('each service gets one endpoint with private DNS, however many callers it has', () => {
  const { network, role, caller, template } = networkStack();
  const second = network.securityGroup('Second', 'second caller');
  for (const group of [caller, second]) {
    network.endpoints.allow(EndpointService.KMS, {
      caller: group,
      principal: role,
      actions: ['kms:Sign'],
      resources: [arn('kms', 'key/k')],
    });
  }
  const synthesized = template();
  const endpoints = ofType(synthesized, 'AWS::EC2::VPCEndpoint');
  expect(endpoints).toHaveLength(1);
  expect(endpoints[0][1].Properties).toMatchObject({ VpcEndpointType: 'Interface', PrivateDnsEnabled: true });
  expect(ofType(synthesized, 'AWS::EC2::SecurityGroupIngress')).toHaveLength(2);
  expect(endpointPolicy(synthesized, 'kms')).toHaveLength(1);
});

test('no resources depend on each other in a circle', () => {
  const { stack, network, role, caller, template } = networkStack();
  const bucket = new s3.Bucket(stack, 'Bucket');
  network.endpoints.allow(EndpointService.S3, {
    caller,
    principal: role,
    actions: ['s3:GetObject'],
    resources: [bucket.arnForObjects('*')],
  });
  network.endpoints.allowImagePull({ caller, executionRole: role, repositoryArn: arn('ecr', 'repository/r') });
  for (const { service, action, resource } of SERVICES) {
    network.endpoints.allow(service, { caller, principal: role, actions: [action], resources: [resource] });
  }
  expect(dependencyCycle(template())).toBeUndefined();
});

describe('refuses at synthesis', () => {
  const use = { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::bucket/*'] };

  test('a caller that lets everything out', () => {
    const { stack, network, role } = networkStack();
    const open = new SecurityGroup(stack, 'Open', { vpc: network.vpc });
    expect(() => network.endpoints.allow(EndpointService.S3, { caller: open, principal: role, ...use })).toThrow(
      /allows all outbound traffic/,
    );
  });
  test('a caller whose rules CDK must not change: calls could only time out', () => {
    const { stack, network, role } = networkStack();
    const frozen = SecurityGroup.fromSecurityGroupId(stack, 'Frozen', 'sg-1', {
      mutable: false,
      allowAllOutbound: false,
    });
    expect(() => network.endpoints.allow(EndpointService.S3, { caller: frozen, principal: role, ...use })).toThrow(
      /accepts no rules/,
    );
  });
  test('a policy that would be too long', () => {
    const { network, role, caller, template } = networkStack();
    const resources = Array.from(
      { length: 400 },
      (_, number) => `arn:aws:s3:::a-bucket-with-quite-a-long-name-indeed-${number}/*`,
    );
    network.endpoints.allow(EndpointService.S3, { caller, principal: role, actions: ['s3:GetObject'], resources });
    expect(template).toThrow(/more than 20480/);
  });
  test('more callers than a security group has rules', () => {
    const { network, role, template } = networkStack();
    for (let number = 0; number < 61; number += 1) {
      const caller = network.securityGroup(`Caller${number}`, 'one of many');
      network.endpoints.allow(EndpointService.KMS, {
        caller,
        principal: role,
        actions: ['kms:Sign'],
        resources: [arn('kms', 'key/k')],
      });
    }
    expect(template).toThrow(/61 callers/);
  });
  test('a region whose prefix list is unknown, naming the command that prints it', () => {
    const { network, role, caller } = networkStack({}, { region: 'ap-east-2' });
    expect(() => network.endpoints.allow(EndpointService.S3, { caller, principal: role, ...use })).toThrow(
      /describe-managed-prefix-lists --region ap-east-2/,
    );
  });
  test('a prefix list id that is none', () =>
    expect(() => networkStack({ s3PrefixListId: 'vpce-1' })).toThrow(/isn't the id of a prefix list/));
});
