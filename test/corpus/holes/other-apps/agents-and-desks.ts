import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { FOREIGN } from '../mutation';
import type { OtherHole } from './dug-app';

const EXECUTE = 'execute-api:Invoke';

/** Allows to call a method of an API of another stack. */
const invoke = (Api: JsonObject, method: string): JsonObject => ({
  Effect: 'Allow',
  Action: EXECUTE,
  Resource: {
    'Fn::Sub': [`arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/${method}`, { Api }],
  },
});

/** The name of an agent in items and objects of the other team. */
const ownName = (statement: JsonObject): string => /Support-[0-9a-f]{8}/.exec(JSON.stringify(statement))?.[0] ?? '';

/** One team's agent reaches what is another's. */
export const OF_AGENTS: readonly OtherHole[] = [
  {
    id: 'gate-reads-sessions-of-all',
    app: 'platform',
    harm: 'One team’s gate reads the sessions of the other.',
    dig: (a) => {
      a.statement('SupportGateRole', 'ReadState').Condition = {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SESSION#*'] },
      };
    },
  },
  {
    id: 'gate-counts-limits-of-other',
    app: 'platform',
    harm: 'One team’s gate uses up, or resets, the limits of the other.',
    dig: (a) => {
      a.statement('SupportGateRole', 'CountCalls').Condition = {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['LIMIT#Sales-00000000#*'] },
      };
    },
  },
  {
    id: 'gate-without-leading-keys',
    app: 'platform',
    harm: 'One team’s gate writes any item of the shared table.',
    dig: (a) => {
      delete a.statement('SupportGateRole', 'WriteSession').Condition;
    },
  },
  {
    id: 'leading-keys-if-exist',
    app: 'platform',
    harm: 'A scan names no keys, so it may read all of the table.',
    dig: (a) => {
      const statement = a.statement('SupportGateRole', 'ReadState');
      statement.Action = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'];
    },
  },
  {
    id: 'gate-appends-to-entries-of-other',
    app: 'platform',
    harm: 'One team’s gate writes entries into the other’s sessions.',
    dig: (a) => {
      const statement = a.statement('SupportGateRole', 'LedgerAppend');
      statement.Resource = JSON.parse(JSON.stringify(statement.Resource).replace(ownName(statement), 'Sales'));
    },
  },
  {
    id: 'executor-reads-evidence-of-all',
    app: 'platform',
    harm: 'A connector reads what other agents were told to do.',
    dig: (a) => {
      const statement = a.statement('SupportTicketsExecutorRole', 'EvidenceRead');
      statement.Resource = JSON.parse(JSON.stringify(statement.Resource).replace(`${ownName(statement)}-`, ''));
    },
  },
  {
    id: 'gate-under-id-of-other',
    app: 'platform',
    harm: 'Two gates decide for one agent, each by its own policies.',
    dig: (a) => a.setVariables('SupportGateFunction', { AGENT_ID: a.variables('SalesGateFunction').AGENT_ID as JsonValue }),
  },
  {
    id: 'launcher-under-id-of-other',
    app: 'platform',
    harm: 'One team starts sessions in the name of the other’s agent.',
    dig: (a) =>
      a.setVariables('SalesSessionsLaunchFunction', { AGENT_ID: a.variables('SupportGateFunction').AGENT_ID as JsonValue }),
  },
  {
    id: 'executor-of-other',
    app: 'platform',
    harm: 'One team’s gate runs its calls with the other’s credential.',
    dig: (a) =>
      a.setVariables('SalesGateFunction', { EXECUTOR_ARN_SALESTICKETS: a.imported(a.get('SupportTicketsExecutorFunction')) }),
  },
  {
    id: 'task-of-other',
    app: 'platform',
    harm: 'One team’s launcher starts the other’s agent.',
    dig: (a) =>
      a.setVariables('SalesSessionsLaunchFunction', { TASK_DEFINITION_ARN: a.imported(a.ref('SupportTaskDefinition')) }),
  },
  {
    id: 'agent-role-of-other',
    app: 'platform',
    harm: 'A gate takes the calls of the other team’s agent.',
    dig: (a) => a.setVariables('SalesGateFunction', { AGENT_ROLE_NAME: a.imported(a.ref('SupportAgentRole')) }),
  },
  {
    id: 'workflow-of-other',
    app: 'platform',
    harm: 'Approvals of one team wait where the other’s calls run.',
    dig: (a) =>
      a.setVariables('SalesGateFunction', { APPROVAL_STATE_MACHINE_ARN: a.imported(a.ref('SupportApprovalsStateMachine')) }),
  },
  {
    id: 'secret-of-other',
    app: 'platform',
    harm: 'One team’s connector signs in with the other’s credential.',
    dig: (a) => {
      const secret = a.imported(a.get('SupportTicketsCredential', 'Id'));
      a.variables('SalesTicketsExecutorFunction').CREDENTIAL_SECRET_ARN = secret;
      a.statement('SalesTicketsExecutorRole', 'ReadOwnCredential').Resource = secret;
    },
  },
  {
    id: 'agent-calls-gate-of-other',
    app: 'platform',
    harm: 'One team’s agent calls the other’s tools.',
    dig: (a) => a.grant('SalesAgentRole', invoke(a.imported(a.ref('SupportGateApi')), 'v1/POST/calls')),
  },
  {
    id: 'role-of-app-reads-items-of-one-agent',
    app: 'platform',
    harm: 'A function beside the runtime reads one team’s sessions.',
    dig: (a) =>
      a.add('AWS::IAM::Role', {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'read',
            PolicyDocument: {
              Statement: [
                {
                  Effect: 'Allow',
                  Action: 'dynamodb:Query',
                  Resource: a.get('AgentsStateTable'),
                  Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SESSION#Support-*'] } },
                },
              ],
            },
          },
        ],
      }),
  },
  {
    id: 'items-live-on-in-other-attribute',
    app: 'platform',
    harm: 'Items of sessions and locks never expire, because no item has the attribute.',
    dig: (a) => a.set('AgentsStateTable', { TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } }),
  },
  {
    id: 'pending-index-hides-requests',
    app: 'platform',
    harm: 'The desk lists requests without what they ask for.',
    dig: (a) => {
      const [index] = a.properties('AgentsStateTable').GlobalSecondaryIndexes as JsonObject[];
      (index as { Projection: JsonObject }).Projection = { ProjectionType: 'KEYS_ONLY' };
    },
  },
  {
    id: 'stopped-tasks-of-one-reason-only',
    app: 'platform',
    harm: 'Sessions of tasks that stop for another reason go on.',
    dig: (a) => {
      const pattern = a.properties('SalesSessionsTaskStopped').EventPattern as { detail: JsonObject };
      pattern.detail.stopCode = ['UserInitiated'];
    },
  },
  {
    id: 'stopped-tasks-of-other-family',
    app: 'platform',
    harm: 'Stopped tasks of this agent end no session.',
    dig: (a) => {
      const pattern = a.properties('SalesSessionsTaskStopped').EventPattern as { detail: JsonObject };
      pattern.detail.group = ['family:another'];
    },
  },
];

/** Who decides, and by which way. */
export const OF_DESKS: readonly OtherHole[] = [
  {
    id: 'methods-of-desk-swapped',
    app: 'platform',
    harm: 'Whoever looks at a request decides it.',
    dig: (a) => {
      const look = a.properties('AgentsApprovalsDeskApirequestsidGET');
      a.swap(look, a.properties('AgentsApprovalsDeskApirequestsiddecisionPOST'), 'Integration');
    },
  },
  {
    id: 'list-of-requests-decides',
    app: 'platform',
    harm: 'The list of requests is asked of the function that decides.',
    dig: (a) =>
      a.set('AgentsApprovalsDeskApirequestsGET', {
        Integration: a.properties('AgentsApprovalsDeskApirequestsiddecisionPOST').Integration as JsonValue,
      }),
  },
  {
    id: 'desk-takes-unsigned-calls',
    app: 'platform',
    harm: 'Anybody decides.',
    dig: (a) => a.set('AgentsApprovalsDeskApirequestsiddecisionPOST', { AuthorizationType: 'NONE' }),
  },
  {
    id: 'decision-by-other-roles',
    app: 'platform',
    harm: 'The function that decides takes one group’s role for another’s.',
    dig: (a) => {
      delete a.variables('AgentsApprovalsDecideFunction').APPROVER_GROUP_ROLES;
    },
  },
  {
    id: 'desk-functions-swapped',
    app: 'desk',
    harm: 'Looking decides, and deciding looks.',
    dig: (a) => a.swapVariables('AgentApprovalsWebDeskServeFunction', 'SHOW_FUNCTION', 'DECIDE_FUNCTION'),
  },
  {
    id: 'desk-shows-by-deciding',
    app: 'desk',
    harm: 'Looking decides.',
    dig: (a) => {
      const variables = a.variables('AgentApprovalsWebDeskServeFunction');
      variables.SHOW_FUNCTION = variables.DECIDE_FUNCTION as JsonValue;
    },
  },
  {
    id: 'page-at-foreign-host',
    app: 'desk',
    harm: 'People are sent back from the sign-in to a host of others, with the code.',
    dig: (a) => a.setVariables('AgentApprovalsWebDeskServeFunction', { DESK_URL: 'https://desk.example.net/desk' }),
  },
  {
    id: 'page-at-other-api',
    app: 'desk',
    harm: 'People are sent back from the sign-in to an API of others.',
    dig: (a) =>
      a.setVariables('AgentApprovalsWebDeskServeFunction', {
        DESK_URL: {
          'Fn::Sub': `https://abcdefghij.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/desk`,
        },
      }),
  },
  {
    id: 'page-by-text-in-front',
    app: 'desk',
    harm: 'The API’s id is only the path of a foreign host.',
    dig: (a) =>
      a.setVariables('AgentApprovalsWebDeskServeFunction', {
        DESK_URL: {
          'Fn::Join': ['', ['https://desk.example.net/', a.ref('AgentApprovalsWebDeskApi')]],
        },
      }),
  },
  {
    id: 'notice-leads-elsewhere',
    app: 'desk',
    harm: 'People who are told of a request are led to a page of others, where they sign in.',
    dig: (a) =>
      a.setVariables('AgentApprovalsNotificationsWebhook1NotifyFunction', { DESK_URL: 'https://desk.example.net/desk' }),
  },
  {
    id: 'issuer-of-decision-differs',
    app: 'desk',
    harm: 'Tokens of another issuer decide.',
    dig: (a) => a.setVariables('AgentApprovalsDecideFunction', { APPROVER_ISSUER: 'https://login.example.net' }),
  },
  {
    id: 'issuer-of-page-differs',
    app: 'desk',
    harm: 'People sign in at another issuer than the one that the desk trusts.',
    dig: (a) => a.setVariables('AgentApprovalsWebDeskServeFunction', { APPROVER_ISSUER: 'https://login.example.net' }),
  },
  {
    id: 'issuer-without-tls',
    app: 'desk',
    harm: 'Whoever is on the way makes the keys with which tokens are checked.',
    dig: (a) => {
      for (const name of ['WebDeskServe', 'Decide', 'ShowRequests'])
        a.variables(`AgentApprovals${name}Function`).APPROVER_ISSUER = 'http://login.example.com';
    },
  },
  {
    id: 'groups-of-decision-differ',
    app: 'desk',
    harm: 'A group decides that isn’t shown the request.',
    dig: (a) => a.setVariables('AgentApprovalsDecideFunction', { APPROVER_GROUPS: '["support-leads","finance","everybody"]' }),
  },
  {
    id: 'secret-of-connector-for-sign-in',
    app: 'desk',
    harm: 'The connector’s credential is sent to the issuer.',
    dig: (a) => a.setVariables('AgentApprovalsWebDeskServeFunction', { CLIENT_SECRET_ARN: a.get('TicketsCredential', 'Id') }),
  },
  {
    id: 'webhook-of-credential',
    app: 'desk',
    harm: 'The connector’s credential is taken for the address of a webhook.',
    dig: (a) =>
      a.setVariables('AgentApprovalsNotificationsWebhook1NotifyFunction', {
        WEBHOOK_SECRET_ARN: a.get('TicketsCredential', 'Id'),
      }),
  },
  {
    id: 'desk-without-firewall',
    app: 'desk',
    harm: 'A public page without a limit for each address.',
    dig: (a) => a.remove('AgentApprovalsWebDeskFirewallInFront'),
  },
  {
    id: 'firewall-only-counts',
    app: 'desk',
    harm: 'The firewall lets everything through, and counts it.',
    dig: (a) => {
      const [rate, common] = a.properties('AgentApprovalsWebDeskFirewall').Rules as JsonObject[];
      (rate as JsonObject).Action = { Count: {} };
      (common as JsonObject).OverrideAction = { Count: {} };
    },
  },
  {
    id: 'firewall-without-rules',
    app: 'desk',
    harm: 'The firewall has nothing to refuse.',
    dig: (a) => a.set('AgentApprovalsWebDeskFirewall', { Rules: [] }),
  },
  {
    id: 'firewall-lets-one-host-through',
    app: 'desk',
    harm: 'Whoever writes a name into a header gets past the rules.',
    dig: (a) => {
      (a.properties('AgentApprovalsWebDeskFirewall').Rules as JsonObject[]).unshift({
        Name: 'Partner',
        Priority: -1,
        Action: { Allow: {} },
        Statement: { LabelMatchStatement: { Scope: 'LABEL', Key: 'partner' } },
        VisibilityConfig: { CloudWatchMetricsEnabled: false, MetricName: 'Partner', SampledRequestsEnabled: false },
      });
    },
  },
  {
    id: 'firewall-limits-some-paths',
    app: 'desk',
    harm: 'Only one path is limited for each address.',
    dig: (a) => {
      const [rate] = a.properties('AgentApprovalsWebDeskFirewall').Rules as { Statement: JsonObject }[];
      Object.assign(rate?.Statement.RateBasedStatement as JsonObject, {
        ScopeDownStatement: { LabelMatchStatement: { Scope: 'LABEL', Key: 'suspicious' } },
      });
    },
  },
  {
    id: 'firewall-of-others-in-front',
    app: 'desk',
    harm: 'What is refused is decided elsewhere.',
    dig: (a) =>
      a.set('AgentApprovalsWebDeskFirewallInFront', {
        WebACLArn: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/open/0a1b2c3d-0000-0000-0000-000000000000',
      }),
  },
  {
    id: 'desk-answers-all-origins',
    app: 'desk',
    harm: 'Pages of others read the desk’s refusals.',
    dig: (a) =>
      a.add('AWS::ApiGateway::GatewayResponse', {
        RestApiId: a.ref('AgentApprovalsWebDeskApi'),
        ResponseType: 'DEFAULT_4XX',
        ResponseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" },
      }),
  },
  {
    id: 'desk-answers-preflights',
    app: 'desk',
    harm: 'Pages of others may send decisions.',
    dig: (a) =>
      a.add('AWS::ApiGateway::Method', {
        RestApiId: a.ref('AgentApprovalsWebDeskApi'),
        ResourceId: a.properties('AgentApprovalsWebDeskApiapirequestsiddecisionPOST').ResourceId as JsonValue,
        HttpMethod: 'OPTIONS',
        AuthorizationType: 'NONE',
        Integration: {
          Type: 'MOCK',
          IntegrationResponses: [
            { StatusCode: '204', ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': "'*'" } },
          ],
        },
      }),
  },
  {
    id: 'decision-beside-the-page',
    app: 'desk',
    harm: 'The function that decides is called without a sign-in.',
    dig: (a) => {
      const method = structuredClone(a.properties('AgentApprovalsWebDeskApiapirequestsiddecisionPOST'));
      const uri = JSON.stringify(method).replace(
        a.id('AgentApprovalsWebDeskServeFunction'),
        a.id('AgentApprovalsDecideFunction'),
      );
      a.add('AWS::ApiGateway::Method', { ...JSON.parse(uri), HttpMethod: 'PUT' });
    },
  },
  {
    id: 'page-behind-other-name',
    app: 'desk',
    harm: 'The desk answers at a domain of others.',
    dig: (a) =>
      a.add('AWS::ApiGateway::BasePathMapping', {
        DomainName: 'desk.example.net',
        RestApiId: a.ref('AgentApprovalsWebDeskApi'),
        Stage: 'desk',
      }),
  },
  {
    id: 'private-desk-is-public',
    app: 'privateDesk',
    harm: 'A page that was for one network answers everybody.',
    dig: (a) => {
      Object.assign(a.properties('AgentApprovalsWebDeskApi'), { EndpointConfiguration: { Types: ['REGIONAL'] } });
      delete a.properties('AgentApprovalsWebDeskApi').Policy;
    },
  },
  {
    id: 'private-desk-for-all-networks',
    app: 'privateDesk',
    harm: 'Endpoints of any account reach the desk.',
    dig: (a) =>
      a.set('AgentApprovalsWebDeskApi', {
        Policy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: '*', Action: EXECUTE, Resource: 'execute-api:/*' }],
        },
      }),
  },
  {
    id: 'operators-take-unsigned-calls',
    app: 'desk',
    harm: 'Anybody resumes a stopped connector.',
    dig: (a) => a.set('AgentOperatorsDeskApiconnectorsidresumePOST', { AuthorizationType: 'NONE' }),
  },
  {
    id: 'operator-method-calls-gate',
    app: 'desk',
    harm: 'Operators call the agent’s tools.',
    dig: (a) => {
      const method = a.properties('AgentOperatorsDeskApiconnectorsidresumePOST');
      method.Integration = a.properties('AgentGateApicallsPOST').Integration as JsonValue;
    },
  },
  {
    id: 'operators-stop-other-waits',
    app: 'desk',
    harm: 'Stopping a session ends other executions, and leaves its own waiting.',
    dig: (a) => a.setVariables('AgentOperatorsOperateFunction', { WAIT_ARN_PREFIX: 'arn:aws:states:' }),
  },
  {
    id: 'operators-role-of-others',
    app: 'desk',
    harm: 'Whoever has another role operates.',
    dig: (a) => a.setVariables('AgentOperatorsOperateFunction', { OPERATOR_ROLE_NAME: a.ref('AgentAgentRole') }),
  },
  {
    id: 'notices-of-others',
    app: 'desk',
    harm: 'People get notices of events that anybody may send.',
    dig: (a) => {
      const pattern = a.properties('AgentApprovalsNotificationsWaiting').EventPattern as JsonObject;
      pattern.source = ['aws.states', 'com.example.app'];
    },
  },
  {
    id: 'watch-is-off',
    app: 'desk',
    harm: 'Nobody is told that a request waits too long.',
    dig: (a) => a.set('AgentApprovalsWatchStarted', { State: 'DISABLED' }),
  },
  {
    id: 'users-of-others',
    app: 'desk',
    harm: 'The launcher takes tokens of an issuer whose keys anybody on the way makes.',
    dig: (a) => {
      const variables = a.variables('AgentSessionsLaunchFunction');
      variables.USERS = String(variables.USERS).replace('https:', 'http:');
    },
  },
  {
    id: 'users-with-old-tokens',
    app: 'desk',
    harm: 'A token that was stolen a year ago starts sessions.',
    dig: (a) => {
      const variables = a.variables('AgentSessionsLaunchFunction');
      variables.USERS = String(variables.USERS).replace('"maxTokenAgeSeconds":3600', '"maxTokenAgeSeconds":31536000');
    },
  },
  {
    id: 'desk-role-in-foreign-account',
    app: 'platform',
    harm: 'People of another account approve.',
    dig: (a) => {
      a.addLast('AWS::IAM::RolePolicy', {
        RoleName: { Ref: 'Theirs' },
        PolicyName: 'p',
        PolicyDocument: {
          Statement: [invoke(a.imported(a.ref('AgentsApprovalsDeskApi')), 'desk/POST/requests/*/decision')],
        },
      });
      a.addLast(
        'AWS::IAM::Role',
        {
          AssumeRolePolicyDocument: {
            Statement: [{ Effect: 'Allow', Principal: { AWS: FOREIGN }, Action: 'sts:AssumeRole' }],
          },
        },
        'Theirs',
      );
    },
  },
];
