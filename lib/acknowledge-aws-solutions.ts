import { Reference, Stack, Tokenization, Validations } from 'aws-cdk-lib';
import { CfnMethod } from 'aws-cdk-lib/aws-apigateway';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { WebhookNotifier } from './approvals/webhook-notifier';
import { AwsConnector } from './connectors/aws-connector';
import { CodeSandbox } from './connectors/code-sandbox';
import { SessionDocuments } from './connectors/session-documents';
import type { Ledger } from './ledger/ledger';
import { objectsOf } from './private/agent-id';
import { refuseOtherCdkNag } from './private/cdk-nag-version';
import { PrivateFunction } from './private/private-function';
import { tasksOf } from './sandbox/stop-tasks';

type Say = (id: string, reason: string, ...constructs: (Construct | undefined)[]) => void;

const say: Say = (id, reason, ...constructs) => {
  for (const construct of constructs) if (construct) Validations.of(construct).acknowledge({ id, reason });
};

/** The runtime whose findings are acknowledged. @internal */
export interface AcknowledgedRuntime {
  readonly agentId: string;
  readonly ledger: Ledger;
  readonly connectors: Construct[];
  readonly cluster: ecs.ICluster;
  /** The agent's tasks, as the launcher's role names them. */
  readonly taskArns: string;
  /** Whether the ledger and the desk are the runtime's own. */
  readonly own: boolean;
}

/**
 * Acknowledges what cdk-nag's `AwsSolutionsChecks` finds on the constructs of a runtime and its connectors, with reasons,
 * each on the narrowest construct. Each finding has an id of its own, so a permission that is added later is found again.
 * @throws Error when the app has a cdk-nag whose findings have other ids
 * @internal
 */
export function acknowledgeAwsSolutions(runtime: Construct, of: AcknowledgedRuntime): void {
  refuseOtherCdkNag(`${runtime.node.path}: acknowledgeAwsSolutions()`);
  const { agentId, ledger, connectors, cluster, taskArns, own } = of;
  const functions = functionsIn(runtime, ...connectors);
  acknowledgeFunctions(functions, runtime, ledger, agentId);
  const notifiers = runtime.node.findAll().filter((construct) => construct instanceof WebhookNotifier);
  const sandboxes = connectors.filter((connector) => connector instanceof CodeSandbox);
  const boundaries = [
    ...[...connectors, ...notifiers].map((owner) => child(owner, 'Boundary/Resource')),
    ...sandboxes.map((sandbox) => child(sandbox, 'CodeBoundary/Resource')),
    ...connectors.map((connector) => child(connector, 'CalledBoundary/Resource')),
  ];
  for (const finding of ['Resource::*', 'Action::ec2:*NetworkInterface*', 'Action::ec2:*PrivateIpAddresses']) {
    say(
      wildcard(finding),
      'A boundary only limits and grants nothing. The role’s own policy grants each permission on named resources.',
      ...boundaries,
    );
  }
  for (const documents of connectors.filter((connector) => connector instanceof SessionDocuments)) {
    say(
      below(documents, documents._bucket, `${documents._prefix}*`),
      'Launches name documents below this prefix, and which ones is known only then. The session’s record names one version of each.',
      child(documents, 'Executor/Role/Resource'),
      child(documents, 'Executor/Role/DefaultPolicy/Resource'),
    );
  }
  for (const aws of connectors.filter((connector) => connector instanceof AwsConnector)) {
    for (const objects of aws._objects) {
      say(
        wildcard(`Resource::${spelled(aws, objects)}`),
        'The tool’s operation is limited to objects below this prefix, and which of them is known only when a call is made.',
        child(aws, 'Executor/Role/Resource'),
        child(aws, 'Executor/Role/DefaultPolicy/Resource'),
      );
    }
  }
  say(
    'AwsSolutions-VPC3',
    'The ACL has no entry, so it denies every packet: a route that somebody adds to this network is then still no way out.',
    ...sandboxes.map(({ _network }) => child(_network, 'NothingPasses/Resource')),
  );
  say(
    wildcard('Resource::*'),
    'Log delivery and tracing of Step Functions can’t be limited to a resource.',
    child(runtime, 'Approvals/WorkflowRole/Resource'),
    child(runtime, 'Approvals/Watch/Role/Resource'),
  );
  const workflow = logicalId(child(runtime, 'Approvals/StateMachine/Resource'));
  say(
    wildcard(`Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${workflow}.Name>:*`),
    'The watch reads whether an execution of this one workflow still runs. Executions are known only at run time.',
    child(runtime, 'Approvals/Watch/Role/Resource'),
  );
  say(
    wildcard('Resource::*'),
    'Only ecr:GetAuthorizationToken, which can’t be limited to a resource. Pulling images is limited to named repositories.',
    child(runtime, 'Task/ExecutionRole/Resource'),
  );
  say(
    wildcard(`Resource::${spelled(runtime, taskArns)}`),
    'Tasks are known only once they run. The condition allows tags only while RunTask creates the task.',
    child(runtime, 'Sessions/Launch/Role/Resource'),
    child(runtime, 'Sessions/Launch/Role/DefaultPolicy/Resource'),
  );
  say(
    'AwsSolutions::AwsSolutions-SMG4',
    'The target system issues this credential, so Secrets Manager can’t rotate it. Its owner replaces the value.',
    ...connectors.flatMap((connector) =>
      [connector, ...(child(connector, 'Credentials')?.node.children ?? [])].map((part) =>
        child(part as Construct, 'Credential'),
      ),
    ),
  );
  say(
    'AwsSolutions::AwsSolutions-SMG4',
    'The receiver issues the address of this webhook, so Secrets Manager can’t rotate it. Its owner replaces the value.',
    ...notifiers.map((notifier) => child(notifier, 'Address')),
  );
  sayOfCallers(runtime, 'Gate/Api/Default/tools/GET', 'Gate/Api/Default/calls/POST');
  say(
    'AwsSolutions::AwsSolutions-APIG2',
    'The gate parses each body strictly and validates it against the tool’s schema. A refusal by API Gateway would leave no record.',
    child(runtime, 'Gate/Api/Resource'),
  );
  sayOfStage(child(runtime, 'Gate/Api/DeploymentStage.v1/Resource'));
  say(
    'AwsSolutions::AwsSolutions-ECS2',
    'The only variable is the address of the gate. The task has no credential.',
    child(runtime, 'Task/Definition/Resource'),
  );
  acknowledgeStops(runtime, cluster);
  if (own) acknowledgeShared(runtime, ledger);
}

/** What stops tasks, and the operators' API. */
function acknowledgeStops(runtime: Construct, cluster: ecs.ICluster): void {
  say(
    wildcard(`Resource::${spelled(runtime, tasksOf(runtime, cluster))}`),
    'Tasks are known only at run time. The cluster is named, and the code stops only tasks that were started for a session of its agent.',
    child(runtime, 'Sweep/Sweep/Role/Resource'),
    child(runtime, 'Operators/Operate/Role/Resource'),
  );
  const workflow = logicalId(child(runtime, 'Approvals/StateMachine/Resource'));
  say(
    wildcard(`Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${workflow}.Name>:*`),
    'An operator ends the waits of this one workflow. Executions are known only at run time.',
    child(runtime, 'Operators/Operate/Role/DefaultPolicy/Resource'),
  );
  const api = child(runtime, 'Operators/Desk/Api/Resource');
  if (api === undefined) return;
  const desk = `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${logicalId(api)}>/operate`;
  for (const call of ['GET/sessions/*', 'POST/sessions/*/stop', 'POST/connectors/*/stop', 'POST/connectors/*/resume']) {
    say(
      wildcard(`Resource::${desk}/${call}`),
      'An operator may stop any session and connector of this agent, and ids are known only at run time.',
      child(runtime, 'Operators/Role/DefaultPolicy/Resource'),
    );
  }
  sayOfCallers(
    runtime,
    ...[
      'sessions/GET',
      'sessions/{id}/GET',
      'sessions/{id}/stop/POST',
      'sessions/stop/POST',
      'connectors/GET',
      'connectors/{id}/stop/POST',
      'connectors/{id}/resume/POST',
    ].map((method) => `Operators/Desk/Api/Default/${method}`),
  );
  sayOfStage(child(runtime, 'Operators/Desk/Api/DeploymentStage.operate/Resource'));
}

/** The same for what agents share. @internal */
export function acknowledgePlatform(platform: Construct, ledger: Ledger): void {
  acknowledgeFunctions(functionsIn(platform), platform, ledger);
  acknowledgeShared(platform, ledger);
}

function functionsIn(...scopes: Construct[]): PrivateFunction[] {
  return scopes.flatMap((scope) => scope.node.findAll()).filter((construct) => construct instanceof PrivateFunction);
}

function acknowledgeFunctions(functions: PrivateFunction[], scope: Construct, ledger: Ledger, agentId?: string): void {
  const policies = functions.map((fn) => child(fn, 'Role/Resource'));
  say(
    wildcard('Resource::*'),
    'Only actions that can’t be limited to a resource. EC2 network interfaces: Lambda creates them with this role, and a Deny on lambda:SourceFunctionArn keeps the code from using these actions. X-Ray: Lambda sends traces with this role.',
    ...policies,
  );
  say(
    'AwsSolutions::AwsSolutions-L1',
    'This code is built and tested with Node 22, which AWS supports.',
    // The runtime of a function that a LambdaConnector makes is chosen by the team.
    ...functions.filter(({ node }) => node.id !== 'Called').map((fn) => child(fn, 'Function/Resource')),
  );
  // The desk of an agent of its own serves all agents, too.
  for (const owner of new Set([agentId, undefined])) {
    say(
      below(scope, ledger.ledgerBucket, objectsOf('entries', owner)),
      'Entries are named by session and number, which are known only when they are written. The bucket’s own policy makes them create-only and undeletable.',
      ...policies,
    );
    for (const folder of ['args', 'results']) {
      say(
        below(scope, ledger.evidenceBucket, objectsOf(folder, owner)),
        'Arguments and results are named by session and request, which are known only when a call is made.',
        ...policies,
      );
    }
  }
}

/** The ledger and the desk. */
function acknowledgeShared(scope: Construct, ledger: Ledger): void {
  const witness = ledger.witnessBucket;
  for (const id of [
    below(scope, ledger.ledgerBucket, 'batches/*'),
    below(scope, ledger.ledgerBucket, 'checkpoints/*'),
    below(scope, witness, 'checkpoints/*'),
    below(scope, ledger.publicationBucket, '*'),
  ]) {
    say(
      id,
      'The sealer names batches and checkpoints by their number in the tree. Locked objects stay locked.',
      child(ledger, 'Sealer/Seal/Role/Resource'),
    );
  }
  const deskApi = child(scope, 'Approvals/Desk/Api/Resource');
  const desk = `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${logicalId(deskApi)}>/desk`;
  for (const call of ['GET/requests/*', 'POST/requests/*/decision']) {
    say(
      wildcard(`Resource::${desk}/${call}`),
      'An approver may decide on any waiting request, and ids are known only at run time.',
      child(scope, 'Approvals/Approver/Role/DefaultPolicy/Resource'),
    );
  }
  say(
    'AwsSolutions::AwsSolutions-S1',
    'Server access logs are best effort and need another bucket. The ledger’s own trail records data events. The publication bucket is meant to be read by anyone.',
    ...['Ledger/Bucket', 'Evidence', 'Publication', 'Witness/Bucket', 'Trail/Files/Bucket'].map((bucket) =>
      child(ledger, `${bucket}/Resource`),
    ),
  );
  sayOfCallers(
    scope,
    'Approvals/Desk/Api/Default/requests/GET',
    'Approvals/Desk/Api/Default/requests/{id}/GET',
    'Approvals/Desk/Api/Default/requests/{id}/decision/POST',
  );
  sayOfStage(child(scope, 'Approvals/Desk/Api/DeploymentStage.desk/Resource'));
  acknowledgeWebDesk(child(scope, 'Approvals/WebDesk'));
}

/** The page at which people sign in, where there is one. */
function acknowledgeWebDesk(desk: Construct | undefined): void {
  if (desk === undefined) return;
  const methods = desk.node.findAll().filter((construct) => construct instanceof CfnMethod);
  for (const finding of ['COG4', 'APIG4']) {
    say(
      `AwsSolutions::AwsSolutions-${finding}`,
      'People sign in at the issuer of the deployment. The function checks the session or the token of each request, and answers nobody else.',
      ...methods,
    );
  }
  say(
    'AwsSolutions::AwsSolutions-APIG2',
    'The function parses each body strictly, and the one that decides validates it.',
    child(desk, 'Api/Resource'),
  );
  say(
    wildcard('Resource::*'),
    'A boundary only limits and grants nothing. The role’s own policy grants each permission on named resources.',
    child(desk, 'Boundary/Resource'),
  );
  if (child(desk, 'Firewall')) return;
  say(
    'AwsSolutions::AwsSolutions-APIG3',
    'The API is private, answers through the named endpoints alone, and is throttled.',
    child(desk, 'Api/DeploymentStage.desk/Resource'),
  );
}

function sayOfCallers(scope: Construct, ...methods: string[]): void {
  say(
    'AwsSolutions::AwsSolutions-COG4',
    'Callers are roles, not users of a pool. Each request is signed (AWS_IAM), and the API’s policy names the one role.',
    ...methods.map((method) => child(scope, `${method}/Resource`)),
  );
}

function sayOfStage(stage: Construct | undefined): void {
  say(
    'AwsSolutions::AwsSolutions-APIG3',
    'Only one role can call it, with signed requests, and the stage is throttled.',
    stage,
  );
}

function below(scope: Construct, bucket: s3.IBucket, objects: string): string {
  return wildcard(`Resource::${spelled(scope, bucket.bucketArn)}/${objects}`);
}

function wildcard(resource: string): string {
  return `AwsSolutions::AwsSolutions-IAM5[${resource}]`;
}

function child(scope: Construct, place: string): Construct | undefined {
  return place
    .split('/')
    .reduce<Construct | undefined>((at, id) => at?.node.tryFindChild(id) as Construct | undefined, scope);
}

const TOKEN = /(\$\{Token\[[^\]]+\]\})/;

/**
 * A value as the finding ids of cdk-nag spell it: `<LogicalId.Arn>` for an attribute, `<AWS::Partition>` for a reference, and the name of the
 * export for what another stack has.
 */
function spelled(scope: Construct, value: string): string {
  const stack = Stack.of(scope);
  return value
    .split(TOKEN)
    .map((part) => {
      const token = TOKEN.test(part) ? Tokenization.reverseString(part).firstToken : undefined;
      const home = Reference.isReference(token) ? Stack.of(token.target) : stack;
      // CDK writes a reference as an import only at synthesis, from the same export.
      const isImported = home !== stack && !home.nested && !stack.nested;
      return spelledPiece(stack.resolve(isImported ? home.exportValue(token) : part));
    })
    .join('');
}

function spelledPiece(piece: unknown): string {
  if (typeof piece === 'string') return piece.replaceAll('${', '<').replaceAll('}', '>');
  const [[name, argument] = ['', piece]] = Object.entries(piece as Record<string, unknown>);
  if (name === 'Ref') return `<${spelledPiece(argument)}>`;
  if (name === 'Fn::GetAtt') return `<${(argument as unknown[]).map(spelledPiece).join('.')}>`;
  if (name === 'Fn::Join') {
    const [delimiter, pieces] = argument as [string, unknown[]];
    return pieces.map(spelledPiece).join(delimiter);
  }
  return name === 'Fn::Sub' || name === 'Fn::ImportValue' ? spelledPiece(argument) : JSON.stringify(piece);
}

function logicalId(resource: Construct | undefined): string {
  return resource
    ? (Stack.of(resource).resolve((resource as unknown as { logicalId: string }).logicalId) as string)
    : '';
}
