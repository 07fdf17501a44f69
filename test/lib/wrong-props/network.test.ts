import { EndpointService } from '../../../lib';
import { agent, bucket, refuses, role, stack, vpc } from './members';

const SERVICE = 'an EndpointService, such as EndpointService.S3';
const GROUP = 'a security group, such as network.securityGroup(…)';
const RETENTION = 'a member of logs.RetentionDays, such as logs.RetentionDays.ONE_YEAR';
const VPC = 'a VPC, such as new ec2.Vpc(…)';

refuses('IsolatedNetwork', [
  ['props', '10.0.0.0/20', 'must be an object, such as { maxAzs: 1 }; got a string.'],
  ['props.maxAzs', '2', 'must be a number, such as 2; got a string.'],
  ['props.availabilityZones', 2, "must be an array, such as ['eu-west-1a', 'eu-west-1b']; got a number."],
  ['props.dnsMutationProtection', 'ENABLED', 'must be true or false; got a string.'],
  ['props.cidr', ['10.0.0.0/20'], "must be a string, such as '10.0.0.0/20'; got an array."],
  ['props.flowLogRetention', 'ONE_YEAR', `must be ${RETENTION}; got "ONE_YEAR".`],
  ['props.flowLogRetention', 366, `must be ${RETENTION}; got a number.`],
  ['props.leaveDnsOpen', 'false', 'must be true or false; got a string.'],
  ['props.leaveDnsopen', true, 'is unknown; did you mean "leaveDnsOpen"?'],
  [
    'props.vpc',
    vpc,
    'is unknown; write one of maxAzs, availabilityZones, cidr, subnetMask, flowLogRetention, leaveDnsOpen, s3PrefixListId, dynamoDbPrefixListId, dnsMutationProtection.',
  ],
  ['props.s3PrefixListId', 5, "must be a string, such as 'pl-6da54004'; got a number."],
]);
refuses('IsolatedNetwork.fromVpcWithTrustedRoutes', [
  ['props.vpc', 'vpc-1', `must be ${VPC}; got a string.`],
  ['props.vpc', agent.network, `must be ${VPC}; got an IsolatedNetwork.`],
  ['props.filterDns', undefined, 'is missing; it must be true or false.'],
  ['props.filterDns', 'true', 'must be true or false; got a string.'],
  [
    'props.cidr',
    '10.0.0.0/20',
    'is unknown; write one of vpc, filterDns, flowLogRetention, s3PrefixListId, dynamoDbPrefixListId, dnsMutationProtection, declareFailClosed.',
  ],
]);
refuses('IsolatedNetwork.securityGroup', [
  ['description', undefined, "is missing; it must be a string, such as 'Reaches its endpoints only'."],
]);

refuses('ConnectorEgress', [
  ['props', undefined, 'is missing; it must be an object, such as { agentNetwork }.'],
  [
    'props.agentNetwork',
    undefined,
    "is missing; it must be an IsolatedNetwork, such as new IsolatedNetwork(this, 'Network') or IsolatedNetwork.fromVpcWithTrustedRoutes(…).",
  ],
  [
    'props.agentNetwork',
    vpc,
    "must be an IsolatedNetwork, such as new IsolatedNetwork(this, 'Network') or IsolatedNetwork.fromVpcWithTrustedRoutes(…); got a Vpc.",
  ],
  ['props.maxAzs', [1], 'must be a number, such as 1; got an array.'],
]);
refuses('ConnectorEgress.place', [
  ['hostNames', 'api.example.com', "must be an array, such as ['api.example.com']; got a string."],
  ['hostNames[0]', /example/, "must be a string, such as 'api.example.com'; got a RegExp."],
]);

refuses('DnsFirewall', [
  ['props.vpc', undefined, `is missing; it must be ${VPC}.`],
  ['props.endpoints', ['s3'], 'must be an EndpointAllowlist, such as network.endpoints; got an array.'],
  ['props.hostNames', 'api.example.com', "must be an array, such as ['api.example.com']; got a string."],
  ['props.queryLogs', bucket, 'must be a log group, such as new logs.LogGroup(…); got a Bucket.'],
]);
refuses('DnsFirewall.allowHostName', [
  ['hostName', ['a.example.com'], "must be a string, such as 'api.example.com'; got an array."],
]);

refuses('EndpointAllowlist', [
  [
    'props.subnets',
    'subnet-1',
    'must be an object, such as { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }; got a string.',
  ],
]);
refuses('EndpointAllowlist.allow', [
  ['service', 's3', `must be ${SERVICE}; got a string.`],
  ['service', EndpointService, `must be ${SERVICE}; got the class EndpointService itself.`],
  ['use', undefined, 'is missing; it must be an object, such as { caller, principal, actions, resources }.'],
  ['use.caller', role, `must be ${GROUP}; got a Role.`],
  ['use.principal', 'role', 'must be a role, such as new iam.Role(…); got a string.'],
  ['use.actions', 's3:GetObject', "must be an array, such as ['s3:GetObject']; got a string."],
  ['use.resources', '*', 'must be an array, such as [bucket.arnForObjects(…)]; got a string.'],
  ['use.resource', ['*'], 'is unknown; did you mean "resources"?'],
  ['use.resourceAccount', 111122223333, "must be a string, such as '111122223333'; got a number."],
]);
refuses('EndpointAllowlist.adopt', [
  ['existing.endpoint', 'vpce-1', 'must be an interface endpoint, such as vpc.addInterfaceEndpoint(…); got a string.'],
]);

refuses('ModelAccess', [
  ['props.role', stack, 'must be a role, such as new iam.Role(…); got a Stack.'],
  ['props.models', 'anthropic.x', "must be an array, such as [BedrockModel.global('…')]; got a string."],
  ['props.inputTokensPerHour', '1M', 'must be a number, such as 2000000; got a string.'],
]);
