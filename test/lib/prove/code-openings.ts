import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { add } from './hole';
import { idOf, propertiesOf, type Resources } from './quickstart-template';

/** A way to open the code sandbox of `codeTemplate`: how it comes about, and how it must be named. */
export interface Opening {
  readonly name: string;
  readonly names: RegExp;
  readonly open: (resources: Resources) => void;
}

export const CODE = (r: Resources): JsonObject => propertiesOf(r, 'AWS::Lambda::Function', 'CodeFunction');
const ref = (r: Resources, type: string, start: string): JsonObject => ({ Ref: idOf(r, type, start) });
const att = (r: Resources, type: string, start: string, attribute: string): JsonObject => ({
  'Fn::GetAtt': [idOf(r, type, start), attribute],
});
const codeArn = (r: Resources): JsonObject => att(r, 'AWS::Lambda::Function', 'CodeFunction', 'Arn');
const roleRef = (r: Resources): JsonObject => ref(r, 'AWS::IAM::Role', 'CodeRole');
const roleArn = (r: Resources): JsonObject => att(r, 'AWS::IAM::Role', 'CodeRole', 'Arn');
const vpc = (r: Resources): JsonObject => ref(r, 'AWS::EC2::VPC', 'CodeNowhere');
const subnet = (r: Resources): JsonObject => ref(r, 'AWS::EC2::Subnet', 'CodeNowhereVpcClosedSubnet1');
const table = (r: Resources): JsonObject => ref(r, 'AWS::EC2::RouteTable', 'CodeNowhereVpcClosedSubnet1');
const group = (r: Resources): JsonObject => att(r, 'AWS::EC2::SecurityGroup', 'CodeCodeGroup', 'GroupId');
const groupProperties = (r: Resources): JsonObject => propertiesOf(r, 'AWS::EC2::SecurityGroup', 'CodeCodeGroup');
const role = (r: Resources): JsonObject => propertiesOf(r, 'AWS::IAM::Role', 'CodeRole');
const vpcProperties = (r: Resources): JsonObject => propertiesOf(r, 'AWS::EC2::VPC', 'CodeNowhere');

function statements(r: Resources): JsonObject[] {
  const [{ PolicyDocument }] = role(r).Policies as [{ PolicyDocument: { Statement: JsonObject[] } }];
  return PolicyDocument.Statement;
}

function without(properties: JsonObject, member: string): void {
  delete (properties as { [name: string]: JsonValue | undefined })[member];
}

const set = (properties: JsonObject, more: JsonObject): void => void Object.assign(properties, more);
const logGroup = (r: Resources): JsonObject => ref(r, 'AWS::Logs::LogGroup', 'CodeLogs');
const denial = (r: Resources, sid: string): JsonObject => statements(r).find(({ Sid }) => Sid === sid) as JsonObject;
const variables = (r: Resources): JsonObject => (CODE(r).Environment as { Variables: JsonObject }).Variables;
const callerStatement = (r: Resources): JsonObject =>
  (propertiesOf(r, 'AWS::Lambda::ResourcePolicy', 'CodeOnlyItsCallers').PolicyDocument as { Statement: [JsonObject] })
    .Statement[0];

const IN_NETWORK: readonly Opening[] = [
  {
    name: 'outside any VPC',
    names: /outside a VPC, the code reaches the internet/,
    open: (r) => without(CODE(r), 'VpcConfig'),
  },
  {
    name: 'a route to a NAT gateway',
    names: /^Hole Properties: names the network of a code sandbox/,
    open: (r) =>
      add(r, 'Hole', 'AWS::EC2::Route', {
        RouteTableId: table(r),
        DestinationCidrBlock: '0.0.0.0/0',
        NatGatewayId: 'nat-0123456789abcdef0',
      }),
  },
  {
    name: 'an internet gateway',
    names: /^Hole Properties: names the network/,
    open: (r) => add(r, 'Hole', 'AWS::EC2::VPCGatewayAttachment', { VpcId: vpc(r), InternetGatewayId: 'igw-1' }),
  },
  {
    name: 'an interface endpoint',
    names: /^Hole Properties: names the network/,
    open: (r) =>
      add(r, 'Hole', 'AWS::EC2::VPCEndpoint', {
        VpcId: vpc(r),
        VpcEndpointType: 'Interface',
        ServiceName: 'com.amazonaws.eu-west-1.s3',
        SubnetIds: [subnet(r)],
        SecurityGroupIds: [group(r)],
      }),
  },
  {
    name: 'a gateway endpoint of S3',
    names: /^Hole Properties: names the network/,
    open: (r) =>
      add(r, 'Hole', 'AWS::EC2::VPCEndpoint', {
        VpcId: vpc(r),
        ServiceName: 'com.amazonaws.eu-west-1.s3',
        RouteTableIds: [table(r)],
      }),
  },
  {
    name: 'a peering',
    names: /^Hole Properties: names the network/,
    open: (r) => add(r, 'Hole', 'AWS::EC2::VPCPeeringConnection', { VpcId: 'vpc-0a', PeerVpcId: vpc(r) }),
  },
  {
    name: 'a transit gateway',
    names: /^Hole Properties: names the network/,
    open: (r) =>
      add(r, 'Hole', 'AWS::EC2::TransitGatewayAttachment', {
        TransitGatewayId: 'tgw-0a',
        VpcId: vpc(r),
        SubnetIds: [subnet(r)],
      }),
  },
  {
    name: 'a DNS resolver',
    names: /its resolver answers: data can leave in the names of DNS queries/,
    open: (r) => set(vpcProperties(r), { EnableDnsSupport: true }),
  },
  {
    name: 'the DNS resolver that a VPC has by default',
    names: /its resolver answers/,
    open: (r) => without(vpcProperties(r), 'EnableDnsSupport'),
  },
  {
    name: 'other DNS servers, by DHCP',
    names: /^Hole Properties: names the network/,
    open: (r) => add(r, 'Hole', 'AWS::EC2::VPCDHCPOptionsAssociation', { VpcId: vpc(r), DhcpOptionsId: 'dopt-1' }),
  },
  {
    name: 'an open group',
    names: /its group lets something out/,
    open: (r) => set(groupProperties(r), { SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }] }),
  },
  {
    name: 'a group without rules, which is open',
    names: /without rules, EC2 lets everything out/,
    open: (r) => without(groupProperties(r), 'SecurityGroupEgress'),
  },
  {
    name: 'a rule beside the group',
    names: /^Hole Properties: names the network/,
    open: (r) =>
      add(r, 'Hole', 'AWS::EC2::SecurityGroupEgress', { GroupId: group(r), CidrIp: '10.0.0.0/8', IpProtocol: '-1' }),
  },
  {
    name: 'a group from elsewhere',
    names: /the security group isn't in the template/,
    open: (r) => set(CODE(r).VpcConfig as JsonObject, { SecurityGroupIds: ['sg-0123456789abcdef0'] }),
  },
  {
    name: 'a subnet from elsewhere',
    names: /the subnet isn't in the template/,
    open: (r) => set(CODE(r).VpcConfig as JsonObject, { SubnetIds: [subnet(r), 'subnet-0a'] }),
  },
  {
    name: 'a subnet of the agent’s network',
    names: /its resolver answers|reaches/,
    open: (r) =>
      set(CODE(r).VpcConfig as JsonObject, {
        SubnetIds: [ref(r, 'AWS::EC2::Subnet', 'AgentNetworkVpcIsolatedSubnet1')],
      }),
  },
  {
    name: 'an entry of the network ACL',
    names: /^Hole Properties: names the network/,
    open: (r) =>
      add(r, 'Hole', 'AWS::EC2::NetworkAclEntry', {
        NetworkAclId: ref(r, 'AWS::EC2::NetworkAcl', 'CodeNowhere'),
        RuleNumber: 1,
        Protocol: -1,
        RuleAction: 'allow',
        CidrBlock: '0.0.0.0/0',
      }),
  },
  {
    name: 'a machine in another subnet of its VPC',
    names: /^Beside Properties: names the network/,
    open: (r) => {
      add(r, 'Beside', 'AWS::EC2::Subnet', { VpcId: vpc(r), CidrBlock: '10.0.0.32/28' });
      add(r, 'Hole', 'AWS::EC2::Instance', { SubnetId: { Ref: 'Beside' }, ImageId: 'ami-1' });
    },
  },
  {
    name: 'a group of its VPC for others',
    names: /^Hole Properties: names the network/,
    open: (r) => add(r, 'Hole', 'AWS::EC2::SecurityGroup', { VpcId: vpc(r), GroupDescription: 'Others' }),
  },
  {
    name: 'another function in the same network',
    names: /^Hole Properties: names the network/,
    open: (r) => add(r, 'Hole', 'AWS::Lambda::Function', { ...CODE(r), Environment: { Variables: {} } }),
  },
  {
    name: 'a subnet and a group of a VPC from elsewhere',
    names: /the VPC, its resolver and its routes aren't in the template/,
    open: (r) => {
      for (const type of ['AWS::EC2::Subnet', 'AWS::EC2::SecurityGroup']) {
        for (const [id, { Type }] of Object.entries(r)) {
          if (Type === type && /^Code(Nowhere|CodeGroup)/.test(id)) set(propertiesOf(r, type, id), { VpcId: 'vpc-0a' });
        }
      }
    },
  },
  {
    name: 'IPv6 addresses of a pool',
    names: /the subnet has IPv6 addresses/,
    open: (r) =>
      set(propertiesOf(r, 'AWS::EC2::Subnet', 'CodeNowhereVpcClosedSubnet1'), { Ipv6IpamPoolId: 'ipam-pool-1' }),
  },
  {
    name: 'IPv6',
    names: /may use IPv6/,
    open: (r) => set(CODE(r).VpcConfig as JsonObject, { Ipv6AllowedForDualStack: true }),
  },
];

const OF_FUNCTION: readonly Opening[] = [
  {
    name: 'a function URL',
    names: /^Hole Properties: names the function of a code sandbox/,
    open: (r) => add(r, 'Hole', 'AWS::Lambda::Url', { TargetFunctionArn: codeArn(r), AuthType: 'NONE' }),
  },
  {
    name: 'a layer',
    names: /a layer brings code from elsewhere/,
    open: (r) => set(CODE(r), { Layers: ['arn:aws:lambda:eu-west-1:111122223333:layer:x:1'] }),
  },
  {
    name: 'a file system',
    names: /a file system outlives the run/,
    open: (r) =>
      set(CODE(r), {
        FileSystemConfigs: [
          { Arn: 'arn:aws:elasticfilesystem:eu-west-1:1:access-point/fsap-1', LocalMountPath: '/mnt/x' },
        ],
      }),
  },
  {
    name: 'an event source',
    names: /^Hole Properties: names the function/,
    open: (r) =>
      add(r, 'Hole', 'AWS::Lambda::EventSourceMapping', {
        FunctionName: ref(r, 'AWS::Lambda::Function', 'CodeFunction'),
        EventSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:q',
      }),
  },
  {
    name: 'a secret in its environment',
    names: /the code reads this variable/,
    open: (r) => set(variables(r), { API_TOKEN: '{{resolve:secretsmanager:token}}' }),
  },
  {
    name: 'a name of a bucket in its environment',
    names: /the code reads this variable/,
    open: (r) => set(variables(r), { BUCKET: ref(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence') }),
  },
  {
    name: 'no tenants',
    names: /runs of different sessions share a microVM/,
    open: (r) => without(CODE(r), 'TenancyConfig'),
  },
  {
    name: 'an image by tag',
    names: /isn’t named by its digest/,
    open: (r) => set(CODE(r), { Code: { ImageUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/code:latest' } }),
  },
  {
    name: 'another command of the image',
    names: /another command of the image/,
    open: (r) => set(CODE(r), { ImageConfig: { Command: ['sh', '-c', 'x'] } }),
  },
  {
    name: 'a queue for failed events',
    names: /events leave to a queue or topic/,
    open: (r) => set(CODE(r), { DeadLetterConfig: { TargetArn: 'arn:aws:sqs:eu-west-1:111122223333:q' } }),
  },
  {
    name: 'traces',
    names: /traces leave to X-Ray/,
    open: (r) => set(CODE(r), { TracingConfig: { Mode: 'Active' } }),
  },
  {
    name: 'a property that Lambda has tomorrow',
    names: /isn't known to leave a code sandbox closed/,
    open: (r) => set(CODE(r), { InternetAccess: { Enabled: true } }),
  },
  {
    name: 'an alias, which has a policy of its own',
    names: /^Hole Properties: names the function/,
    open: (r) =>
      add(r, 'Hole', 'AWS::Lambda::Alias', {
        FunctionName: ref(r, 'AWS::Lambda::Function', 'CodeFunction'),
        FunctionVersion: '$LATEST',
        Name: 'live',
      }),
  },
  {
    name: 'a permission for a service',
    names: /^Hole Properties: names the function/,
    open: (r) =>
      add(r, 'Hole', 'AWS::Lambda::Permission', {
        FunctionName: codeArn(r),
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
      }),
  },
  {
    name: 'a second caller in its policy',
    names: /no AWS::Lambda::ResourcePolicy denies its invocation/,
    open: (r) =>
      set(callerStatement(r), {
        Condition: {
          ArnNotEquals: {
            'aws:PrincipalArn': [
              att(r, 'AWS::IAM::Role', 'CodeExecutorRole', 'Arn'),
              att(r, 'AWS::IAM::Role', 'TicketsExecutorRole', 'Arn'),
            ],
          },
        },
      }),
  },
  {
    name: 'a policy that denies the invocation of another function',
    names: /no AWS::Lambda::ResourcePolicy denies its invocation/,
    open: (r) => set(callerStatement(r), { Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:other' }),
  },
  {
    name: 'a policy of one of its versions',
    names: /^Hole Properties: names the function/,
    open: (r) =>
      add(r, 'Hole', 'AWS::Lambda::ResourcePolicy', {
        ResourceArn: { 'Fn::Join': [':', [codeArn(r), 'live']] },
        PolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: '*', Action: 'lambda:InvokeFunction', Resource: '*' }],
        },
      }),
  },
  {
    name: 'a managed policy of another role',
    names: /^Hole Properties: names the function/,
    open: (r) => add(r, 'Hole', 'AWS::IAM::ManagedPolicy', { ...invokesIt(r), Roles: ['other-role'] }),
  },
  {
    name: 'a managed policy that another role of the app has',
    names: /^Hole Properties: names the function/,
    open: (r) => {
      add(r, 'Hole', 'AWS::IAM::ManagedPolicy', invokesIt(r));
      add(r, 'Other', 'AWS::IAM::Role', { ManagedPolicyArns: [{ Ref: 'Hole' }] });
    },
  },
  {
    name: 'a function URL by a name that is put together',
    names: /^Hole Properties: names the function/,
    open: (r) => {
      set(CODE(r), { FunctionName: 'runner' });
      const TargetFunctionArn = { 'Fn::Join': ['', ['arn:aws:lambda:eu-west-1:111122223333:function:run', 'ner']] };
      add(r, 'Hole', 'AWS::Lambda::Url', { TargetFunctionArn, AuthType: 'AWS_IAM' });
    },
  },
  {
    name: 'a function URL by a name that a reference gives',
    names: /^Hole Properties: names the function/,
    open: (r) => {
      const name = { 'Fn::Join': ['-', ['run', { Ref: 'AWS::StackName' }]] };
      set(CODE(r), { FunctionName: name });
      add(r, 'Hole', 'AWS::Lambda::Url', { TargetFunctionArn: name, AuthType: 'AWS_IAM' });
    },
  },
  {
    name: 'no policy that names its caller',
    names: /no AWS::Lambda::ResourcePolicy denies its invocation/,
    open: (r) => void delete r[idOf(r, 'AWS::Lambda::ResourcePolicy', 'CodeOnlyItsCallers')],
  },
  {
    name: 'another function that names it',
    names: /names the function of a code sandbox|2 executors name it/,
    open: (r) => {
      const gate = propertiesOf(r, 'AWS::Lambda::Function', 'AgentGateFunction');
      set((gate.Environment as { Variables: JsonObject }).Variables, { HELPER: codeArn(r) });
    },
  },
];

const invokesIt = (r: Resources): JsonObject => ({
  PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: codeArn(r) }] },
});

const OF_LOG: readonly Opening[] = [
  {
    name: 'a subscription of its log',
    names: /^Hole Properties: names the log of a code sandbox/,
    open: (r) =>
      add(r, 'Hole', 'AWS::Logs::SubscriptionFilter', {
        LogGroupName: logGroup(r),
        DestinationArn: 'arn:aws:logs:eu-west-1:999999999999:destination:x',
        FilterPattern: '',
      }),
  },
  {
    name: 'a subscription of its log by a name of the app’s choice',
    names: /^Hole Properties: names the log/,
    open: (r) => {
      set(propertiesOf(r, 'AWS::Logs::LogGroup', 'CodeLogs'), { LogGroupName: '/code/log' });
      add(r, 'Hole', 'AWS::Logs::SubscriptionFilter', { LogGroupName: '/code/log', FilterPattern: '' });
    },
  },
  {
    name: 'a delivery of its log',
    names: /^Hole Properties: names the log/,
    open: (r) =>
      add(r, 'Hole', 'AWS::Logs::DeliverySource', {
        ResourceArn: att(r, 'AWS::Logs::LogGroup', 'CodeLogs', 'Arn'),
        Name: 'x',
      }),
  },
  {
    name: 'the log of another function as its own',
    names: /names the log of a code sandbox/,
    open: (r) => {
      const { LoggingConfig } = propertiesOf(r, 'AWS::Lambda::Function', 'AgentGateFunction');
      set(CODE(r), { LoggingConfig: LoggingConfig as JsonObject });
      const { LogGroup } = LoggingConfig as { LogGroup: { Ref: string } };
      for (const each of statements(r)) {
        if (each.Effect === 'Allow' && JSON.stringify(each.Action).includes('logs:')) {
          set(each, { Resource: { 'Fn::GetAtt': [LogGroup.Ref, 'Arn'] } });
        }
      }
    },
  },
];

const OF_ROLE: readonly Opening[] = [
  {
    name: 'a right in its own policy',
    names: /the statement Hole gives the code a right/,
    open: (r) => void statements(r).push({ Sid: 'Hole', Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }),
  },
  {
    name: 'a right on another log group',
    names: /the statement Hole gives the code a right/,
    open: (r) => void statements(r).push({ Sid: 'Hole', Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: '*' }),
  },
  {
    name: 'a policy attached elsewhere',
    names: /gives the code a right/,
    open: (r) =>
      add(r, 'Hole', 'AWS::IAM::Policy', {
        PolicyName: 'p',
        Roles: [roleRef(r)],
        PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }] },
      }),
  },
  {
    name: 'a managed policy of AWS',
    names: /whose text isn't in the template/,
    open: (r) => set(role(r), { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'] }),
  },
  {
    name: 'a bucket policy that names it',
    names: /^Hole Properties: names the role of a code sandbox/,
    open: (r) =>
      add(r, 'Hole', 'AWS::S3::BucketPolicy', {
        Bucket: 'other',
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: roleArn(r) },
              Action: 's3:PutObject',
              Resource: 'arn:aws:s3:::other/*',
            },
          ],
        },
      }),
  },
  {
    name: 'a key policy that lets it make grants',
    names: /^Hole Properties: names the role/,
    open: (r) =>
      add(r, 'Hole', 'AWS::KMS::Key', {
        KeyPolicy: {
          Statement: [{ Effect: 'Allow', Principal: { AWS: roleArn(r) }, Action: 'kms:CreateGrant', Resource: '*' }],
        },
      }),
  },
  {
    name: 'a role that it may assume',
    names: /^Hole Properties: names the role/,
    open: (r) =>
      add(r, 'Hole', 'AWS::IAM::Role', {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: roleArn(r) } }],
        },
      }),
  },
  {
    name: 'no Deny of everything else',
    names: /no unconditional Deny keeps the role/,
    open: (r) =>
      void statements(r).splice(
        statements(r).findIndex(({ Sid }) => Sid === 'NothingElse'),
        1,
      ),
  },
  {
    name: 'a Deny of everything else under a condition',
    names: /no unconditional Deny keeps the role/,
    open: (r) =>
      set(statements(r).find(({ Sid }) => Sid === 'NothingElse') as JsonObject, {
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
      }),
  },
  {
    name: 'a Deny of everything else, but on nothing',
    names: /no unconditional Deny keeps the role/,
    open: (r) => {
      without(denial(r, 'NothingElse'), 'Resource');
      set(denial(r, 'NothingElse'), { NotResource: '*' });
    },
  },
  {
    name: 'a Deny of network interfaces, but on nothing',
    names: /no Deny keeps the rights on network interfaces/,
    open: (r) => {
      without(denial(r, 'DenyNetworkInterfacesToCode'), 'Resource');
      set(denial(r, 'DenyNetworkInterfacesToCode'), { NotResource: '*' });
    },
  },
  ...['ArnLike', 'ArnEquals'].map((operator) => ({
    name: `a Deny of network interfaces for the code of another function, by ${operator}`,
    names: /no Deny keeps the rights on network interfaces/,
    open: (r: Resources): void => {
      const Condition = {
        [operator]: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:eu-west-1:111122223333:function:other' },
      };
      set(denial(r, 'DenyNetworkInterfacesToCode'), { Condition });
    },
  })),
  {
    name: 'a Deny of network interfaces where there is no code',
    names: /no Deny keeps the rights on network interfaces/,
    open: (r) =>
      set(denial(r, 'DenyNetworkInterfacesToCode'), { Condition: { Null: { 'lambda:SourceFunctionArn': 'true' } } }),
  },
  ...([{ AWS: 'arn:aws:iam::999999999999:root' }, { Service: 'ec2.amazonaws.com' }, '*'] as JsonValue[]).map(
    (Principal) => ({
      name: `a role that ${JSON.stringify(Principal)} may take`,
      names: /lets something else than Lambda take the role of the code/,
      open: (r: Resources): void => {
        const { Statement } = role(r).AssumeRolePolicyDocument as { Statement: JsonObject[] };
        Statement.push({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal });
      },
    }),
  ),
  {
    name: 'no Deny of network interfaces',
    names: /no Deny keeps the rights on network interfaces/,
    open: (r) =>
      void statements(r).splice(
        statements(r).findIndex(({ Sid }) => Sid === 'DenyNetworkInterfacesToCode'),
        1,
      ),
  },
  {
    name: 'a role from elsewhere',
    names: /its role isn't in the template/,
    open: (r) => set(CODE(r), { Role: 'arn:aws:iam::111122223333:role/other' }),
  },
  {
    name: 'another function with the same role',
    names: /^Hole Properties: names the role/,
    open: (r) =>
      add(r, 'Hole', 'AWS::Lambda::Function', {
        Role: roleArn(r),
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: 'x' },
      }),
  },
];

export const OPENINGS: readonly Opening[] = [...IN_NETWORK, ...OF_FUNCTION, ...OF_LOG, ...OF_ROLE];
