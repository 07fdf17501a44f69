import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { documentsOf } from './allow-gap';
import { add, grant, type Hole, ROLES } from './hole';
import { arnOf, idOf, propertiesOf, type Resources, statementsIn } from './quickstart-template';

const policyOf = (r: Resources, start: string): JsonObject[] => documentsOf(r, start).flatMap(statementsIn);
const functionArn = (r: Resources, start: string): JsonValue => arnOf(r, 'AWS::Lambda::Function', start);
const DECIDE = 'AgentApprovalsDecideFunction';

/** Takes the conditions that hold such a key out of a role's own policy. */
function dropConditions(r: Resources, start: string, key: string): void {
  for (const statement of policyOf(r, start)) {
    if (JSON.stringify(statement.Condition ?? {}).includes(key)) delete statement.Condition;
  }
}

function trusted(r: Resources, start: string, statement: JsonObject): void {
  const { AssumeRolePolicyDocument } = propertiesOf(r, 'AWS::IAM::Role', start);
  statementsIn(AssumeRolePolicyDocument).push({ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement });
}

const trustOf = (r: Resources, start: string): JsonObject[] =>
  statementsIn(propertiesOf(r, 'AWS::IAM::Role', start).AssumeRolePolicyDocument);

/** A part's own policy that says more than this library wrote into it. */
const RIGHTS: readonly Hole[] = [
  ...(
    [
      ['gate', 'ssm:GetParameter', 'arn:aws:ssm:eu-west-1:111122223333:parameter/prod'],
      ['gate', 's3:PutObject', 'arn:aws:s3:::somebody-elses/*'],
      ['tickets', 'secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod-abcdef'],
      ['launch', 'sts:AssumeRole', 'arn:aws:iam::999988887777:role/theirs'],
    ] as const
  ).map(
    ([part, Action, Resource]): Hole => ({
      name: `the ${part} role that may ${Action} on ${Resource}`,
      claim: 'rights-are-exact',
      names: new RegExp(`^Hole #0 gives the .* ${Action} on ${Resource.replace(/[*]/g, '\\*')} without a condition$`),
      dig: (r) => grant(r, part, { Action, Resource }),
    }),
  ),
  ...(['gate', 'tickets'] as const).map(
    (part): Hole => ({
      name: `the ${part} role that reads and writes every item`,
      claim: 'rights-are-exact',
      names: /gives the .* dynamodb:GetItem on \$\{AgentState\w+\.Arn\} without a condition/,
      dig: (r) => dropConditions(r, ROLES[part], 'LeadingKeys'),
    }),
  ),
  {
    name: 'a gate that writes anywhere in the ledger',
    claim: 'rights-are-exact',
    names: /gives the gate s3:PutObject on \$\{AgentLedgerBucket\w+\.Arn\}\/\* without a condition/,
    dig: (r) => {
      for (const statement of policyOf(r, ROLES.gate)) {
        statement.Resource = JSON.parse(JSON.stringify(statement.Resource).replace(/\/entries\/[\w-]+\*/, '/*'));
      }
    },
  },
  {
    name: 'a connector that decrypts by its credential’s key for other services',
    claim: 'rights-are-exact',
    names: /gives the connector Tickets kms:Decrypt on \$\{TicketsCredentialKey\w+\.Arn\} without a condition/,
    dig: (r) => dropConditions(r, ROLES.tickets, 'kms:ViaService'),
  },
  {
    name: 'a launcher that runs the task in any cluster',
    claim: 'rights-are-exact',
    names: /gives the session launcher ecs:RunTask on .* without a condition/,
    dig: (r) => dropConditions(r, ROLES.launch, 'ecs:cluster'),
  },
  {
    name: 'an agent without its Deny',
    claim: 'rights-are-exact',
    names: /^AgentAgentRole\w+ lacks the Deny of everything but its gate and its models/,
    dig: (r) => {
      const { PolicyDocument } = propertiesOf(r, 'AWS::IAM::Policy', 'AgentAgentRoleDefaultPolicy');
      const kept = statementsIn(PolicyDocument).filter(({ Effect }) => Effect !== 'Deny');
      (PolicyDocument as JsonObject).Statement = kept;
    },
  },
  ...(
    [
      ['gone', () => undefined],
      ['for another model', (deny) => ({ ...deny, Resource: 'arn:aws:bedrock:*::foundation-model/another' })],
      ['without streams', (deny) => ({ ...deny, Action: 'bedrock:InvokeModel' })],
      [
        'under one more condition',
        (deny) => ({ ...deny, Condition: { ...deny.Condition, Bool: { 'aws:ViaAWSService': 'false' } } }),
      ],
      [
        'that also lets another VPC call',
        (deny) => ({
          ...deny,
          Condition: {
            StringNotEquals: {
              'aws:SourceVpc': [deny.Condition.StringNotEquals['aws:SourceVpc'], 'vpc-0123456789abcdef0'],
            },
          },
        }),
      ],
    ] as [string, (deny: NetworkDeny) => JsonObject | undefined][]
  ).map(
    ([how, change]): Hole => ({
      name: `an agent whose models are open to other networks: its Deny ${how}`,
      claim: 'rights-are-exact',
      names:
        /^AgentAgentRole\w+ lacks the Deny of .*(inference-profile|foundation-model)\/\S+ to calls from outside its network/,
      dig: (r) => {
        const { PolicyDocument } = propertiesOf(r, 'AWS::IAM::Policy', 'AgentAgentRoleDefaultPolicy');
        (PolicyDocument as JsonObject).Statement = statementsIn(PolicyDocument).flatMap((statement) =>
          statement.Sid === 'OnlyFromItsNetwork' ? (change(statement as NetworkDeny) ?? []) : [statement],
        );
      },
    }),
  ),
  {
    name: 'a part that is given a policy of AWS',
    claim: 'rights-are-exact',
    names: /^AgentGateRole\w+ is given arn:aws:iam::aws:policy\/ReadOnlyAccess/,
    dig: (r) => {
      propertiesOf(r, 'AWS::IAM::Role', ROLES.gate).ManagedPolicyArns = ['arn:aws:iam::aws:policy/ReadOnlyAccess'];
    },
  },
];

type NetworkDeny = JsonObject & {
  readonly Condition: JsonObject & { readonly StringNotEquals: { readonly 'aws:SourceVpc': JsonValue } };
};

const APPROVER = 'AgentApprovalsApproverRole';
const GITHUB = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';

/** Somebody else who may take on a role. */
const TRUST: readonly Hole[] = [
  ...(
    [
      ['its own account', { AWS: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root` } }],
      ['EC2', { Service: 'ec2.amazonaws.com' }],
      ['IAM Roles Anywhere', { Service: 'rolesanywhere.amazonaws.com' }],
      ['GitHub', { Federated: GITHUB }],
      ['an identity pool', { Federated: 'cognito-identity.amazonaws.com' }],
    ] as const
  ).map(
    ([who, Principal]): Hole => ({
      name: `an executor whose role trusts ${who}`,
      claim: 'role-has-one-taker',
      names:
        /^TicketsExecutorRole\w+ #1 trusts .* as the role of the connector Tickets: only lambda\.amazonaws\.com runs it/,
      dig: (r) => trusted(r, ROLES.tickets, { Principal: Principal as JsonObject }),
    }),
  ),
  {
    name: 'an executor’s role that Lambda takes on for any account',
    claim: 'role-has-one-taker',
    names: /^TicketsExecutorRole\w+ #0 trusts lambda\.amazonaws\.com without StringEquals aws:SourceAccount/,
    dig: (r) => {
      for (const statement of trustOf(r, ROLES.tickets)) delete statement.Condition;
    },
  },
  {
    name: 'approvers of any group',
    claim: 'role-has-one-taker',
    names: /^AgentApprovalsApproverRole\w+ NamedByIamUser trusts .* without a group/,
    dig: (r) => {
      for (const { Condition } of trustOf(r, APPROVER)) {
        delete ((Condition as JsonObject).StringEquals as JsonObject)['aws:PrincipalTag/approver-group'];
      }
    },
  },
  {
    name: 'approvers who choose their names',
    claim: 'role-has-one-taker',
    names: /^AgentApprovalsApproverRole\w+ NamedByIamUser trusts .* with a session name that the caller can choose/,
    dig: (r) => {
      for (const { Condition } of trustOf(r, APPROVER)) {
        delete ((Condition as JsonObject).StringEquals as JsonObject)['sts:RoleSessionName'];
      }
    },
  },
  {
    name: 'approvers whose names any role may be given',
    claim: 'role-has-one-taker',
    names: /^AgentApprovalsApproverRole\w+ NamedByIamUser trusts .* with a name that a role may be given/,
    dig: (r) => {
      for (const { Condition } of trustOf(r, APPROVER)) {
        ((Condition as JsonObject).StringEquals as JsonObject)['sts:RoleSessionName'] = '$' + '{aws:SourceIdentity}';
      }
    },
  },
  {
    name: 'a pipeline that approves',
    claim: 'role-has-one-taker',
    names: /^AgentApprovalsApproverRole\w+ #1 trusts arn:\S+githubusercontent\.com to decide: not a person/,
    dig: (r) => trusted(r, APPROVER, { Principal: { Federated: GITHUB }, Action: 'sts:AssumeRoleWithWebIdentity' }),
  },
  {
    name: 'an agent that approves',
    claim: 'role-has-one-taker',
    names: /^AgentApprovalsApproverRole\w+ #1 trusts .* to decide: the agent would approve its own calls/,
    dig: (r) => trusted(r, APPROVER, { Principal: { AWS: arnOf(r, 'AWS::IAM::Role', ROLES.agent) } }),
  },
];

function permit(r: Resources, start: string, properties: JsonObject): void {
  const FunctionName = functionArn(r, start);
  add(r, 'Permit', 'AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', FunctionName, ...properties });
}

const api = (r: Resources): JsonValue => ({
  'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${idOf(r, 'AWS::ApiGateway::RestApi', 'AgentGateApi')}}/*`,
});

/** Something that invokes a function of the runtime beside what this library made. */
const CALLERS: readonly Hole[] = [
  ...(
    [
      ['a rule with an input of its own', 'AWS::Events::Rule', 'Arn', 'Targets'],
      ['an event source', 'AWS::Lambda::EventSourceMapping', 'FunctionName'],
      ['a URL', 'AWS::Lambda::Url', 'TargetFunctionArn'],
      ['a destination elsewhere', 'AWS::Lambda::EventInvokeConfig', 'FunctionName'],
      ['a subscription', 'AWS::SNS::Subscription', 'Endpoint'],
      ['an HTTP API', 'AWS::ApiGatewayV2::Api', 'Target'],
      ['an integration of an HTTP API', 'AWS::ApiGatewayV2::Integration', 'IntegrationUri'],
      ['a schedule', 'AWS::Scheduler::Schedule', 'Arn', 'Target'],
    ] as const
  ).map(
    ([what, type, member, list]): Hole => ({
      name: `${what} on the function that takes decisions`,
      claim: 'functions-have-own-callers',
      names: new RegExp(`^Caller \\(${type}\\) → the decision: not (what this library made|the event)`),
      dig: (r) => {
        const DestinationConfig = { OnSuccess: { Destination: 'arn:aws:sqs:eu-west-1:111122223333:elsewhere' } };
        const target = { [member]: functionArn(r, DECIDE), Input: '{}', DestinationConfig };
        add(r, 'Caller', type, list === undefined ? target : { [list]: list === 'Targets' ? [target] : target });
      },
    }),
  ),
  ...(
    [
      ['EventBridge without a rule', { Principal: 'events.amazonaws.com' }, 'there is no SourceArn'],
      ['any API', { Principal: 'apigateway.amazonaws.com' }, 'there is no SourceArn'],
      ['its own account', { Principal: { Ref: 'AWS::AccountId' }, SourceArn: 'x' }, 'for \\$\\{AWS::AccountId\\}'],
    ] as const
  ).map(
    ([who, properties, fault]): Hole => ({
      name: `a permission on the function that takes decisions for ${who}`,
      claim: 'functions-have-own-callers',
      names: new RegExp(`^Permit \\(AWS::Lambda::Permission\\) → the decision: .*${fault}`),
      dig: (r) => permit(r, DECIDE, properties as JsonObject),
    }),
  ),
  ...['Version', 'Alias'].map(
    (kind): Hole => ({
      name: `a ${kind.toLowerCase()} of the gate’s function`,
      claim: 'functions-have-own-callers',
      names: new RegExp(`^Qualified \\(AWS::Lambda::${kind}\\) → the gate: it has a resource policy of its own`),
      dig: (r) => {
        add(r, 'Qualified', `AWS::Lambda::${kind}`, { FunctionName: functionArn(r, 'AgentGateFunction') });
      },
    }),
  ),
  {
    name: 'a permission on a version of the function that takes decisions',
    claim: 'functions-have-own-callers',
    names: /^Permit \(AWS::Lambda::Permission\) → the decision: for a version or an alias of it/,
    dig: (r) => {
      const FunctionName = { 'Fn::Join': ['', [functionArn(r, DECIDE), ':1']] };
      permit(r, DECIDE, { FunctionName, Principal: 'apigateway.amazonaws.com', SourceArn: api(r) });
    },
  },
  {
    name: 'a permission on the function that takes decisions for the gate’s API',
    claim: 'functions-have-own-callers',
    names: /^Permit .* → the decision: for arn:.*, which is not the desk API/,
    dig: (r) => permit(r, DECIDE, { Principal: 'apigateway.amazonaws.com', SourceArn: api(r) }),
  },
  {
    name: 'a notification of a bucket',
    claim: 'functions-have-own-callers',
    names: /^HandbookA\w+ \(AWS::S3::Bucket\) → the connector Tickets: not what this library made/,
    dig: (r) => {
      propertiesOf(r, 'AWS::S3::Bucket', 'Handbook').NotificationConfiguration = {
        LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: functionArn(r, 'TicketsExecutor') }],
      };
    },
  },
  {
    name: 'a rule that tells the session’s end what to end',
    claim: 'functions-have-own-callers',
    names: /^AgentSessionsTaskStopped\w+ \(AWS::Events::Rule\) → the session end: its input isn’t the event/,
    dig: (r) => {
      const [target] = propertiesOf(r, 'AWS::Events::Rule', 'AgentSessionsTaskStopped').Targets as JsonObject[];
      if (target !== undefined) target.Input = '{}';
    },
  },
  {
    name: 'a rule on events that anybody may send',
    claim: 'functions-have-own-callers',
    names: /^AgentSessionsTaskStopped\w+ \(AWS::Events::Rule\) → the session end: not the event that starts it/,
    dig: (r) => {
      const { EventPattern } = propertiesOf(r, 'AWS::Events::Rule', 'AgentSessionsTaskStopped');
      (EventPattern as JsonObject).source = ['aws.ecs', 'somebody'];
    },
  },
];

function user(r: Resources, Action: string | string[], Resource: JsonValue): void {
  const Policies = [{ PolicyName: 'p', PolicyDocument: { Statement: { Effect: 'Allow', Action, Resource } } }];
  add(r, 'Person', 'AWS::IAM::User', { Policies });
}

/** Users and groups. */
const USERS: readonly Hole[] = [
  {
    name: 'a user that answers approvals',
    claim: 'decision-has-one-path',
    names: /^AgentApprovalsStateMachine\w+: (?=.*AgentApprovalsDecideRole).*Person/,
    dig: (r) =>
      user(r, 'states:SendTaskSuccess', { Ref: idOf(r, 'AWS::StepFunctions::StateMachine', 'AgentApprovalsStateM') }),
  },
  {
    name: 'a user that writes the state',
    claim: 'uses-are-expected',
    names: /^Person may dynamodb:PutItem on AgentState\w+ \(Person #0\)/,
    dig: (r) => user(r, ['dynamodb:PutItem'], arnOf(r, 'AWS::DynamoDB::Table', 'AgentState')),
  },
  {
    name: 'a user that the secret spares',
    claim: 'secret-has-one-reader',
    names: /^TicketsCredential\w+: (?=.*TicketsExecutorRole).*Person/,
    dig: (r) => {
      user(r, 'secretsmanager:GetSecretValue', { Ref: idOf(r, 'AWS::SecretsManager::Secret', 'TicketsCredential') });
      const policy = propertiesOf(r, 'AWS::SecretsManager::ResourcePolicy', 'TicketsCredentialPolicy');
      for (const { Condition } of statementsIn(policy.ResourcePolicy)) {
        const [unless] = Object.values((Condition ?? {}) as JsonObject) as JsonObject[];
        if (unless === undefined) continue;
        unless['aws:PrincipalArn'] = [unless['aws:PrincipalArn'] as JsonValue, arnOf(r, 'AWS::IAM::User', 'Person')];
      }
    },
  },
  {
    name: 'a policy of a user by itself',
    claim: 'uses-are-expected',
    names: /^Person may dynamodb:Scan on AgentState\w+ \(Apart #0\)/,
    dig: (r) => {
      add(r, 'Person', 'AWS::IAM::User', {});
      add(r, 'Apart', 'AWS::IAM::UserPolicy', {
        UserName: { Ref: 'Person' },
        PolicyDocument: {
          Statement: {
            Effect: 'Allow',
            Action: 'dynamodb:Scan',
            Resource: arnOf(r, 'AWS::DynamoDB::Table', 'AgentState'),
          },
        },
      });
    },
  },
  {
    name: 'a group, whoever is put into it',
    claim: 'uses-are-expected',
    names: /^People may dynamodb:Scan on AgentState\w+ \(People #0\)/,
    dig: (r) => {
      const Resource = arnOf(r, 'AWS::DynamoDB::Table', 'AgentState');
      const Statement = { Effect: 'Allow', Action: 'dynamodb:Scan', Resource };
      add(r, 'People', 'AWS::IAM::Group', { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement } }] });
    },
  },
  {
    name: 'an access key',
    claim: 'credentials-expire',
    names: /^Key: an access key of \$\{Person\}/,
    dig: (r) => {
      add(r, 'Person', 'AWS::IAM::User', {});
      add(r, 'Key', 'AWS::IAM::AccessKey', { UserName: { Ref: 'Person' } });
    },
  },
];

const PARTNER: JsonObject = { AWS: 'arn:aws:iam::999988887777:root' };

function evidenceAllows(r: Resources, statement: JsonObject): void {
  const { PolicyDocument } = propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerEvidencePolicy');
  statementsIn(PolicyDocument).push({ Sid: 'Partner', Effect: 'Allow', ...statement });
}

/** Policies of resources that let somebody of another account in. */
const OUTSIDERS: readonly Hole[] = [
  {
    name: 'a table whose own policy names another account',
    claim: 'nobody-outside',
    names: /^arn:aws:iam::999988887777:root may dynamodb:PutItem on AgentState\w+ \(AgentState\w+ #0\)/,
    dig: (r) => {
      const Statement = { Effect: 'Allow', Principal: PARTNER, Action: 'dynamodb:*', Resource: '*' };
      propertiesOf(r, 'AWS::DynamoDB::Table', 'AgentState').ResourcePolicy = { PolicyDocument: { Statement } };
    },
  },
  {
    name: 'a table whose own policy names a role of a part',
    claim: 'uses-are-expected',
    names: /^AgentApprovalsApproverRole\w+ may dynamodb:PutItem on AgentState\w+ \(AgentState\w+ #0\)/,
    dig: (r) => {
      const Principal = { AWS: arnOf(r, 'AWS::IAM::Role', APPROVER) };
      const Statement = { Effect: 'Allow', Principal, Action: 'dynamodb:PutItem', Resource: '*' };
      propertiesOf(r, 'AWS::DynamoDB::Table', 'AgentState').ResourcePolicy = { PolicyDocument: { Statement } };
    },
  },
  {
    name: 'a bucket that another account lists',
    claim: 'nobody-outside',
    names: /^arn:aws:iam::999988887777:root may s3:ListBucket on AgentLedgerEvidence\w+ \(\w+ Partner\)/,
    dig: (r) => {
      const Resource = arnOf(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence');
      evidenceAllows(r, { Principal: PARTNER, Action: 's3:ListBucket', Resource });
    },
  },
  {
    name: 'a bucket that gives another account what nobody asks about',
    claim: 'nobody-outside',
    names: /^arn:aws:iam::999988887777:root may, under conditions, s3:GetObjectTagging on AgentLedgerEvidence\w+/,
    dig: (r) => evidenceAllows(r, { Principal: PARTNER, Action: 's3:GetObjectTagging', Resource: '*' }),
  },
  {
    name: 'a bucket that names a canonical user',
    claim: 'nobody-outside',
    names: /^the canonical user 79a59df9 may, under conditions, s3:GetObject on AgentLedgerEvidence\w+/,
    dig: (r) => evidenceAllows(r, { Principal: { CanonicalUser: '79a59df9' }, Action: 's3:GetObject', Resource: '*' }),
  },
];

export const HOLES_AT_PARTS: readonly Hole[] = [...RIGHTS, ...TRUST, ...CALLERS, ...USERS, ...OUTSIDERS];
