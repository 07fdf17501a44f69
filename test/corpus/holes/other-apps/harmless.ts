import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { FOREIGN } from '../mutation';
import { type OtherMutation, oneRule } from './dug-app';

const tags: JsonObject[] = [{ Key: 'cost-center', Value: '4711' }];

/** What owners change at their agents, or have beside them. None of these may be named. */
export const HARMLESS: readonly OtherMutation[] = [
  {
    id: 'more-memory-for-connector',
    app: 'connectors',
    dig: (a) => a.set('TicketsExecutorFunction', { MemorySize: 2048 }),
  },
  {
    id: 'a-little-more-memory-for-code',
    app: 'connectors',
    dig: (a) => a.set('CodeFunction', { MemorySize: 2048 }),
  },
  {
    id: 'concurrency-of-code',
    app: 'connectors',
    dig: (a) => a.set('CodeFunction', { ReservedConcurrentExecutions: 20 }),
  },
  {
    id: 'concurrency-of-gate',
    app: 'platform',
    dig: (a) => a.set('SalesGateFunction', { ReservedConcurrentExecutions: 200 }),
  },
  {
    id: 'longer-logs-of-firewall',
    app: 'connectors',
    dig: (a) => a.set('EgressLogsFirewallAlerts', { RetentionInDays: 3653 }),
  },
  {
    id: 'longer-logs-of-desk',
    app: 'desk',
    dig: (a) => a.set('AgentApprovalsWebDeskServeLogs', { RetentionInDays: 1827 }),
  },
  {
    id: 'alarm-on-firewall',
    app: 'connectors',
    dig: (a) =>
      a.add('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/NetworkFirewall',
        MetricName: 'DroppedPackets',
        Dimensions: [{ Name: 'FirewallName', Value: a.properties('EgressFirewall1').FirewallName as JsonValue }],
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        Threshold: 1,
      }),
  },
  {
    id: 'alarm-on-desk',
    app: 'desk',
    dig: (a) =>
      a.add('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/WAFV2',
        MetricName: 'BlockedRequests',
        Dimensions: [{ Name: 'WebACL', Value: 'ApprovalDesk' }],
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        Threshold: 100,
      }),
  },
  {
    id: 'tags-on-firewall',
    app: 'connectors',
    dig: (a) => {
      for (const name of ['EgressFirewall1', 'EgressPolicy', 'EgressRules', 'CodeFunction', 'CodeNowhereVpc'])
        a.properties(name).Tags = tags;
    },
  },
  {
    id: 'tags-on-desk',
    app: 'desk',
    dig: (a) => {
      for (const name of ['AgentApprovalsWebDeskApi', 'AgentApprovalsWebDeskFirewall']) a.properties(name).Tags = tags;
    },
  },
  {
    id: 'fewer-requests-for-each-address',
    app: 'desk',
    dig: (a) => {
      const [rate] = a.properties('AgentApprovalsWebDeskFirewall').Rules as { Statement: JsonObject }[];
      Object.assign(rate?.Statement.RateBasedStatement as JsonObject, { Limit: 500 });
    },
  },
  {
    id: 'one-more-rule-that-blocks',
    app: 'desk',
    dig: (a) => {
      (a.properties('AgentApprovalsWebDeskFirewall').Rules as JsonObject[]).push({
        Name: 'KnownBad',
        Priority: 2,
        OverrideAction: { None: {} },
        Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesKnownBadInputsRuleSet' } },
        VisibilityConfig: { CloudWatchMetricsEnabled: true, MetricName: 'Bad', SampledRequestsEnabled: false },
      });
    },
  },
  {
    id: 'sampled-requests',
    app: 'desk',
    dig: (a) => {
      (a.properties('AgentApprovalsWebDeskFirewall').VisibilityConfig as JsonObject).SampledRequestsEnabled = true;
    },
  },
  {
    id: 'firewall-is-logged',
    app: 'desk',
    dig: (a) => {
      a.add('AWS::Logs::LogGroup', { LogGroupName: 'aws-waf-logs-desk', RetentionInDays: 90 }, 'FirewallLogs');
      a.add('AWS::WAFv2::LoggingConfiguration', {
        ResourceArn: a.get('AgentApprovalsWebDeskFirewall'),
        LogDestinationConfigs: [{ 'Fn::GetAtt': ['FirewallLogs', 'Arn'] }],
      });
    },
  },
  {
    id: 'own-page-with-own-firewall',
    app: 'desk',
    dig: (a) => {
      a.add('AWS::WAFv2::WebACL', { Scope: 'REGIONAL', DefaultAction: { Allow: {} }, Rules: [] }, 'OwnFirewall');
      a.add('AWS::WAFv2::WebACLAssociation', {
        ResourceArn: { 'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}::/restapis/abcdefghij/stages/prod` },
        WebACLArn: { 'Fn::GetAtt': ['OwnFirewall', 'Arn'] },
      });
    },
  },
  {
    id: 'evidence-a-little-longer',
    app: 'platform',
    dig: (a) => a.set('AgentsLedgerEvidence', oneRule({ ExpirationInDays: 400 })),
  },
  {
    id: 'evidence-becomes-cheaper',
    app: 'platform',
    dig: (a) => {
      const { Rules } = a.properties('AgentsLedgerEvidence').LifecycleConfiguration as { Rules: JsonObject[] };
      (Rules[0] as JsonObject).Transitions = [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }];
    },
  },
  {
    id: 'broken-uploads-are-cleared',
    app: 'platform',
    dig: (a) => a.set('AgentsLedgerBucket', oneRule({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } })),
  },
  {
    id: 'own-bucket-beside-platform',
    app: 'platform',
    dig: (a) => a.add('AWS::S3::Bucket', oneRule({ ExpirationInDays: 1 })),
  },
  {
    id: 'findings-are-sent-to-security',
    app: 'platform',
    dig: (a) =>
      a.add('AWS::Events::Rule', {
        EventPattern: { source: ['aws.guardduty', 'aws.securityhub'] },
        Targets: [{ Id: 't', Arn: `arn:aws:events:eu-west-1:${FOREIGN}:event-bus/security` }],
      }),
  },
  {
    id: 'own-events-are-sent-to-partner',
    app: 'platform',
    dig: (a) =>
      a.add('AWS::Events::Rule', {
        EventPattern: { source: ['com.example.orders'] },
        Targets: [{ Id: 't', Arn: `arn:aws:events:eu-west-1:${FOREIGN}:event-bus/partner` }],
      }),
  },
  {
    id: 'events-of-own-bus-are-sent-to-partner',
    app: 'connectors',
    dig: (a) =>
      a.addLast('AWS::Events::Rule', {
        EventBusName: a.ref('Bus'),
        EventPattern: { source: [{ prefix: '' }] },
        Targets: [{ Id: 't', Arn: `arn:aws:events:eu-west-1:${FOREIGN}:event-bus/partner` }],
      }),
  },
  {
    id: 'tasks-of-team-are-watched',
    app: 'platform',
    dig: (a) => {
      a.add('AWS::SNS::Topic', {}, 'Topic');
      a.add('AWS::Events::Rule', {
        EventPattern: { source: ['aws.ecs'], detail: { clusterArn: [a.get('AgentsCluster')], lastStatus: ['STOPPED'] } },
        Targets: [{ Id: 't', Arn: { Ref: 'Topic' } }],
      });
    },
  },
  {
    id: 'own-custom-resource-of-vendor',
    app: 'platform',
    dig: (a) =>
      a.add('Custom::Vendor', { ServiceToken: `arn:aws:lambda:eu-west-1:${FOREIGN}:function:register`, Name: 'shop' }),
  },
  {
    id: 'log-role-of-account',
    app: 'platform',
    dig: (a) =>
      a.add('AWS::ApiGateway::Account', {
        CloudWatchRoleArn: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/api-gateway-logs` },
      }),
  },
  {
    id: 'shorter-sessions',
    app: 'platform',
    dig: (a) => {
      a.variables('SalesSessionsLaunchFunction').SESSION_SECONDS = '900';
      a.variables('SalesSessionsLaunchFunction').MAX_SESSIONS = '300';
    },
  },
  {
    id: 'other-scopes-at-sign-in',
    app: 'desk',
    dig: (a) =>
      a.setVariables('AgentApprovalsWebDeskServeFunction', {
        SIGN_IN_SCOPES: 'openid profile',
        GROUPS_CLAIM: 'roles',
      }),
  },
  {
    id: 'key-of-connector-rotates-sooner',
    app: 'connectors',
    dig: (a) => a.set('TicketsCredentialKey', { RotationPeriodInDays: 180 }),
  },
  {
    id: 'function-of-team-has-new-code',
    app: 'connectors',
    dig: (a) => {
      a.properties('OursCalledFunction').Code = { ZipFile: 'exports.handler = async () => ({ total: 2 })' };
      a.properties('OursCalledFunction').Timeout = 20;
    },
  },
  {
    id: 'pipeline-deploys',
    app: 'platform',
    dig: (a) =>
      a.add('AWS::IAM::Role', {
        AssumeRolePolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'codebuild.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            },
          ],
        },
        Policies: [
          {
            PolicyName: 'deploy',
            PolicyDocument: {
              Statement: [
                {
                  Effect: 'Allow',
                  Action: 'sts:AssumeRole',
                  Resource: {
                    'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/cdk-hnb659fds-deploy-role-\${AWS::AccountId}-\${AWS::Region}`,
                  },
                },
              ],
            },
          },
        ],
      }),
  },
  {
    id: 'machine-tells-stack-that-it-is-ready',
    app: 'platform',
    dig: (a) =>
      a.add('AWS::IAM::Role', {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'ready',
            PolicyDocument: {
              Statement: [
                { Effect: 'Allow', Action: 'cloudformation:SignalResource', Resource: { Ref: 'AWS::StackId' } },
                { Effect: 'Allow', Action: 'events:DescribeRule', Resource: a.get('AgentsLedgerSealerEveryMinute') },
              ],
            },
          },
        ],
      }),
  },
  {
    id: 'trail-without-calls-of-databases',
    app: 'platform',
    dig: (a) => {
      const [changes] = a.properties('AgentsLedgerTrail').AdvancedEventSelectors as { FieldSelectors: JsonObject[] }[];
      changes?.FieldSelectors.push({ Field: 'eventSource', NotEquals: ['rdsdata.amazonaws.com'] });
    },
  },
  {
    id: 'own-trail-of-the-account',
    app: 'platform',
    dig: (a) =>
      a.add('AWS::CloudTrail::Trail', {
        IsLogging: true,
        S3BucketName: 'trail-of-the-account',
        IsMultiRegionTrail: true,
      }),
  },
  {
    id: 'own-workflow-is-scheduled',
    app: 'platform',
    dig: (a) =>
      a.add('AWS::Scheduler::Schedule', {
        FlexibleTimeWindow: { Mode: 'OFF' },
        ScheduleExpression: 'rate(1 day)',
        Target: {
          Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution',
          RoleArn: { 'Fn::Sub': `arn:aws:iam::\${AWS::AccountId}:role/schedules` },
          Input: JSON.stringify({ StateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:orders' }),
        },
      }),
  },
];
