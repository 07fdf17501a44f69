import { Stack, Validations } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Ledger } from './ledger/ledger';
import { PrivateFunction } from './private/private-function';

/**
 * Answers for what cdk-nag's `AwsSolutionsChecks` finds on a runtime's and its connectors' own constructs and why it
 * stays, each on the narrowest construct. Each finding has its own id, so a permission added later is found again.
 * @internal
 */
export function acknowledgeAwsSolutions(runtime: Construct, ledger: Ledger, connectors: Construct[]): void {
  const say = (id: string, reason: string, ...constructs: (Construct | undefined)[]): void => {
    for (const construct of constructs) if (construct) Validations.of(construct).acknowledge({ id, reason });
  };
  const below = (bucket: s3.IBucket, prefix: string): string =>
    wildcard(`Resource::<${attribute(bucket, bucket.bucketArn)}>/${prefix}*`);
  const functions = [runtime, ...connectors]
    .flatMap((scope) => scope.node.findAll())
    .filter((construct) => construct instanceof PrivateFunction);
  const policies = functions.map((fn) => child(fn, 'Role/DefaultPolicy/Resource'));

  say(
    wildcard('Resource::*'),
    'Only actions that name no resource. EC2 network interfaces: Lambda makes them with this role, and a Deny on lambda:SourceFunctionArn keeps the code itself from using them. X-Ray: Lambda tells of runs with this role.',
    ...policies,
  );
  const boundaries = connectors.map((connector) => child(connector, 'Boundary/Resource'));
  for (const finding of ['Resource::*', 'Action::ec2:*NetworkInterface*', 'Action::ec2:*PrivateIpAddresses']) {
    say(
      wildcard(finding),
      'A boundary grants nothing: it only limits. Each right is granted on named resources by the role’s own policy.',
      ...boundaries,
    );
  }
  say(
    wildcard('Resource::*'),
    'Log delivery and tracing of Step Functions take no resource by design of these services.',
    child(runtime, 'Approvals/WorkflowRole/DefaultPolicy/Resource'),
    child(runtime, 'Approvals/Watch/Role/DefaultPolicy/Resource'),
  );
  const workflow = logicalId(child(runtime, 'Approvals/StateMachine/Resource'));
  say(
    wildcard(`Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${workflow}.Name>:*`),
    'The watch looks whether an execution of this one workflow still runs: which one is known only when somebody waits.',
    child(runtime, 'Approvals/Watch/Role/DefaultPolicy/Resource'),
  );
  say(
    wildcard('Resource::*'),
    'Only ecr:GetAuthorizationToken, which takes no resource; what may be pulled is named repository by repository.',
    child(runtime, 'Task/ExecutionRole/DefaultPolicy/Resource'),
  );

  say(
    below(ledger.ledgerBucket, 'entries/'),
    'Entries are named by session and number, known only when they are written. The bucket’s own policy makes them create-only and undeletable.',
    ...policies,
  );
  for (const part of ['args/', 'results/']) {
    say(
      below(ledger.evidenceBucket, part),
      'Arguments and results are named by session and request, known only when a call is made.',
      ...policies,
    );
  }
  const witness = ledger.witnessBucket;
  for (const id of [
    below(ledger.ledgerBucket, 'batches/'),
    below(ledger.ledgerBucket, 'checkpoints/'),
    below(witness, 'checkpoints/'),
    below(ledger.publicationBucket, ''),
  ]) {
    say(
      id,
      'The sealer names batches and checkpoints by their number in the tree; the buckets keep what is locked.',
      child(ledger, 'Sealer/Seal/Role/DefaultPolicy/Resource'),
    );
  }
  const deskApi = child(runtime, 'Approvals/Desk/Api/Resource');
  const desk = `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${logicalId(deskApi)}>/desk`;
  for (const call of ['GET/requests/*', 'POST/requests/*/decision']) {
    say(
      wildcard(`Resource::${desk}/${call}`),
      'An approver decides on any waiting request: its id is known only when it is made.',
      child(runtime, 'Approvals/Approver/Role/DefaultPolicy/Resource'),
    );
  }

  say(
    'AwsSolutions::AwsSolutions-L1',
    'Node 22 is the version that this code is built and tested with, and AWS supports it.',
    ...functions.map((fn) => child(fn, 'Function/Resource')),
  );
  say(
    'AwsSolutions::AwsSolutions-S1',
    'Server access logs are delivered on best effort and into one more bucket. Data events of the ledger’s own trail record who touched what; the published tree is there for everybody to read.',
    ...['Ledger/Bucket', 'Evidence', 'Publication', 'Witness/Bucket', 'Trail/Files/Bucket'].map((bucket) =>
      child(ledger, `${bucket}/Resource`),
    ),
  );
  say(
    'AwsSolutions::AwsSolutions-SMG4',
    'The target system issues this credential, and Secrets Manager can’t ask it for a new one: its owner replaces the value.',
    ...connectors.map((connector) => child(connector, 'Credential')),
  );
  say(
    'AwsSolutions::AwsSolutions-COG4',
    'Callers are roles, not users of a pool: each request is signed (AWS_IAM), and the API’s policy names the one role.',
    ...[
      'Gate/Api/Default/tools/GET',
      'Gate/Api/Default/calls/POST',
      'Approvals/Desk/Api/Default/requests/GET',
      'Approvals/Desk/Api/Default/requests/{id}/GET',
      'Approvals/Desk/Api/Default/requests/{id}/decision/POST',
    ].map((method) => child(runtime, `${method}/Resource`)),
  );
  say(
    'AwsSolutions::AwsSolutions-APIG2',
    'The gate reads each body once, strictly, and validates it by the tool’s own schema; a refusal by API Gateway would leave no record.',
    child(runtime, 'Gate/Api/Resource'),
  );
  say(
    'AwsSolutions::AwsSolutions-APIG3',
    'Only one role reaches it, by signed requests that the API’s own policy asks for, and the stage is throttled.',
    child(runtime, 'Gate/Api/DeploymentStage.v1/Resource'),
    child(runtime, 'Approvals/Desk/Api/DeploymentStage.desk/Resource'),
  );
  say(
    'AwsSolutions::AwsSolutions-ECS2',
    'The one variable is the address of the gate. The task holds no credential.',
    child(runtime, 'Task/Definition/Resource'),
  );
}

function wildcard(resource: string): string {
  return `AwsSolutions::AwsSolutions-IAM5[${resource}]`;
}

function child(scope: Construct, place: string): Construct | undefined {
  return place
    .split('/')
    .reduce<Construct | undefined>((at, id) => at?.node.tryFindChild(id) as Construct | undefined, scope);
}

/** `LogicalId.Arn`, as the finding ids of cdk-nag spell an attribute. */
function attribute(scope: s3.IBucket, arn: string): string {
  const resolved = Stack.of(scope).resolve(arn) as { 'Fn::GetAtt'?: string[] };
  return resolved['Fn::GetAtt']?.join('.') ?? arn;
}

function logicalId(resource: Construct | undefined): string {
  return resource
    ? (Stack.of(resource).resolve((resource as unknown as { logicalId: string }).logicalId) as string)
    : '';
}
