import type { Duration } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DEFAULT_SESSIONS_AT_ONCE } from '../../runtime/core/contracts';
import type { SessionDocuments } from '../connectors/session-documents';
import type { StateTable } from '../gate/state-table';
import type { ToolGate } from '../gate/tool-gate';
import type { Ledger } from '../ledger/ledger';
import type { BedrockModel } from '../network/bedrock-model';
import { EndpointService } from '../network/endpoint-service';
import type { FunctionPlacement } from '../network/function-placement';
import type { IsolatedNetwork } from '../network/isolated-network';
import type { EncryptedLogs } from '../private/encrypted-logs';
import type { AgentImage } from './agent-image';
import { DEFAULT_CPU, DEFAULT_MEMORY_MIB } from './fargate-size';
import { HardenedTask } from './hardened-task';
import type { OidcUsers } from './oidc-users';
import { SessionLauncher } from './session-launcher';
import { SessionSweep } from './session-sweep';
import type { TaskOptions } from './task-options';

/** @internal */
export interface AgentSandboxProps {
  readonly agentId: string;
  readonly agentRole: iam.Role;
  readonly image: AgentImage;
  readonly models: BedrockModel[];
  readonly guardrail?: string;
  readonly guardrailProfileArns?: string[];
  readonly network: IsolatedNetwork;
  /** Encrypts what the agents of a platform print. @default - logs of its own */
  readonly logs?: EncryptedLogs;
  /** The cluster that agents share. @default - one of its own */
  readonly cluster?: ecs.ICluster;
  readonly gate: ToolGate;
  readonly state: StateTable;
  readonly ledger: Ledger;
  /** Where functions run that reach S3 and DynamoDB only. @default - in a group of their own */
  readonly stepsPlacement?: FunctionPlacement;
  readonly sessionDuration: Duration;
  readonly launcherInNetwork: boolean;
  readonly users?: OidcUsers;
  /** What launches may name documents of. */
  readonly documents: readonly SessionDocuments[];
  /** Sessions at once. @default DEFAULT_SESSIONS_AT_ONCE */
  readonly maxSessions?: number;
  /** Calls that a session may make. */
  readonly maxCalls: number;
  readonly cpu?: number;
  readonly memoryLimitMiB?: number;
  readonly task?: TaskOptions;
}

/** @internal */
export interface AgentSandbox {
  readonly launcher: SessionLauncher;
  readonly sweep: SessionSweep;
  readonly cluster: ecs.ICluster;
}

/**
 * The agent's task, the endpoints that it can reach (the gate, its models, its logs, its image), the launcher that starts it, and
 * the sweep that stops it.
 * @internal
 */
export function createSandbox(runtime: Construct, props: AgentSandboxProps): AgentSandbox {
  const { network, gate, agentRole } = props;
  const securityGroup = network._securityGroupOf(runtime, 'AgentGroup', 'Agent task: reaches its endpoints only');
  const task = new HardenedTask(runtime, 'Task', {
    vpc: network.vpc,
    cluster: props.cluster,
    logs: props.logs,
    image: props.image,
    taskRole: agentRole,
    environment: { GATE_URL: gate.url },
    cpu: props.cpu ?? DEFAULT_CPU,
    memoryLimitMiB: props.memoryLimitMiB ?? DEFAULT_MEMORY_MIB,
    options: props.task,
  });
  agentRole.addToPolicy(
    new iam.PolicyStatement({
      // A denial too: an allow that is added to this role later has no effect.
      sid: 'NeverAnythingElse',
      effect: iam.Effect.DENY,
      notActions: [
        'execute-api:Invoke',
        'bedrock:InvokeModel',
        'bedrock:InvokeModelWithResponseStream',
        ...(props.guardrail === undefined ? [] : ['bedrock:ApplyGuardrail']),
      ],
      resources: ['*'],
    }),
  );
  agentRole.addToPolicy(
    new iam.PolicyStatement({
      // ECS doesn't take back the credentials of a stopped task. Copied out of the network, they are worth nothing.
      sid: 'OnlyFromItsNetwork',
      effect: iam.Effect.DENY,
      actions: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
      // What the call itself names. Bedrock checks the models behind a profile too, and AWS doesn't say with which keys.
      resources: props.models.flatMap((model) => model.profileArn(runtime) ?? model.foundationModelArns(runtime)),
      conditions: { StringNotEquals: { 'aws:SourceVpc': network.vpc.vpcId } },
    }),
  );
  const { endpoints } = network;
  endpoints.allow(EndpointService.EXECUTE_API, {
    caller: securityGroup,
    principal: agentRole,
    actions: ['execute-api:Invoke'],
    resources: [gate.api.arnForExecuteApi('*', '/*', '*')],
  });
  endpoints.allowModels({
    caller: securityGroup,
    principal: agentRole,
    models: props.models,
    guardrail: props.guardrail,
    guardrailProfileArns: props.guardrailProfileArns,
  });
  endpoints.allow(EndpointService.LOGS, {
    caller: securityGroup,
    principal: task.executionRole,
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [task.logGroup.logGroupArn],
  });
  endpoints.allowImagePull({
    caller: securityGroup,
    executionRole: task.executionRole,
    repositoryArn: props.image.repository.repositoryArn,
  });
  const launcher = new SessionLauncher(runtime, 'Sessions', {
    agentId: props.agentId,
    task,
    taskRole: agentRole,
    network,
    securityGroup,
    state: props.state,
    ledger: props.ledger,
    stepsPlacement: props.stepsPlacement,
    sessionDuration: props.sessionDuration,
    maxSessions: props.maxSessions ?? DEFAULT_SESSIONS_AT_ONCE,
    insideNetwork: props.launcherInNetwork,
    users: props.users,
    documents: props.documents,
  });
  const sweep = new SessionSweep(runtime, 'Sweep', {
    agentId: props.agentId,
    cluster: task.cluster,
    state: props.state,
    ledger: props.ledger,
    maxCalls: props.maxCalls,
    network: props.launcherInNetwork ? network : undefined,
  });
  return { launcher, sweep, cluster: task.cluster };
}
