import { type Stack, Validations } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { HardenedAgentRuntime } from '../../lib';

/** What the rules find in the quickstart and why it stays, each on the narrowest construct. */
export interface QuickstartParts {
  readonly agent: HardenedAgentRuntime;
  readonly handbook: s3.IBucket;
}

/**
 * Answers for the findings of `AwsSolutionsChecks` and `HardenedAgentChecks` that aren't faults here. Each finding has its
 * own id, so a permission added later is found again.
 */
export function acknowledgeFindings(stack: Stack, { agent, handbook }: QuickstartParts): void {
  const say = (id: string, reason: string, ...places: string[]): void => {
    for (const place of places) Validations.of(childAt(stack, place)).acknowledge({ id, reason });
  };
  const wildcard = (resource: string): string => `AwsSolutions::AwsSolutions-IAM5[${resource}]`;
  const below = (bucket: s3.IBucket, prefix: string): string =>
    wildcard(`Resource::<${attribute(stack, bucket.bucketArn)}>/${prefix}*`);
  const { ledgerBucket, evidenceBucket, publicationBucket } = agent.ledger;

  say(
    wildcard('Resource::*'),
    'Only EC2 network interface actions, which name no resource: Lambda makes the interface with this role, and a Deny on lambda:SourceFunctionArn keeps the code itself from using them.',
    ...[
      'Documents/Executor',
      'Agent/Ledger/Sealer/Seal',
      'Agent/Gate/Gate',
      ...['RequestApproval', 'ShowRequests', 'Decide', 'ExecuteApproved', 'CloseRequest'].map(
        (id) => `Agent/Approvals/${id}`,
      ),
      'Agent/Sessions/End',
    ].map(policyOf),
  );
  say(
    wildcard('Resource::*'),
    'A boundary grants nothing: it only limits. Each right is granted on named resources by the role’s own policy.',
    'Tickets/Boundary/Resource',
    'Documents/Boundary/Resource',
  );
  for (const action of ['ec2:*NetworkInterface*', 'ec2:*PrivateIpAddresses']) {
    say(
      wildcard(`Action::${action}`),
      'A boundary grants nothing: it only limits. The role’s own policy names each action.',
      'Documents/Boundary/Resource',
    );
  }
  say(
    wildcard('Resource::*'),
    'Log delivery and tracing of Step Functions take no resource by design of these services.',
    'Agent/Approvals/WorkflowRole/DefaultPolicy/Resource',
  );
  say(
    wildcard('Resource::*'),
    'Only ecr:GetAuthorizationToken, which takes no resource; what may be pulled is named repository by repository.',
    'Agent/Task/ExecutionRole/DefaultPolicy/Resource',
  );

  say(
    below(ledgerBucket, 'entries/'),
    'Entries are named by session and number, known only when they are written. The bucket’s own policy makes them create-only and undeletable.',
    ...[
      'Tickets/Executor',
      'Documents/Executor',
      'Agent/Ledger/Sealer/Seal',
      'Agent/Gate/Gate',
      'Agent/Approvals/Decide',
      'Agent/Approvals/ExecuteApproved',
      'Agent/Approvals/CloseRequest',
      'Agent/Sessions/Launch',
      'Agent/Sessions/End',
    ].map(policyOf),
  );
  say(
    below(evidenceBucket, 'args/'),
    'Arguments are named by session and request, known only when a call is made.',
    ...[
      'Tickets/Executor',
      'Documents/Executor',
      'Agent/Gate/Gate',
      'Agent/Approvals/ShowRequests',
      'Agent/Approvals/ExecuteApproved',
      'Agent/Sessions/Launch',
    ].map(policyOf),
  );
  say(
    below(evidenceBucket, 'results/'),
    'Results are named by session and request, known only when a call is made.',
    ...['Agent/Gate/Gate', 'Agent/Approvals/ExecuteApproved'].map(policyOf),
  );
  say(
    below(handbook, 'support/'),
    'The tool reads any page of the handbook’s support folder, and nothing else of the bucket.',
    policyOf('Documents/Executor'),
  );
  const sealing =
    'The sealer names batches and checkpoints by their number in the tree; the buckets keep what is locked.';
  const witness = childAt(stack, 'Agent/Ledger/Witness/Bucket') as s3.Bucket;
  for (const id of [
    below(ledgerBucket, 'batches/'),
    below(ledgerBucket, 'checkpoints/'),
    below(witness, 'checkpoints/'),
    below(publicationBucket, ''),
  ]) {
    say(id, sealing, policyOf('Agent/Ledger/Sealer/Seal'));
  }
  const desk = `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${logicalId(stack, 'Agent/Approvals/Desk/Api/Resource')}>/desk`;
  for (const call of ['GET/requests/*', 'POST/requests/*/decision']) {
    say(
      wildcard(`Resource::${desk}/${call}`),
      'An approver decides on any waiting request: its id is known only when it is made.',
      'Agent/Approvals/Approver/Role/DefaultPolicy/Resource',
    );
  }

  say(
    'AwsSolutions::AwsSolutions-L1',
    'Node 22 is the version that this code is built and tested with, and AWS supports it.',
    ...[
      'Tickets/Executor',
      'Documents/Executor',
      'Agent/Ledger/Sealer/Seal',
      'Agent/Gate/Gate',
      'Agent/Approvals/RequestApproval',
      'Agent/Approvals/ShowRequests',
      'Agent/Approvals/Decide',
      'Agent/Approvals/ExecuteApproved',
      'Agent/Approvals/CloseRequest',
      'Agent/Sessions/Launch',
      'Agent/Sessions/End',
    ].map((place) => `${place}/Function/Resource`),
  );
  say(
    'AwsSolutions::AwsSolutions-S1',
    'Server access logs are delivered on best effort and into one more bucket. Reads are recorded by data events of the account’s CloudTrail, which this stack doesn’t own.',
    'Handbook/Resource',
    'Agent/Ledger/Ledger/Bucket/Resource',
    'Agent/Ledger/Evidence/Resource',
    'Agent/Ledger/Publication/Resource',
    'Agent/Ledger/Witness/Bucket/Resource',
  );
  say(
    'AwsSolutions::AwsSolutions-SMG4',
    'The ticket system issues this credential, and Secrets Manager can’t ask it for a new one: its owner replaces the value.',
    'Tickets/Credential',
  );
  say(
    'AwsSolutions::AwsSolutions-COG4',
    'Callers are roles, not users of a pool: each request is signed (AWS_IAM), and the API’s policy names the one role.',
    'Agent/Gate/Api/Default/tools/GET/Resource',
    'Agent/Gate/Api/Default/calls/POST/Resource',
    'Agent/Approvals/Desk/Api/Default/requests/GET/Resource',
    'Agent/Approvals/Desk/Api/Default/requests/{id}/GET/Resource',
    'Agent/Approvals/Desk/Api/Default/requests/{id}/decision/POST/Resource',
  );
  say(
    'AwsSolutions::AwsSolutions-APIG2',
    'The gate reads each body once, strictly, and validates it by the tool’s own schema; a refusal by API Gateway would leave no record.',
    'Agent/Gate/Api/Resource',
  );
  say(
    'AwsSolutions::AwsSolutions-APIG3',
    'Only one role reaches it, by signed requests from the isolated network, and the stage is throttled.',
    'Agent/Gate/Api/DeploymentStage.v1/Resource',
  );
  say(
    'AwsSolutions::AwsSolutions-APIG3',
    'Only signed requests of the approvers’ role pass the API’s own policy, and the stage is throttled.',
    'Agent/Approvals/Desk/Api/DeploymentStage.desk/Resource',
  );
  say(
    'AwsSolutions::AwsSolutions-ECS2',
    'The one variable is the address of the gate. The task holds no credential.',
    'Agent/Task/Definition/Resource',
  );

  say(
    `HardenedAgentChecks::LeastPrivilegeNoWildcard[Policy::arn:\${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]`,
    'AWS CDK’s own function, which empties the default security group at deployment and which nothing else invokes. This policy of AWS lets it write logs.',
    'Custom::VpcRestrictDefaultSGCustomResourceProvider/Role',
  );
}

function policyOf(place: string): string {
  return `${place}/Role/DefaultPolicy/Resource`;
}

/** @throws naming the place when there is no such construct: an acknowledgement for nothing would hide a mistake */
function childAt(stack: Stack, place: string): Construct {
  const found = place
    .split('/')
    .reduce<Construct | undefined>((at, id) => at?.node.tryFindChild(id) as Construct | undefined, stack);
  if (found === undefined) throw new Error(`${stack.node.path}: no construct ${place} to acknowledge a finding on.`);
  return found;
}

/** `LogicalId.Arn`, as the finding ids of cdk-nag spell an attribute. */
function attribute(stack: Stack, arn: string): string {
  const { 'Fn::GetAtt': parts } = stack.resolve(arn) as { 'Fn::GetAtt': string[] };
  return parts.join('.');
}

function logicalId(stack: Stack, place: string): string {
  return stack.resolve((childAt(stack, place) as unknown as { logicalId: string }).logicalId) as string;
}
