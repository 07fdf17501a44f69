import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { documentsOf, endpointOf, type Gap, key, listed, remove, withoutUse } from './allow-gap';
import { arnOf, idOf, propertiesOf, type Resources, statementsIn } from './quickstart-template';

const endpoint = (r: Resources, service: string): JsonObject =>
  (r[endpointOf(r, service)] as Resources[string]).Properties;
const vpcOf = (r: Resources): JsonObject => propertiesOf(r, 'AWS::EC2::VPC', 'AgentNetworkVpc');
const subnet = (r: Resources, n: number): JsonValue => ({
  Ref: idOf(r, 'AWS::EC2::Subnet', `AgentNetworkVpcIsolatedSubnet${n}`),
});
const trust = (r: Resources, role: string): JsonObject[] =>
  statementsIn(propertiesOf(r, 'AWS::IAM::Role', role).AssumeRolePolicyDocument);
const rule = (r: Resources, start: string): JsonObject => propertiesOf(r, 'AWS::Events::Rule', start);
const firewallRules = (r: Resources): JsonObject[] =>
  propertiesOf(r, 'AWS::Route53Resolver::FirewallRuleGroup', 'AgentNetworkDnsFirewallRules')
    .FirewallRules as JsonObject[];
const keyProperties = (r: Resources, start: string): JsonObject => propertiesOf(r, 'AWS::KMS::Key', start);
const withoutSid = (document: JsonObject, ...sids: string[]): void =>
  remove(document, ({ Sid }) => sids.includes(String(Sid)));
const filesPolicy = (r: Resources): JsonObject =>
  propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerTrailFilesBucketPolicy').PolicyDocument as JsonObject;

interface Entry {
  readonly egress: boolean;
  readonly ports?: readonly [from: number, to: number];
  readonly action?: 'allow' | 'deny';
  readonly number?: number;
  readonly cidr?: JsonValue;
}

/** Gives subnets a network ACL with these entries. */
function acl(r: Resources, subnets: readonly number[], entries: readonly Entry[]): void {
  const VpcId = { Ref: idOf(r, 'AWS::EC2::VPC', 'AgentNetworkVpc') };
  r.Acl = { Type: 'AWS::EC2::NetworkAcl', Properties: { VpcId } };
  for (const n of subnets) {
    r[`Acl${n}`] = {
      Type: 'AWS::EC2::SubnetNetworkAclAssociation',
      Properties: { SubnetId: subnet(r, n), NetworkAclId: { Ref: 'Acl' } },
    };
  }
  addEntries(r, { Ref: 'Acl' }, entries);
}

function addEntries(r: Resources, NetworkAclId: JsonValue, entries: readonly Entry[]): void {
  for (const [i, { egress, ports, action, number, cidr }] of entries.entries()) {
    r[`AclEntry${i}`] = {
      Type: 'AWS::EC2::NetworkAclEntry',
      Properties: {
        NetworkAclId,
        Egress: egress,
        RuleNumber: number ?? 100 + i,
        RuleAction: action ?? 'allow',
        Protocol: ports === undefined ? -1 : 6,
        CidrBlock: cidr ?? '0.0.0.0/0',
        ...(ports === undefined ? {} : { PortRange: { From: ports[0], To: ports[1] } }),
      },
    };
  }
}

/** Denies the results in the evidence bucket to requests without this value of a condition key. */
function onlyFrom(r: Resources, name: string, value: JsonValue): void {
  const { PolicyDocument } = propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerEvidencePolicy');
  statementsIn(PolicyDocument).push({
    Sid: 'OwnEndpoint',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*Object',
    Resource: { 'Fn::Join': ['', [arnOf(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence'), '/results/*']] },
    Condition: { StringNotEquals: { [name]: value } },
  });
}

const OUT: Entry = { egress: true };
const IN: Entry = { egress: false };

/** ACLs that let everything pass that the parts need. Nothing lacks with them. */
export const PASSABLE: readonly { readonly name: string; readonly dig: (r: Resources) => void }[] = [
  { name: 'an ACL that allows everything', dig: (r) => acl(r, [1, 2], [OUT, IN]) },
  {
    name: 'an ACL with exactly the ports of both directions, in pieces',
    dig: (r) =>
      acl(
        r,
        [1, 2],
        [
          { egress: true, ports: [443, 443] },
          { egress: false, ports: [443, 443] },
          { egress: true, ports: [1024, 40_000] },
          { egress: true, ports: [40_001, 65_535] },
          { egress: false, ports: [30_000, 65_535] },
          { egress: false, ports: [1024, 29_999] },
        ],
      ),
  },
  {
    name: 'an ACL that denies other ports first',
    dig: (r) => acl(r, [1, 2], [{ egress: false, ports: [22, 22], action: 'deny' }, OUT, IN]),
  },
];

/** What surrounds the parts is there, but doesn't work: endpoints, network, trust, rules, keys, deliveries, models. */
export const UNUSABLE: readonly Gap[] = [
  ...([undefined, []] as const).map((SubnetIds) => ({
    name: `an endpoint with ${SubnetIds === undefined ? 'no subnets' : 'an empty list of subnets'}`,
    names:
      /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: endpoint: AgentNetworkEndpointsKms\w+ has no subnet/,
    dig: (r: Resources) => {
      delete endpoint(r, 'Kms').SubnetIds;
      if (SubnetIds !== undefined) endpoint(r, 'Kms').SubnetIds = [];
    },
  })),
  {
    name: 'an endpoint of a service in another region',
    names: /^the sealer lacks kms:Sign, .*: endpoint: AgentNetworkEndpointsKms\w+ leads to kms in another region$/,
    dig: (r) => {
      endpoint(r, 'Kms').ServiceName = 'com.amazonaws.us-east-2.kms';
    },
  },
  {
    name: 'an endpoint with another region of its service',
    names: /^the session launcher lacks ecs:RunTask on task: endpoint: \S+ leads to ecs in another region$/,
    dig: (r) => {
      endpoint(r, 'Ecs').ServiceRegion = 'us-east-2';
    },
  },
  {
    name: 'an interface endpoint without its type, and so a gateway',
    names: /^the session launcher lacks ecs:RunTask on task: endpoint: \S+ isn't of type Interface$/,
    dig: (r) => {
      delete endpoint(r, 'Ecs').VpcEndpointType;
    },
  },
  {
    name: 'an endpoint with IPv6 addresses',
    names: /^the sealer lacks kms:Sign, .*: endpoint: AgentNetworkEndpointsKms\w+ has addresses of type ipv6 in IPv4/,
    dig: (r) => {
      endpoint(r, 'Kms').IpAddressType = 'ipv6';
    },
  },
  {
    name: 'an endpoint with both kinds of addresses in IPv4 subnets',
    names: /^the sealer lacks kms:Sign, .*: endpoint: AgentNetworkEndpointsKms\w+ has addresses of type dualstack/,
    dig: (r) => {
      endpoint(r, 'Kms').IpAddressType = 'dualstack';
    },
  },
  {
    name: 'an endpoint with records for IPv6',
    names: /^the sealer lacks kms:Sign, .*: endpoint: AgentNetworkEndpointsKms\w+ has DNS records of type ipv6/,
    dig: (r) => {
      endpoint(r, 'Kms').DnsOptions = { DnsRecordIpType: 'ipv6' };
    },
  },
  {
    name: 'an endpoint’s security group in another VPC',
    names: /^the sealer lacks kms:Sign, .*: endpoint: \S+Kms\w+ and AgentNetworkEndpointsKmsGroup\w+ are in different/,
    dig: (r) => {
      r.Other = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.9.0.0/16' } };
      propertiesOf(r, 'AWS::EC2::SecurityGroup', 'AgentNetworkEndpointsKmsGroup').VpcId = { Ref: 'Other' };
    },
  },
  ...['EnableDnsSupport', 'EnableDnsHostnames'].map((attribute) => ({
    name: `a VPC without ${attribute}`,
    names: new RegExp(`^the sealer lacks .*kms:Sign.*: DNS: AgentNetworkVpc\\w+ has no ${attribute}`),
    dig: (r: Resources) => {
      vpcOf(r)[attribute] = false;
    },
  })),
  {
    name: 'a VPC without EnableDnsHostnames, which is the default',
    names: /^the gate lacks .*lambda:InvokeFunction.*: DNS: AgentNetworkVpc\w+ has no EnableDnsHostnames/,
    dig: (r) => {
      delete vpcOf(r).EnableDnsHostnames;
    },
  },
  {
    name: 'other name servers in the VPC',
    names: /^the gate lacks .*: DNS: can't be proven: the name servers of Association answer/,
    dig: (r) => {
      r.Options = { Type: 'AWS::EC2::DHCPOptions', Properties: { DomainNameServers: ['10.0.0.53'] } };
      r.Association = {
        Type: 'AWS::EC2::VPCDHCPOptionsAssociation',
        Properties: { VpcId: { Ref: idOf(r, 'AWS::EC2::VPC', 'AgentNetworkVpc') }, DhcpOptionsId: { Ref: 'Options' } },
      };
    },
  },
  {
    name: 'the gate’s security group in another VPC than its subnets',
    names:
      /^the gate lacks .*lambda:InvokeFunction.*: security group: AgentGateGroup\w+ is in another VPC than the subnets$/,
    dig: (r) => {
      r.Other = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.9.0.0/16' } };
      propertiesOf(r, 'AWS::EC2::SecurityGroup', 'AgentGateGroup').VpcId = { Ref: 'Other' };
    },
  },
  ...(
    [
      ['without inbound 443 at the endpoints', [OUT, { egress: false, ports: [1024, 65_535] }]],
      ['without outbound answers of the endpoints', [{ egress: true, ports: [443, 443] }, IN]],
      [
        'with one port for answers only',
        [OUT, { egress: false, ports: [443, 443] }, { egress: false, ports: [1024, 1024] }],
      ],
      [
        'with a gap in the ports for answers',
        [OUT, { egress: false, ports: [1, 40_000] }, { egress: false, ports: [40_002, 65_535] }],
      ],
      ['that denies some answers first', [OUT, { egress: false, ports: [5000, 5000], action: 'deny', number: 1 }, IN]],
      ['for some addresses only', [OUT, { ...IN, cidr: '10.0.0.0/24' }]],
    ] as const
  ).map(([name, entries]) => ({
    name: `a network ACL ${name}`,
    names: /^the gate lacks .*lambda:InvokeFunction.*: network ACL: can't be proven: that Acl lets TCP 443/,
    dig: (r: Resources) => acl(r, [1, 2], entries),
  })),
  {
    name: 'a denial in the VPC’s default ACL',
    names: /^the gate lacks .*lambda:InvokeFunction.*: network ACL: can't be proven: /,
    dig: (r) =>
      addEntries(r, { 'Fn::GetAtt': [idOf(r, 'AWS::EC2::VPC', 'AgentNetworkVpc'), 'DefaultNetworkAcl'] }, [
        { egress: true, action: 'deny', number: 1 },
      ]),
  },
  {
    name: 'an ACL at an endpoint’s only subnet, in which the part isn’t alone',
    names: /^the gate lacks .*lambda:InvokeFunction.*: network ACL: can't be proven: that Acl lets TCP 443/,
    dig: (r) => {
      endpoint(r, 'Lambda').SubnetIds = [subnet(r, 2)];
      acl(r, [2], [OUT, { egress: false, ports: [1024, 65_535] }]);
    },
  },
  ...['MX', 'A'].map((Qtype) => ({
    name: `names that the firewall allows for queries of type ${Qtype} only`,
    names: new RegExp(
      `^the sealer lacks kms:Sign, .*: DNS: no list that \\S+ allows${Qtype === 'A' ? ' for AAAA queries' : ''} has kms\\.`,
    ),
    dig: (r: Resources) => {
      for (const each of firewallRules(r)) if (each.Action === 'ALLOW') each.Qtype = Qtype;
    },
  })),
  {
    name: 'a Deny in the trust policy of the gate’s role',
    names:
      /^lambda\.amazonaws\.com lacks sts:AssumeRole on the role of the gate: trust policy: AgentGateRole\w+ #1 denies it$/,
    dig: (r) => trust(r, 'AgentGateRole').push({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
  },
  {
    name: 'the trust of another service',
    names: /^lambda\.amazonaws\.com lacks sts:AssumeRole on the role of the gate: trust policy: no statement/,
    dig: (r) => {
      for (const statement of trust(r, 'AgentGateRole')) statement.Principal = { Service: 'ec2.amazonaws.com' };
    },
  },
  {
    name: 'another account in the execution role’s trust',
    names:
      /^ecs-tasks\.amazonaws\.com lacks sts:AssumeRole on the role of the task starter: trust policy: can't be proven: /,
    dig: (r) => {
      for (const { Condition } of trust(r, 'AgentTaskExecutionRole')) {
        (Condition as { ArnLike: JsonObject }).ArnLike['aws:SourceArn'] = 'arn:aws:ecs:eu-west-1:999988887777:*';
      }
    },
  },
  {
    name: 'the trust of the workflow’s role for another kind of resource',
    names:
      /^states\.amazonaws\.com lacks sts:AssumeRole on the role of the approval workflow: trust policy: no statement/,
    dig: (r) => {
      for (const { Condition } of trust(r, 'AgentApprovalsWorkflowRole')) {
        (Condition as { ArnLike: JsonObject }).ArnLike['aws:SourceArn'] = 'arn:aws:states:*:*:activity:*';
      }
    },
  },
  {
    name: 'the sealer’s schedule',
    names: /^the sealer lacks a schedule: event rule: none starts it$/,
    dig: (r) => {
      delete r[idOf(r, 'AWS::Events::Rule', 'AgentLedgerSealerEveryMinute')];
    },
  },
  {
    name: 'a schedule that is off',
    names: /^the rule about sealer isn't on: event rule: AgentLedgerSealerEveryMinute\w+: its State is DISABLED$/,
    dig: (r) => {
      rule(r, 'AgentLedgerSealerEveryMinute').State = 'DISABLED';
    },
  },
  {
    name: 'a sealer that an event starts, and no schedule',
    names: /^the sealer lacks a schedule: event rule: AgentLedgerSealerEveryMinute\w+ has no schedule$/,
    dig: (r) => {
      delete rule(r, 'AgentLedgerSealerEveryMinute').ScheduleExpression;
      rule(r, 'AgentLedgerSealerEveryMinute').EventPattern = { source: ['aws.s3'] };
    },
  },
  {
    name: 'the sealer itself',
    names: /^the gate lacks a sealer: event rule: no function that a rule starts has AgentLedgerBucket/,
    dig: (r) => {
      delete r[idOf(r, 'AWS::Lambda::Function', 'AgentLedgerSealerSealFunction')];
    },
  },
  {
    name: 'a rule for stopped tasks that is off',
    names: /^the rule about .*session end.* isn't on: event rule: AgentSessionsTaskStopped\w+: its State is DISABLED$/,
    dig: (r) => {
      rule(r, 'AgentSessionsTaskStopped').State = 'DISABLED';
    },
  },
  {
    name: 'the rule for stopped tasks',
    names: /^the session launcher lacks a session end: event rule: no function that a rule starts has /,
    dig: (r) => {
      delete r[idOf(r, 'AWS::Events::Rule', 'AgentSessionsTaskStopped')];
    },
  },
  {
    name: 'the tasks of another cluster',
    names:
      /^the session end lacks the event of a stopped task: event rule: AgentSessionsTaskStopped\w+ has another pattern$/,
    dig: (r) => {
      r.Cluster = { Type: 'AWS::ECS::Cluster', Properties: {} };
      const { detail } = rule(r, 'AgentSessionsTaskStopped').EventPattern as { detail: JsonObject };
      detail.clusterArn = [{ 'Fn::GetAtt': ['Cluster', 'Arn'] }];
    },
  },
  {
    name: 'tasks that start',
    names:
      /^the session end lacks the event of a stopped task: event rule: AgentSessionsTaskStopped\w+ has another pattern$/,
    dig: (r) => {
      const { detail } = rule(r, 'AgentSessionsTaskStopped').EventPattern as { detail: JsonObject };
      detail.lastStatus = ['RUNNING'];
    },
  },
  {
    name: 'a watch of requests that ended',
    names: /^the approval watch lacks the event of a waiting request: event rule: \S+ has another pattern$/,
    dig: (r) => {
      const { detail } = rule(r, 'AgentApprovalsWatchStarted').EventPattern as { detail: JsonObject };
      detail.status = ['SUCCEEDED'];
    },
  },
  {
    name: 'a rule on another event bus',
    names: /^the session end lacks the event of a stopped task: event rule: \S+ isn't on the default event bus$/,
    dig: (r) => {
      rule(r, 'AgentSessionsTaskStopped').EventBusName = 'other';
    },
  },
  {
    name: 'a function that never runs',
    names: /^the decision lacks concurrency: function: \S+ has ReservedConcurrentExecutions 0/,
    dig: (r) => {
      propertiesOf(r, 'AWS::Lambda::Function', 'AgentApprovalsDecide').ReservedConcurrentExecutions = 0;
    },
  },
  {
    name: 'CloudWatch Logs in the policy of a log group’s key',
    names:
      /^CloudWatch Logs lacks kms:Encrypt, .* on AgentTaskLogsAgent\w+: key policy: no statement of AgentTaskLogsKey\w+ allows it$/,
    dig: (r) => withoutSid(key(r, 'AgentTaskLogsKey'), 'CloudWatchLogsOfThisStack'),
  },
  {
    name: 'CloudWatch Logs for another account’s log groups',
    names: /^CloudWatch Logs lacks kms:Encrypt, .* on AgentNetworkLogsDnsQueries\w+: key policy: no statement of /,
    dig: (r) => {
      for (const { Sid, Condition } of statementsIn(key(r, 'AgentNetworkLogsKey'))) {
        if (Sid !== 'CloudWatchLogsOfThisStack') continue;
        (Condition as { ArnLike: JsonObject }).ArnLike = {
          'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:eu-west-1:999988887777:query-result:*',
        };
      }
    },
  },
  {
    name: 'a signing key that is off',
    names: /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: key: \S+ can't be used: Enabled is false$/,
    dig: (r) => {
      keyProperties(r, 'AgentLedgerSealerSigningKey').Enabled = false;
    },
  },
  {
    name: 'a signing key that can’t sign',
    names: /^the sealer lacks kms:Sign, .*: key: \S+ can't be used: KeySpec is RSA_2048$/,
    dig: (r) => {
      keyProperties(r, 'AgentLedgerSealerSigningKey').KeySpec = 'RSA_2048';
    },
  },
  {
    name: 'a ledger’s key without material',
    names: /^the gate lacks .*on key of the ledger: key: \S+ can't be used: Origin is EXTERNAL$/,
    dig: (r) => {
      keyProperties(r, 'AgentLedgerKey').Origin = 'EXTERNAL';
    },
  },
  {
    name: 'a key of logs that is off',
    names: /^CloudWatch Logs lacks .* on AgentTaskLogsAgent\w+: key: \S+ can't be used: Enabled is false$/,
    dig: (r) => {
      keyProperties(r, 'AgentTaskLogsKey').Enabled = false;
    },
  },
  {
    name: 'CloudTrail in the policy of the trail’s key',
    names: /^CloudTrail lacks kms:GenerateDataKey on AgentLedgerTrail\w+: key policy: no statement of /,
    dig: (r) => withoutSid(key(r, 'AgentLedgerTrailFilesKey'), 'TrailEncrypts'),
  },
  {
    name: 'the key for another trail',
    names: /^CloudTrail lacks kms:DescribeKey on AgentLedgerTrail\w+: key policy: /,
    dig: (r) => {
      for (const statement of statementsIn(key(r, 'AgentLedgerTrailFilesKey'))) {
        if (statement.Sid !== 'TrailEncrypts') continue;
        statement.Condition = {
          StringEquals: { 'aws:SourceArn': 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/other' },
        };
      }
    },
  },
  {
    name: 'the trail’s files in the bucket’s policy',
    names: /^CloudTrail lacks s3:PutObject on AgentLedgerTrailFilesBucket\w+: resource policy: no statement of /,
    dig: (r) => withoutSid(filesPolicy(r), 'TrailDelivers'),
  },
  {
    name: 'the read of the ACL in the bucket’s policy',
    names: /^CloudTrail lacks s3:GetBucketAcl on AgentLedgerTrailFilesBucket\w+: resource policy: no statement of /,
    dig: (r) => withoutSid(filesPolicy(r), 'TrailAsksWhose'),
  },
  {
    name: 'another folder for the trail’s files',
    names: /^CloudTrail lacks s3:PutObject on AgentLedgerTrailFilesBucket\w+: resource policy: no statement of /,
    dig: (r) => {
      propertiesOf(r, 'AWS::CloudTrail::Trail', 'AgentLedgerTrail').S3KeyPrefix = 'elsewhere';
    },
  },
  {
    name: 'a trail that is off',
    names: /^CloudTrail lacks a trail that is on: trail: IsLogging of /,
    dig: (r) => {
      propertiesOf(r, 'AWS::CloudTrail::Trail', 'AgentLedgerTrail').IsLogging = false;
    },
  },
  {
    name: 'EventBridge’s policy for the log group of refused attempts',
    names:
      /^events\.amazonaws\.com lacks logs:CreateLogStream on AgentLedgerTrailRefusedAttempts\w+: resource policy: no statement of /,
    dig: (r) => {
      delete r[idOf(r, 'AWS::Logs::ResourcePolicy', 'AgentLedgerTrailRefused')];
    },
  },
  {
    name: 'the rules in EventBridge’s policy for the log group',
    names: /^events\.amazonaws\.com lacks logs:PutLogEvents on AgentLedgerTrailRefusedAttempts\w+: resource policy: /,
    dig: (r) => {
      const properties = propertiesOf(r, 'AWS::Logs::ResourcePolicy', 'AgentLedgerTrailRefused');
      const text = JSON.stringify(properties.PolicyDocument);
      properties.PolicyDocument = JSON.parse(
        text.replace(idOf(r, 'AWS::Events::Rule', 'AgentLedgerTrailRefused2B'), 'AgentLedgerKey838CBEC1'),
      );
    },
  },
  {
    name: 'a bucket for another endpoint than the network’s own',
    names: /^the gate lacks s3:PutObject.* on evidence results\/\*.*: resource policy: \S+ OwnEndpoint denies it$/,
    dig: (r) => onlyFrom(r, 'aws:SourceVpce', { Ref: endpointOf(r, 'Kms') }),
  },
  {
    name: 'the models behind an inference profile, in role and endpoint',
    names:
      /^the agent lacks bedrock:InvokeModel, bedrock:InvokeModelWithResponseStream on arn:aws:bedrock:\S+::foundation-model\/anthropic\.claude-sonnet-4-5-20250929-v1:0: role: /,
    dig: (r) => {
      for (const document of documentsOf(r, 'AgentAgentRole')) {
        remove(document, ({ Resource }) => JSON.stringify(Resource ?? '').includes('::foundation-model/'));
      }
      for (const statement of statementsIn(endpoint(r, 'BedrockRuntime').PolicyDocument)) {
        const kept = listed(statement.Resource).filter((arn) => !JSON.stringify(arn).includes('::foundation-model/'));
        statement.Resource = kept;
      }
    },
  },
  {
    name: 'every model, in role and endpoint',
    names: /^the agent lacks bedrock:InvokeModel on eu\.anthropic\.claude-sonnet-\S+: role: no role may invoke/,
    dig: (r) => {
      for (const document of documentsOf(r, 'AgentAgentRole')) {
        document.Statement = statementsIn(document).filter(
          ({ Action }) => !JSON.stringify(Action ?? '').includes('bedrock:'),
        );
      }
      withoutUse(r, 'BedrockRuntime', 'AgentAgentRole', 'bedrock:InvokeModel');
    },
  },
  {
    name: 'InvokeModel alone, in role and endpoint',
    names: /^the agent lacks bedrock:InvokeModel on eu\.anthropic\.claude-sonnet-\S+: role: no role may invoke/,
    dig: (r) => {
      const all = [
        ...documentsOf(r, 'AgentAgentRole').flatMap(statementsIn),
        ...statementsIn(endpoint(r, 'BedrockRuntime').PolicyDocument),
      ];
      for (const statement of all) {
        if (!listed(statement.Action).includes('bedrock:InvokeModel')) continue;
        statement.Action = listed(statement.Action).filter((action) => action !== 'bedrock:InvokeModel');
      }
    },
  },
];

/** Narrower policies and other spellings that AWS takes as meant. Nothing lacks with them. */
export const HARMLESS: readonly { readonly name: string; readonly dig: (r: Resources) => void }[] = [
  ...PASSABLE,
  ...(
    [
      ['aws:SourceVpce', (r: Resources): JsonValue => ({ Ref: endpointOf(r, 'S3') })],
      ['aws:SourceVpc', (r: Resources): JsonValue => ({ Ref: idOf(r, 'AWS::EC2::VPC', 'AgentNetworkVpc') })],
    ] as const
  ).map(([name, value]) => ({
    name: `a Deny on a bucket unless ${name} is the network’s own`,
    dig: (r: Resources) => onlyFrom(r, name, value(r)),
  })),
  {
    name: 'allowed names with a dot at their end, and in capitals',
    dig: (r) => {
      const list = propertiesOf(r, 'AWS::Route53Resolver::FirewallDomainList', 'AgentNetworkDnsFirewallAllowed');
      list.Domains = listed(list.Domains).map((domain) => ({ 'Fn::Join': ['', [domain, '.']] }));
    },
  },
];
