import { add, grant, type Hole, ROLES, role } from './hole';
import { arnOf, idOf, propertiesOf, statementsIn, withoutDenies } from './quickstart-template';
export const HOLES_IN_PERMISSIONS: readonly Hole[] = [
  {
    name: 'PassRole on every role',
    claim: 'uses-are-expected',
    names: /AgentSessionsLaunchRole\w+ may iam:PassRole on TicketsExecutorRole\w+ \(Hole #0\)/,
    dig: (r) => grant(r, 'launch', { Action: 'iam:PassRole', Resource: '*' }),
  },
  {
    name: 'PassRole on roles that begin so',
    claim: 'uses-are-expected',
    names: /AgentSessionsLaunchRole\w+ may, under conditions, iam:PassRole on TicketsExecutorRole\w+ \(Hole #0\)/,
    dig: (r) =>
      grant(r, 'launch', {
        Action: 'iam:PassRole',
        Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::*:role/Quick*` },
      }),
  },
  {
    name: 'role chaining, both sides',
    claim: 'no-role-becomes-another',
    names: /AgentSessionsLaunchRole\w+ may sts:AssumeRole on AgentGateRole\w+ \(.*Hole #0/,
    dig: (r) => {
      grant(r, 'launch', { Action: 'sts:AssumeRole', Resource: arnOf(r, 'AWS::IAM::Role', ROLES.gate) });
      statementsIn(propertiesOf(r, 'AWS::IAM::Role', ROLES.gate).AssumeRolePolicyDocument).push({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: arnOf(r, 'AWS::IAM::Role', ROLES.launch) },
      });
    },
  },
  {
    name: 'a role that trusts another account',
    claim: 'nobody-outside',
    names: /arn:aws:iam::999988887777:root may sts:AssumeRole on AgentGateRole\w+/,
    dig: (r) => {
      statementsIn(propertiesOf(r, 'AWS::IAM::Role', ROLES.gate).AssumeRolePolicyDocument).push({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: 'arn:aws:iam::999988887777:root' },
      });
    },
  },
  {
    name: 'a grant on a key',
    claim: 'keys-are-permanent',
    names: /AgentApprovalsDecideRole\w+ may kms:CreateGrant on .* \(Hole #0/,
    dig: (r) => grant(r, 'decide', { Action: 'kms:CreateGrant', Resource: '*' }),
  },
  {
    name: 'a key policy that names another account',
    claim: 'nobody-outside',
    names:
      /arn:aws:iam::999988887777:root may kms:Decrypt on TicketsCredentialKey\w+ \(TicketsCredentialKey\w+ Partner\)/,
    dig: (r) => {
      statementsIn(propertiesOf(r, 'AWS::KMS::Key', 'TicketsCredentialKey').KeyPolicy).push({
        Sid: 'Partner',
        Effect: 'Allow',
        Action: 'kms:*',
        Resource: '*',
        Principal: { AWS: 'arn:aws:iam::999988887777:root' },
      });
    },
  },
  {
    name: 'a role that two functions share',
    claim: 'role-has-one-workload',
    names: /TicketsExecutorFunction\w+ .*shares its role with AgentGateFunction/,
    dig: (r) => {
      propertiesOf(r, 'AWS::Lambda::Function', 'TicketsExecutor').Role = { 'Fn::GetAtt': [role(r, 'gate'), 'Arn'] };
    },
  },
  {
    name: 'a wildcard in mid-word',
    claim: 'uses-are-expected',
    names: /AgentGateRole\w+ may dynamodb:DeleteItem on AgentStateTable\w+ \(.*Hole #0/,
    dig: (r) => grant(r, 'gate', { Action: 'dynamodb:D*eItem', Resource: '*' }),
  },
  {
    name: 'a single-character wildcard',
    claim: 'code-is-deployed-only',
    names: /AgentGateRole\w+ may lambda:UpdateFunctionCode on .*\(Hole #0\)/,
    dig: (r) => grant(r, 'gate', { Action: 'lambda:UpdateFunctionC?de', Resource: '*' }),
  },
  {
    name: 'NotAction',
    claim: 'code-is-deployed-only',
    names: /AgentSessionsLaunchRole\w+ may lambda:UpdateFunctionCode .*Hole #0/,
    dig: (r) => grant(r, 'launch', { NotAction: ['s3:*', 'kms:*', 'iam:*'], Resource: '*' }),
  },
  {
    name: 'NotResource',
    claim: 'uses-are-expected',
    names: /AgentSessionsEndRole\w+ may.* s3:GetObject on AgentLedgerEvidence\w+ \(Hole #0\)/,
    dig: (r) => grant(r, 'end', { Action: 's3:GetObject', NotResource: 'arn:aws:s3:::audit/*' }),
  },
  {
    name: 'a second path to a decision',
    claim: 'decision-has-one-path',
    names: /AgentApprovalsStateMachine\w+: .*AgentGateRole/,
    dig: (r) => grant(r, 'gate', { Action: 'states:SendTask*', Resource: '*' }),
  },
  {
    name: 'one more right for the agent, its Deny gone',
    claim: 'agent-uses-gate-only',
    names: /AgentAgentRole\w+ may.* s3:GetObject on Handbook\w+ \(Hole #0\)/,
    dig: (r) => {
      grant(r, 'agent', {
        Action: 's3:GetObject',
        Resource: { 'Fn::Sub': `\${${idOf(r, 'AWS::S3::Bucket', 'Handbook')}.Arn}/*` },
      });
      withoutDenies(propertiesOf(r, 'AWS::IAM::Policy', 'AgentAgentRoleDefaultPolicy').PolicyDocument);
    },
  },
  {
    name: 'an agent at the approval desk',
    claim: 'agent-uses-gate-only',
    names: /AgentAgentRole\w+ may.* execute-api:Invoke on AgentApprovalsDeskApi\w+/,
    dig: (r) => {
      grant(r, 'agent', { Action: 'execute-api:Invoke', Resource: '*' });
      withoutDenies(propertiesOf(r, 'AWS::ApiGateway::RestApi', 'AgentApprovalsDesk').Policy);
    },
  },
  {
    name: 'a second signer that the key spares',
    claim: 'signature-has-one-maker',
    names: /AgentLedgerSealerSigningKey\w+: .*AgentApprovalsDecideRole/,
    dig: (r) => {
      grant(r, 'decide', { Action: 'kms:S*n', Resource: arnOf(r, 'AWS::KMS::Key', 'AgentLedgerSealerSigningKey') });
      withoutDenies(propertiesOf(r, 'AWS::KMS::Key', 'AgentLedgerSealerSigningKey').KeyPolicy);
    },
  },
  {
    name: 'a second reader of a secret that the secret spares',
    claim: 'secret-has-one-reader',
    names: /TicketsCredential\w+: (?=.*TicketsExecutorRole).*AgentGateRole/,
    dig: (r) => {
      grant(r, 'gate', { Action: 'secretsmanager:*', Resource: '*' });
      delete r[idOf(r, 'AWS::SecretsManager::ResourcePolicy', 'Tickets')];
    },
  },
  {
    name: 'a role of AWS’s administrators',
    claim: 'code-is-deployed-only',
    names: /AgentSessionsLaunchRole\w+ may, under conditions, lambda:UpdateFunctionCode .*AdministratorAccess/,
    dig: (r) => {
      propertiesOf(r, 'AWS::IAM::Role', ROLES.launch).ManagedPolicyArns = [
        'arn:aws:iam::aws:policy/AdministratorAccess',
      ];
    },
  },
  {
    name: 'a ledger whose policy is gone, and who may empty it',
    claim: 'ledger-is-permanent',
    names: /AgentSessionsLaunchRole\w+ may s3:DeleteObjectVersion on AgentLedgerBucket\w+ \(Hole #0\)/,
    dig: (r) => {
      grant(r, 'launch', { Action: 's3:*', Resource: '*' });
      delete r[idOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerBucketPolicy')];
    },
  },
  {
    name: 'a connector that forges entries',
    claim: 'uses-are-expected',
    names: /TicketsExecutorRole\w+ may.* s3:PutObject on AgentLedgerBucket\w+ \(.*Hole #0/,
    dig: (r) => {
      const bucket = idOf(r, 'AWS::S3::Bucket', 'AgentLedgerBucket');
      grant(r, 'tickets', { Action: 's3:PutObject', Resource: { 'Fn::Sub': `\${${bucket}.Arn}/entries/*` } });
      delete propertiesOf(r, 'AWS::IAM::Role', ROLES.tickets).PermissionsBoundary;
    },
  },
  {
    name: 'a policy attached by the role’s name',
    claim: 'uses-are-expected',
    names: /AgentSessionsEndRole\w+ may.* dynamodb:PutItem on AgentStateTable\w+ \(ByName #0\)/,
    dig: (r) => {
      propertiesOf(r, 'AWS::IAM::Role', ROLES.end).RoleName = 'session-end';
      add(r, 'ByName', 'AWS::IAM::ManagedPolicy', {
        Roles: ['session-end'],
        PolicyDocument: { Statement: { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: '*' } },
      });
    },
  },
  {
    name: 'a policy attached to nobody knows whom',
    claim: 'policies-have-owners',
    names: /can't be proven: what Hole is attached to/,
    dig: (r) => add(r, 'Hole', 'AWS::IAM::Policy', { Roles: [{ 'Fn::ImportValue': 'x' }], PolicyDocument: {} }),
  },
  {
    name: 'a raw resource: a policy written as a JSON string',
    claim: 'uses-are-expected',
    names: /AgentGateRole\w+ may states:SendTaskFailure on AgentApprovalsStateMachine\w+ \(Raw #0\)/,
    dig: (r) =>
      add(r, 'Raw', 'AWS::IAM::RolePolicy', {
        RoleName: { Ref: role(r, 'gate') },
        PolicyDocument: '{"Statement":[{"Effect":"Allow","Action":"states:SendTaskFailure","Resource":"*"}]}',
      }),
  },
  {
    name: 'a role of the app’s own, beside the runtime, that reads the evidence',
    claim: 'uses-are-expected',
    names: /Reports may.* s3:GetObject on AgentLedgerEvidence\w+ \(Reports #0\)/,
    dig: (r) =>
      add(r, 'Reports', 'AWS::IAM::Role', {
        AssumeRolePolicyDocument: {
          Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
        },
        Policies: [
          { PolicyName: 'p', PolicyDocument: { Statement: { Effect: 'Allow', Action: 's3:Get*', Resource: '*' } } },
        ],
      }),
  },
  {
    name: 'an executor that the workflow’s own function doesn’t guard',
    claim: 'uses-are-expected',
    names: /AgentApprovalsDecideRole\w+ may lambda:InvokeFunction on TicketsExecutorFunction\w+ \(Hole #0\)/,
    dig: (r) => {
      grant(r, 'decide', { Action: 'lambda:InvokeFunction', Resource: '*' });
      delete r[idOf(r, 'AWS::Lambda::ResourcePolicy', 'Tickets')];
    },
  },
  {
    name: 'a function URL without a signature, where no policy denies it',
    claim: 'nobody-outside',
    names: /anybody may lambda:InvokeFunctionUrl on AgentSessionsLaunchFunction\w+ \(HolePermission HolePermission\)/,
    dig: (r) => {
      const FunctionName = arnOf(r, 'AWS::Lambda::Function', 'AgentSessionsLaunchFunction');
      delete r[idOf(r, 'AWS::Lambda::ResourcePolicy', 'AgentSessionsLaunch')];
      add(r, 'HolePermission', 'AWS::Lambda::Permission', {
        Action: 'lambda:InvokeFunctionUrl',
        Principal: '*',
        FunctionUrlAuthType: 'NONE',
        FunctionName,
      });
    },
  },
  {
    name: 'a bucket that anybody reads',
    claim: 'nobody-outside',
    names: /anybody may s3:GetObject on AgentLedgerEvidence\w+ \(AgentLedgerEvidencePolicy\w+ Everybody\)/,
    dig: (r) => {
      const bucket = idOf(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence');
      statementsIn(propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerEvidencePolicy').PolicyDocument).push({
        Sid: 'Everybody',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: { 'Fn::Sub': `\${${bucket}.Arn}/*` },
      });
    },
  },
  {
    name: 'an API without signatures',
    claim: 'gate-admits-agent-only',
    names: /AgentGateApicalls\w+ .*accepts unsigned calls/,
    dig: (r) => {
      propertiesOf(r, 'AWS::ApiGateway::Method', 'AgentGateApicallsPOST').AuthorizationType = 'NONE';
    },
  },
  {
    name: 'an API that is not private',
    claim: 'gate-admits-agent-only',
    names: /AgentGateApi\w+ .*not a private API/,
    dig: (r) => {
      propertiesOf(r, 'AWS::ApiGateway::RestApi', 'AgentGateApi').EndpointConfiguration = { Types: ['REGIONAL'] };
    },
  },
  {
    name: 'a macro that rewrites the template when it is deployed',
    claim: 'templates-are-readable',
    names: /Widen/,
    dig: (_r, body) => {
      body.Transform = 'Widen';
    },
  },
  {
    name: 'a Deny of what a part needs',
    claim: 'needs-are-allowed',
    names: /^the gate lacks s3:PutObject on ledger entries\/Agent-\w+-\*; .*: role: Hole #0 denies it$/,
    dig: (r) => grant(r, 'gate', { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' }),
  },
];
