import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import {
  documentsOf,
  endpointOf,
  endpointStatements,
  type Gap,
  key,
  listed,
  statementOf,
  withoutUse,
} from './allow-gap';
import { arnOf, idOf, propertiesOf, type Resources, statementsIn } from './quickstart-template';

function encryptEvidence(r: Resources, key: JsonValue): void {
  const { BucketEncryption } = propertiesOf(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence');
  const [rule = {}] = (BucketEncryption as { ServerSideEncryptionConfiguration: JsonObject[] })
    .ServerSideEncryptionConfiguration;
  rule.ServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key };
}

/** Allows that are still there, but narrower than the part needs, or denied elsewhere. */
export const NARROWED: readonly Gap[] = [
  {
    name: 'another prefix of the ledger',
    names: /^the gate lacks s3:PutObject, s3:GetObject on ledger entries\/Agent-\w+-\*: role: /,
    dig: (r) => {
      const statement = statementOf(r, 'AgentGateRole', 'LedgerAppend');
      statement.Resource = JSON.parse(JSON.stringify(statement.Resource).replace('/entries/', '/entry/'));
    },
  },
  {
    name: 'a part of the ledger’s prefix',
    names:
      /^the gate lacks s3:PutObject, s3:GetObject on ledger entries\/Agent-\w+-\*: role: can't be proven: it depends on \S+ LedgerAppend$/,
    dig: (r) => {
      const statement = statementOf(r, 'AgentGateRole', 'LedgerAppend');
      statement.Resource = JSON.parse(JSON.stringify(statement.Resource).replace(/-\*"/, '-0*"'));
    },
  },
  {
    name: 'a condition that nobody can decide',
    names:
      /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: role: can't be proven: it depends on \S+ SignCheckpoints$/,
    dig: (r) => {
      const statement = statementOf(r, 'AgentLedgerSealerSealRole', 'SignCheckpoints');
      statement.Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
    },
  },
  {
    name: 'fewer items of the state table',
    names: /^the decision lacks dynamodb:GetItem on state \(TOKEN#\*\): role: /,
    dig: (r) => {
      const statement = statementOf(r, 'AgentApprovalsDecideRole', 'ReadRequestAndToken');
      statement.Condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SESSION#*', 'REQ#*'] } };
    },
  },
  {
    name: 'a Deny in a policy beside',
    names:
      /^the approved call lacks s3:GetObject on ledger entries\/Agent-\w+-\*; s3:GetObject on evidence args\/Agent-\w+-\*: role: Beside #0 denies it$/,
    dig: (r) => {
      r.Beside = {
        Type: 'AWS::IAM::RolePolicy',
        Properties: {
          RoleName: { Ref: idOf(r, 'AWS::IAM::Role', 'AgentApprovalsExecuteApprovedRole') },
          PolicyDocument: { Statement: { Effect: 'Deny', Action: 's3:Get*', Resource: '*' } },
        },
      };
    },
  },
  {
    name: 'a Deny in the evidence bucket’s policy',
    names:
      /^the gate lacks s3:PutObject on evidence results\/Agent-\w+-\*: resource policy: AgentLedgerEvidencePolicy\w+ Closed denies it$/,
    dig: (r) => {
      const { PolicyDocument } = propertiesOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerEvidencePolicy');
      const bucket = arnOf(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence');
      const Resource = { 'Fn::Join': ['', [bucket, '/results/*']] };
      statementsIn(PolicyDocument).push({
        Sid: 'Closed',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource,
      });
    },
  },
  {
    name: 'a Deny in a key’s policy',
    names:
      /^the request viewer lacks kms:Decrypt on key of the evidence: key policy: AgentLedgerEvidenceKey\w+ Closed denies it$/,
    dig: (r) => {
      const viewer = arnOf(r, 'AWS::IAM::Role', 'AgentApprovalsShowRequestsRole');
      statementsIn(key(r, 'AgentLedgerEvidenceKey')).push({
        Sid: 'Closed',
        Effect: 'Deny',
        Principal: '*',
        Action: 'kms:*',
        Resource: '*',
        Condition: { ArnEquals: { 'aws:PrincipalArn': viewer } },
      });
    },
  },
  {
    name: 'a connector’s boundary without its action',
    names:
      /^the connector Tickets lacks secretsmanager:GetSecretValue on credential: boundary: no statement of TicketsBoundary\w+ allows it$/,
    dig: (r) => {
      const [statement = {}] = statementsIn(
        propertiesOf(r, 'AWS::IAM::ManagedPolicy', 'TicketsBoundary').PolicyDocument,
      );
      statement.Action = listed(statement.Action).filter((action) => action !== 'secretsmanager:GetSecretValue');
    },
  },
  {
    name: 'an evidence bucket without a bucket key, so that objects are the encryption context',
    names:
      /^the gate lacks kms:GenerateDataKey, kms:Decrypt on key of the evidence: role: no statement of AgentGateRole/,
    dig: (r) => {
      const { BucketEncryption } = propertiesOf(r, 'AWS::S3::Bucket', 'AgentLedgerEvidence');
      const [rule = {}] = (BucketEncryption as { ServerSideEncryptionConfiguration: JsonObject[] })
        .ServerSideEncryptionConfiguration;
      rule.BucketKeyEnabled = false;
    },
  },
  {
    name: 'an evidence bucket under an existing key that the role doesn’t name',
    names:
      /^the gate lacks kms:Decrypt on key of the evidence: role: can't be proven: it depends on \S+ EvidenceReadKey/,
    dig: (r) => encryptEvidence(r, 'arn:aws:kms:eu-west-1:111122223333:key/1'),
  },
  {
    name: 'an evidence bucket under a key that is a parameter',
    names: /^can't be proven: what the gate lacks, because the key \S+ .*of AgentLedgerEvidence\w+ is not known$/,
    dig: (r) => encryptEvidence(r, { Ref: 'Bucket' }),
  },
  {
    name: 'an endpoint for another role',
    names: /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: endpoint policy: /,
    dig: (r) => {
      for (const statement of endpointStatements(r, 'Kms', 'AgentLedgerSealerSealRole', 'kms:Sign')) {
        statement.Condition = { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/Another' } };
      }
    },
  },
  {
    name: 'an endpoint for another account’s tables',
    names:
      /^the gate lacks dynamodb:GetItem, .*: endpoint policy: can't be proven: it depends on AgentNetworkEndpointsDynamodb/,
    dig: (r) => {
      for (const { Condition } of endpointStatements(r, 'Dynamodb', 'AgentGateRole', 'dynamodb:GetItem')) {
        (Condition as { StringEquals: JsonObject }).StringEquals['aws:ResourceAccount'] = '999988887777';
      }
    },
  },
  {
    name: 'an endpoint that exists under a condition only',
    names:
      /^the session launcher lacks ecs:RunTask on task; ecs:TagResource on cluster \*: endpoint: its network has no endpoint of ecs$/,
    dig: (r) => {
      (r[endpointOf(r, 'Ecs')] as Resources[string] & { Condition: string }).Condition = 'Maybe';
    },
  },
  {
    name: 'an egress rule for another port',
    names:
      /^the gate lacks states:StartExecution on workflow: security group: AgentGateGroup\w+ has no egress rule for TCP 443/,
    dig: (r) => {
      const { SecurityGroupEgress } = propertiesOf(r, 'AWS::EC2::SecurityGroup', 'AgentGateGroup');
      const rules = (SecurityGroupEgress as JsonObject[]).filter((rule) =>
        JSON.stringify(rule).includes('StatesGroup'),
      );
      expect(rules).toHaveLength(1);
      Object.assign(rules[0] ?? {}, { FromPort: 80, ToPort: 80 });
    },
  },
  {
    name: 'a name that the firewall blocks before it allows it',
    names: /^the sealer lacks kms:Sign, kms:GetPublicKey on signing key: DNS: /,
    dig: (r) => {
      r.Early = { Type: 'AWS::Route53Resolver::FirewallDomainList', Properties: { Domains: ['kms.*'] } };
      const group = propertiesOf(r, 'AWS::Route53Resolver::FirewallRuleGroup', 'AgentNetworkDnsFirewallRules');
      (group.FirewallRules as JsonObject[]).push({
        Priority: 1,
        Action: 'BLOCK',
        FirewallDomainListId: { 'Fn::GetAtt': ['Early', 'Id'] },
      });
    },
  },
  {
    name: 'models for one inference profile that the role’s own statement doesn’t name',
    names:
      /^the agent lacks bedrock:InvokeModel, bedrock:InvokeModelWithResponseStream on arn:.*inference-profile.*: role: /,
    dig: (r) => {
      for (const document of documentsOf(r, 'AgentAgentRole')) {
        document.Statement = statementsIn(document).filter(
          ({ Resource }) => !JSON.stringify(Resource ?? '').includes(':inference-profile/'),
        );
      }
    },
  },
  {
    name: 'an agent without a model',
    names: /^the agent lacks bedrock:InvokeModel on .*: role: no role may invoke the model of /,
    dig: (r) => {
      for (const document of documentsOf(r, 'AgentAgentRole')) {
        document.Statement = statementsIn(document).filter(
          ({ Action }) => !listed(Action).includes('bedrock:InvokeModel'),
        );
      }
      withoutUse(r, 'BedrockRuntime', 'AgentAgentRole', 'bedrock:InvokeModel');
    },
  },
  {
    name: 'a bucket whose name is a parameter',
    names: /^can't be proven: what the gate lacks, because its configuration names no evidence$/,
    dig: (r) => {
      const { Environment } = propertiesOf(r, 'AWS::Lambda::Function', 'AgentGate');
      (Environment as { Variables: JsonObject }).Variables.EVIDENCE_BUCKET = { Ref: 'Bucket' };
    },
  },
];
