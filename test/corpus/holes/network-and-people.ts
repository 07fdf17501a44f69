import type { JsonObject } from '../../../runtime/core/contracts';
import { add, agentGroup } from '../../lib/prove/hole';
import { idOf, propertiesOf, type Resources, withoutDenies } from '../../lib/prove/quickstart-template';
import {
  adding,
  APPROVERS,
  type CorpusHole,
  endpointStatement,
  FOREIGN,
  holesOf,
  network,
  OPERATORS,
  setting,
  subnet,
  trustStatement,
} from './mutation';

const LIST = 'AWS::Route53Resolver::FirewallDomainList';
const RULES = 'AWS::Route53Resolver::FirewallRuleGroup';
const ENDPOINT = 'AWS::EC2::VPCEndpoint';
const account = `\${AWS::AccountId}`;

const rules = (r: Resources): JsonObject[] =>
  propertiesOf(r, RULES, 'AgentNetworkDnsFirewallRules').FirewallRules as JsonObject[];
const allowed = (r: Resources): unknown[] =>
  propertiesOf(r, LIST, 'AgentNetworkDnsFirewallAllowed').Domains as unknown[];
const policyOf = (r: Resources, name: string): { Statement: JsonObject[] } =>
  propertiesOf(r, ENDPOINT, `AgentNetworkEndpoints${name}`).PolicyDocument as { Statement: JsonObject[] };

/** Which names are resolved. */
export const NAMES: readonly CorpusHole[] = holesOf('names', [
  [
    'everything-allowed',
    'Data leaves as names of any domain.',
    (r) => {
      allowed(r).push('*');
    },
  ],
  [
    'foreign-domain-allowed',
    'Data leaves as names of a domain.',
    (r) => {
      allowed(r).push('*.collector.example.com');
    },
  ],
  [
    'whole-service-domain',
    'Any bucket of anybody in the region has a name.',
    (r) => {
      allowed(r).push('*.s3.eu-west-1.amazonaws.com');
    },
  ],
  [
    'list-in-a-file',
    'Which names are allowed is in a file that others write.',
    (r) => {
      const list = propertiesOf(r, LIST, 'AgentNetworkDnsFirewallAllowed');
      delete list.Domains;
      list.DomainFileUrl = 's3://collector/domains.txt';
    },
  ],
  [
    'list-of-an-import',
    'Nobody can read which names are allowed.',
    (r) => {
      propertiesOf(r, LIST, 'AgentNetworkDnsFirewallAllowed').Domains = { 'Fn::ImportValue': 'Domains' };
    },
  ],
  [
    'list-of-a-literal-id',
    'Another list, of which nobody knows what it holds, is allowed.',
    (r) => {
      (rules(r)[0] as JsonObject).FirewallDomainListId = 'rslvr-fdl-0123456789abcdef';
    },
  ],
  [
    'alert-instead-of-block',
    'Other names are counted and answered.',
    (r) => {
      const block = rules(r)[1] as JsonObject;
      block.Action = 'ALERT';
      delete block.BlockResponse;
    },
  ],
  [
    'block-of-one-type',
    'Names are blocked for addresses only; text records leave.',
    (r) => {
      (rules(r)[1] as JsonObject).Qtype = 'A';
    },
  ],
  [
    'override-instead-of-nxdomain',
    'Blocked names lead to a server of somebody else.',
    (r) => {
      Object.assign(rules(r)[1] as JsonObject, {
        BlockResponse: 'OVERRIDE',
        BlockOverrideDnsType: 'CNAME',
        BlockOverrideDomain: 'collector.example.com',
        BlockOverrideTtl: 0,
      });
    },
  ],
  [
    'second-rule-group-first',
    'A group that comes earlier allows what this one blocks.',
    adding('AWS::Route53Resolver::FirewallRuleGroupAssociation', (r) => ({
      VpcId: network(r),
      Priority: 101,
      FirewallRuleGroupId: 'rslvr-frg-0123456789abcdef',
    })),
  ],
  [
    'firewall-of-other-network',
    'The firewall filters another network.',
    setting('AWS::Route53Resolver::FirewallRuleGroupAssociation', 'AgentNetwork', { VpcId: 'vpc-0123456789abcdef0' }),
  ],
  [
    'query-log-gone',
    'Nobody sees which names were asked.',
    (r) => {
      delete r[idOf(r, 'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', 'AgentNetwork')];
    },
  ],
]);

/** Which services have an endpoint, and whom it serves. */
export const ENDPOINTS: readonly CorpusHole[] = holesOf('endpoints', [
  [
    'foreign-private-link',
    'A service of another account lies in the agent’s network.',
    adding(ENDPOINT, (r) => ({
      VpcId: network(r),
      VpcEndpointType: 'Interface',
      ServiceName: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0',
      SubnetIds: [subnet(r)],
      SecurityGroupIds: [agentGroup(r)],
    })),
  ],
  [
    'endpoint-without-policies',
    'A service that knows no endpoint policies serves any credentials.',
    adding(ENDPOINT, (r) => ({
      VpcId: network(r),
      VpcEndpointType: 'Interface',
      ServiceName: 'com.amazonaws.eu-west-1.transfer.server',
      SubnetIds: [subnet(r)],
    })),
  ],
  [
    'lattice-endpoint',
    'A resource of another account is reached by its resource configuration.',
    adding(ENDPOINT, (r) => ({
      VpcId: network(r),
      VpcEndpointType: 'Resource',
      ResourceConfigurationArn: `arn:aws:vpc-lattice:eu-west-1:${FOREIGN}:resourceconfiguration/rcfg-0123456789abcdef0`,
      SubnetIds: [subnet(r)],
    })),
  ],
  [
    'service-network-endpoint',
    'All services of another account’s service network are reached.',
    adding(ENDPOINT, (r) => ({
      VpcId: network(r),
      VpcEndpointType: 'ServiceNetwork',
      ServiceNetworkArn: `arn:aws:vpc-lattice:eu-west-1:${FOREIGN}:servicenetwork/sn-0123456789abcdef0`,
      SubnetIds: [subnet(r)],
    })),
  ],
  [
    'endpoint-other-region',
    'The endpoint leads to another region, where nothing is logged.',
    setting(ENDPOINT, 'AgentNetworkEndpointsLogs', {
      ServiceName: 'com.amazonaws.us-east-1.logs',
      ServiceRegion: 'us-east-1',
    }),
  ],
  [
    'appliance-endpoint',
    'All traffic of a route passes another account’s appliance.',
    adding(ENDPOINT, (r) => ({
      VpcId: network(r),
      VpcEndpointType: 'GatewayLoadBalancer',
      ServiceName: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0',
      SubnetIds: [subnet(r)],
    })),
  ],
  [
    'deny-only-policy',
    'With a policy that only denies something, nothing says who is served.',
    (r) => {
      for (const each of policyOf(r, 'Logs').Statement) Object.assign(each, { Effect: 'Deny' });
    },
  ],
  [
    'empty-policy',
    'An empty policy object is the default: everybody.',
    setting(ENDPOINT, 'AgentNetworkEndpointsLogs', { PolicyDocument: {} }),
  ],
  [
    'wild-role-arn',
    'Any role of any account is served.',
    (r) => {
      endpointStatement(r, 'Kms').Condition = {
        ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/sealer' },
        StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } },
      };
    },
  ],
  [
    'foreign-account-in-values',
    'Resources of another account are served too.',
    (r) => {
      ((endpointStatement(r, 'Kms').Condition as JsonObject).StringEquals as JsonObject)['aws:ResourceAccount'] = [
        { Ref: 'AWS::AccountId' },
        FOREIGN,
      ];
    },
  ],
  [
    'wild-account-in-values',
    'Resources of any account are served.',
    (r) => {
      endpointStatement(r, 'Kms').Condition = {
        ArnEquals: {
          'aws:PrincipalArn': { 'Fn::GetAtt': [idOf(r, 'AWS::IAM::Role', 'AgentLedgerSealerSealRole'), 'Arn'] },
        },
        StringLike: { 'aws:ResourceAccount': '*' },
      };
    },
  ],
  [
    'if-exists-pin',
    'A request without the key is served.',
    (r) => {
      endpointStatement(r, 'Kms').Condition = {
        ArnEqualsIfExists: {
          'aws:PrincipalArn': { 'Fn::GetAtt': [idOf(r, 'AWS::IAM::Role', 'AgentLedgerSealerSealRole'), 'Arn'] },
        },
        StringEqualsIfExists: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } },
      };
    },
  ],
  [
    'pin-by-negation',
    'Everybody but one role is served.',
    (r) => {
      endpointStatement(r, 'Kms').Condition = {
        ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/x' },
        StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } },
      };
    },
  ],
  [
    'no-private-names',
    'The service’s name leads to its public address again.',
    setting(ENDPOINT, 'AgentNetworkEndpointsBedrockRuntime', { PrivateDnsEnabled: false }),
  ],
  [
    'open-group-of-endpoint',
    'Every address may use the endpoint.',
    setting('AWS::EC2::SecurityGroup', 'AgentNetworkEndpointsBedrockRuntimeGroup', {
      SecurityGroupIngress: [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }],
    }),
  ],
]);

const approves = (r: Resources): JsonObject => trustStatement(r, APPROVERS);
const ownRole = (name: string): JsonObject => ({ 'Fn::Sub': `arn:\${AWS::Partition}:iam::${account}:role/${name}` });

/** Who decides and who operates. */
export const PEOPLE: readonly CorpusHole[] = holesOf('people', [
  [
    'service-approves',
    'A service approves.',
    (r) => {
      approves(r).Principal = { Service: 'lambda.amazonaws.com' };
    },
  ],
  [
    'service-approves-too',
    'A service approves beside the people.',
    (r) => {
      approves(r).Principal = {
        AWS: (approves(r).Principal as JsonObject).AWS as string,
        Service: 'ec2.amazonaws.com',
      };
    },
  ],
  [
    'pipeline-role-approves',
    'A pipeline’s role of this account approves.',
    (r) => {
      Object.assign(approves(r), { Principal: { AWS: ownRole('pipeline') }, Condition: {} });
    },
  ],
  [
    'service-role-of-app-approves',
    'A function of the app approves by its role.',
    (r) => {
      add(r, 'Hole', 'AWS::IAM::Role', {
        AssumeRolePolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'lambda.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            },
          ],
        },
        Tags: [{ Key: 'approver-group', Value: 'support-leads' }],
      });
      Object.assign(approves(r), { Principal: { AWS: { 'Fn::GetAtt': ['Hole', 'Arn'] } } });
    },
  ],
  [
    'foreign-account-approves',
    'People of another account approve.',
    (r) => {
      approves(r).Principal = { AWS: FOREIGN };
    },
  ],
  [
    'anybody-approves',
    'Whoever has the tag, in any account, approves.',
    (r) => {
      approves(r).Principal = { AWS: '*' };
    },
  ],
  [
    'wild-group-approves',
    'Whoever has any group approves.',
    (r) => {
      approves(r).Condition = {
        StringLike: { 'aws:PrincipalTag/approver-group': '*', 'sts:RoleSessionName': `\${aws:username}` },
      };
    },
  ],
  [
    'tags-at-assumption',
    'Who assumes the role chooses its tags.',
    (r) => {
      approves(r).Action = ['sts:AssumeRole', 'sts:TagSession'];
    },
  ],
  [
    'identity-set-by-caller',
    'Who assumes the role chooses whose name it bears.',
    (r) => {
      approves(r).Action = ['sts:AssumeRole', 'sts:SetSourceIdentity'];
    },
  ],
  [
    'web-identity-approves',
    'Whoever signs in at a public provider approves.',
    (r) => {
      Object.assign(approves(r), {
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: 'accounts.google.com' },
        Condition: {},
      });
    },
  ],
  [
    'operators-of-any-name',
    'Nobody can tell which person operated.',
    (r) => {
      const trust = trustStatement(r, OPERATORS);
      trust.Condition = {};
    },
  ],
  [
    'service-operates',
    'A service stops and resumes sessions.',
    (r) => {
      trustStatement(r, OPERATORS).Principal = { Service: 'lambda.amazonaws.com' };
    },
  ],
  [
    'approver-reads-ledger',
    'The approvers’ role may delete entries.',
    adding('AWS::IAM::RolePolicy', (r) => ({
      RoleName: { Ref: idOf(r, 'AWS::IAM::Role', APPROVERS) },
      PolicyName: 'p',
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:DeleteObject*', Resource: '*' }] },
    })),
  ],
]);

const retention = (r: Resources): JsonObject =>
  ((propertiesOf(r, 'AWS::S3::Bucket', 'AgentLedgerBucket').ObjectLockConfiguration as JsonObject).Rule as JsonObject)
    .DefaultRetention as JsonObject;

/** How long entries stay. */
export const LOCK: readonly CorpusHole[] = holesOf('lock', [
  [
    'one-day',
    'Entries may be deleted after a day.',
    (r) => {
      retention(r).Days = 1;
    },
  ],
  [
    'governance',
    'Who has a right may delete entries.',
    (r) => {
      retention(r).Mode = 'GOVERNANCE';
    },
  ],
  [
    'no-rule',
    'New entries have no lock.',
    (r) => {
      propertiesOf(r, 'AWS::S3::Bucket', 'AgentLedgerBucket').ObjectLockConfiguration = {
        ObjectLockEnabled: 'Enabled',
      };
    },
  ],
  [
    'unlocked',
    'The ledger has no lock.',
    (r) => {
      const bucket = propertiesOf(r, 'AWS::S3::Bucket', 'AgentLedgerBucket');
      delete bucket.ObjectLockConfiguration;
      delete bucket.ObjectLockEnabled;
    },
  ],
  [
    'retention-of-a-parameter',
    'Whoever deploys chooses how long entries stay.',
    (r, body) => {
      body.Parameters = { ...(body.Parameters as JsonObject), Days: { Type: 'Number', Default: 365 } };
      retention(r).Days = { Ref: 'Days' };
    },
  ],
  [
    'bypass-for-a-user',
    'A user may shorten locks.',
    adding('AWS::IAM::UserPolicy', () => ({
      UserName: 'dev',
      PolicyName: 'p',
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: ['s3:BypassGovernanceRetention', 's3:PutObjectRetention'], Resource: '*' },
        ],
      },
    })),
  ],
  [
    'deleted-with-stack',
    'The ledger is deleted with its stack.',
    (r) => {
      Object.assign(r[idOf(r, 'AWS::S3::Bucket', 'AgentLedgerBucket')] as object, {
        DeletionPolicy: 'Delete',
        UpdateReplacePolicy: 'Delete',
      });
    },
  ],
  [
    'policy-without-denies',
    'Nothing denies what the ledger’s policy denied.',
    (r) => withoutDenies(propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerBucketPolicy').PolicyDocument),
  ],
  [
    'witness-unlocked',
    'The copies of witnesses can be deleted.',
    (r) => {
      const bucket = propertiesOf(r, 'AWS::S3::Bucket', 'AgentLedgerWitness');
      delete bucket.ObjectLockConfiguration;
      delete bucket.ObjectLockEnabled;
    },
  ],
  [
    'key-deleted-soon',
    'The ledger’s key is gone a week after the stack.',
    (r) => {
      const id = idOf(r, 'AWS::KMS::Key', 'AgentLedgerKey');
      Object.assign(r[id] as object, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
      propertiesOf(r, 'AWS::KMS::Key', 'AgentLedgerKey').PendingWindowInDays = 7;
    },
  ],
  [
    'sealer-paused',
    'Nothing is sealed, and no alarm rings for what isn’t started.',
    setting('AWS::Events::Rule', 'AgentLedgerSealer', { State: 'DISABLED' }),
  ],
  [
    'sweep-paused',
    'Sessions without a task are never ended.',
    setting('AWS::Events::Rule', 'AgentSweep', { State: 'DISABLED' }),
  ],
  [
    'end-paused',
    'A stopped task leaves its session open.',
    setting('AWS::Events::Rule', 'AgentSessionsTaskStopped', { State: 'DISABLED' }),
  ],
  [
    'watch-paused',
    'Waiting approvals that fail are seen by nobody.',
    setting('AWS::Events::Rule', 'AgentApprovalsWatchStarted', { State: 'DISABLED' }),
  ],
  [
    'versioning-off',
    'An overwritten object of the evidence is gone.',
    setting('AWS::S3::Bucket', 'AgentLedgerEvidence', { VersioningConfiguration: { Status: 'Suspended' } }),
  ],
]);
