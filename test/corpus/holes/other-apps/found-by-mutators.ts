import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { FOREIGN } from '../mutation';
import type { OtherHole } from './dug-app';

const statementsIn = (properties: JsonObject): JsonObject[] =>
  (properties.PolicyDocument as { Statement: JsonObject[] }).Statement;

/**
 * What the mutators of the quickstart found when they were pointed at the other apps, and nothing named. One for each kind. Where only
 * another layer's statement goes that a wider one contains, it isn't here.
 */
export const FOUND_BY_MUTATORS: readonly OtherHole[] = [
  {
    id: 'refused-attempts-are-rewritten',
    app: 'desk',
    harm: 'What was refused is changed before anybody sees it.',
    dig: (a) =>
      a.add('AWS::Logs::Transformer', {
        LogGroupIdentifier: a.ref('AgentLedgerTrailRefusedAttempts'),
        TransformerConfig: [{ ParseJSON: {} }, { DeleteKeys: { WithKeys: ['detail'] } }],
      }),
  },
  {
    id: 'logs-of-firewall-are-sent-away',
    app: 'connectors',
    harm: 'Where connectors connect to is told to others.',
    dig: (a) =>
      a.add('AWS::Logs::SubscriptionFilter', {
        LogGroupName: a.ref('EgressLogsFirewallFlows'),
        FilterPattern: '',
        DestinationArn: `arn:aws:logs:eu-west-1:${FOREIGN}:destination:theirs`,
      }),
  },
  {
    id: 'refused-attempts-are-kept-for-a-day',
    app: 'platform',
    harm: 'On Monday nobody knows what was tried on Saturday.',
    dig: (a) => a.set('AgentsLedgerTrailRefusedAttempts', { RetentionInDays: 1 }),
  },
  {
    id: 'key-of-logs-is-never-rotated',
    app: 'connectors',
    harm: 'One key for all time opens every log.',
    dig: (a) => a.set('EgressLogsKey', { EnableKeyRotation: false }),
  },
  {
    id: 'load-balancer-beside-connectors',
    app: 'connectors',
    harm: 'The connectors’ network takes calls from outside.',
    dig: (a) =>
      a.add('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        Scheme: 'internet-facing',
        Subnets: [a.ref('EgressPublicSubnet1Subnet'), a.ref('EgressEndpointSubnet2Subnet')],
      }),
  },
  {
    id: 'models-without-guardrail',
    app: 'everything',
    harm: 'A fooled agent calls the model past its guardrail.',
    dig: (a) => {
      const [, first] = statementsIn(a.properties('AgentAgentRoleDefaultPolicy'));
      delete (first as JsonObject).Condition;
    },
  },
  {
    id: 'guardrail-by-a-pattern',
    app: 'everything',
    harm: 'A fooled agent names any guardrail.',
    dig: (a) => {
      const [, first] = statementsIn(a.properties('AgentAgentRoleDefaultPolicy'));
      (first as JsonObject).Condition = { StringLike: { 'bedrock:GuardrailIdentifier': '*' } };
    },
  },
  {
    id: 'model-behind-any-profile',
    app: 'desk',
    harm: 'The model is called by a profile of others, which may answer anywhere.',
    dig: (a) => {
      const behind = statementsIn(a.properties('AgentAgentRoleDefaultPolicy')).find(({ Condition }) =>
        JSON.stringify(Condition ?? '').includes('InferenceProfileArn'),
      );
      (behind as JsonObject).Condition = { StringLike: { 'bedrock:InferenceProfileArn': '*' } };
    },
  },
  {
    id: 'launcher-for-another-account',
    app: 'connectors',
    harm: 'Another account isn’t kept from starting sessions.',
    dig: (a) => {
      const spared = [...statementsIn(a.properties('SupportSessionsLaunchOnlyItsCallers'))][0]?.Condition as {
        StringNotEquals: JsonObject;
      };
      const own = spared.StringNotEquals['aws:PrincipalAccount'] as JsonValue;
      spared.StringNotEquals['aws:PrincipalAccount'] = [own, FOREIGN];
    },
  },
  {
    id: 'function-for-anybody-with-a-source',
    app: 'desk',
    harm: 'The policy names no service any more.',
    dig: (a) => {
      for (const statement of statementsIn(a.properties('AgentApprovalsNotificationsWebhook1NotifyOnlyItsCallers')))
        if (statement.Effect === 'Allow') statement.Principal = '*';
    },
  },
  {
    id: 'gate-from-another-network',
    app: 'desk',
    harm: 'Another network isn’t kept from the gate.',
    dig: (a) => {
      const { Statement } = a.properties('AgentGateApi').Policy as { Statement: JsonObject[] };
      const denial = Statement.find(({ Condition }) => JSON.stringify(Condition ?? '').includes('aws:SourceVpc'));
      const { StringNotEquals } = denial?.Condition as { StringNotEquals: JsonObject };
      StringNotEquals['aws:SourceVpc'] = [StringNotEquals['aws:SourceVpc'] as JsonValue, 'vpc-0123456789abcdef0'];
    },
  },
  {
    id: 'flow-logs-among-entries',
    app: 'desk',
    harm: 'Others write among the records.',
    dig: (a) => {
      a.add('AWS::EC2::VPC', { CidrBlock: '10.9.0.0/16' }, 'OtherVpc');
      a.add('AWS::EC2::FlowLog', {
        ResourceId: { Ref: 'OtherVpc' },
        ResourceType: 'VPC',
        TrafficType: 'ALL',
        LogDestinationType: 's3',
        LogDestination: a.get('AgentLedgerBucket'),
      });
    },
  },
  {
    id: 'programs-in-a-folder',
    app: 'desk',
    harm: 'The agent starts programs that it wrote.',
    dig: (a) => {
      const [container] = a.properties('AgentTaskDefinition').ContainerDefinitions as JsonObject[];
      const { Tmpfs } = container?.LinuxParameters as { Tmpfs: JsonObject[] };
      delete (Tmpfs[0] as JsonObject).MountOptions;
    },
  },
  {
    id: 'addresses-by-code',
    app: 'desk',
    harm: 'A part’s code may do what only Lambda does with its role: give itself addresses.',
    dig: (a) => {
      const denial = a.statement('AgentApprovalsCloseRequestRole', 'DenyNetworkInterfacesToCode');
      denial.Action = (denial.Action as string[]).filter((action) => action !== 'ec2:*PrivateIpAddresses');
    },
  },
  {
    id: 'trail-files-of-any-service',
    app: 'desk',
    harm: 'More than CloudTrail writes among the files of the trail.',
    dig: (a) => {
      a.statement('AgentLedgerTrailFilesBucketPolicy', 'TrailDelivers').Principal = '*';
    },
  },
  {
    id: 'trail-may-do-everything',
    app: 'desk',
    harm: 'CloudTrail’s name allows more than to write.',
    dig: (a) => {
      a.statement('AgentLedgerTrailFilesBucketPolicy', 'TrailDelivers').Action = 's3:*';
    },
  },
  {
    id: 'endpoint-in-a-subnet-from-a-store',
    app: 'desk',
    harm: 'Where the endpoint is, a store says when it is deployed.',
    dig: (a) => a.set('AgentNetworkEndpointsKms', { SubnetIds: ['{{resolve:ssm:/app/subnet}}'] }),
  },
];
