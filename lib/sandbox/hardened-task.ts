import { ArnFormat, Duration, Names, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { holdsDynamicReference } from '../private/dynamic-reference';
import { EncryptedLogs } from '../private/encrypted-logs';
import { InlineRole } from '../private/inline-role';
import type { AgentImage } from './agent-image';
import { encryptStorage } from './storage-key';
import { TaskArchitecture, type TaskOptions } from './task-options';
import { writableSizes } from './writable-sizes';

/** @internal */
export interface HardenedTaskProps {
  /** What the agents of a platform print is encrypted with one key. @default - a key of its own */
  readonly logs?: EncryptedLogs;
  /** The cluster that agents share. @default - one of its own */
  readonly cluster?: ecs.ICluster;
  readonly vpc: ec2.IVpc;
  readonly image: AgentImage;
  readonly taskRole: iam.Role;
  readonly environment: Record<string, string>;
  readonly cpu: number;
  readonly memoryLimitMiB: number;
  readonly options?: TaskOptions;
}

/** User and group that the agent runs as. */
const USER = '10001:10001';
const AGENT = 'agent';
const WORKSPACE = '/workspace';
/**
 * They belong to the agent, whoever owns the folder in the image: without these options a mount takes the folder's mode, and root would own
 * it.
 */
const MOUNT_OPTIONS = ['rw', 'nosuid', 'nodev', 'noexec', 'uid=10001', 'gid=10001', 'mode=0700'];
const STOP_SECONDS = 30;

/**
 * One disposable task: read-only root file system, no root user, no capability, no exec, no secret, an image by digest, one
 * container, and two writable directories in memory, or one of them on an encrypted disk.
 *
 * Limitations: Fargate has no `no-new-privileges`. All capabilities are dropped and the user isn't root, but a setuid binary
 * in the image could still raise privileges, so build images without any.
 * @internal
 */
export class HardenedTask extends Construct {
  public readonly cluster: ecs.ICluster;
  public readonly definition: ecs.FargateTaskDefinition;
  public readonly executionRole: iam.Role;
  public readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: HardenedTaskProps) {
    super(scope, id);
    const { options = {} } = props;
    this.cluster = props.cluster ?? ownCluster(this, props.vpc, options);
    this.executionRole = new InlineRole(this, 'ExecutionRole', {
      holdsEverything: true,
      description: 'Pulls the image of the agent and writes its logs',
      assumedBy: taskPrincipal(Stack.of(this)),
    });
    this.logGroup = props.logs ? props.logs.group('Agent', this) : agentLogs(this).group('Agent');
    this.definition = new ecs.FargateTaskDefinition(this, 'Definition', {
      // CDK's default is made from the construct's path: two stacks of one app would share a family.
      family: Names.uniqueResourceName(this, { maxLength: 255, separator: '-' }),
      cpu: props.cpu,
      memoryLimitMiB: props.memoryLimitMiB,
      taskRole: props.taskRole,
      executionRole: this.executionRole,
      ephemeralStorageGiB: options.workspaceDiskGiB,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.of(options.architecture ?? TaskArchitecture.X86_64),
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    const container = this.definition.addContainer(AGENT, {
      image: props.image._image,
      essential: true,
      readonlyRootFilesystem: true,
      user: USER,
      privileged: false,
      // SDKs keep their settings and transcripts there.
      environment: { ...props.environment, HOME: WORKSPACE },
      stopTimeout: options.stopTimeout ?? Duration.seconds(STOP_SECONDS),
      ulimits:
        options.openFiles === undefined
          ? undefined
          : [{ name: ecs.UlimitName.NOFILE, softLimit: options.openFiles, hardLimit: options.openFiles }],
      logging: ecs.LogDrivers.awsLogs({
        logGroup: this.logGroup,
        streamPrefix: 'agent',
        mode: ecs.AwsLogDriverMode.NON_BLOCKING,
      }),
    });
    if (options.workspaceDiskGiB !== undefined) {
      this.definition.addVolume({ name: 'workspace' });
      container.addMountPoints({ sourceVolume: 'workspace', containerPath: WORKSPACE, readOnly: false });
    }
    this.node.addValidation({ validate: () => [...this.otherContainers(), ...this.storedValues()] });
    const { workspaceMiB, tmpMiB } = writableSizes(options, props.memoryLimitMiB);
    // CDK's construct still refuses tmpfs on Fargate, which supports it since January 2026.
    (this.definition.node.defaultChild as ecs.CfnTaskDefinition).addPropertyOverride(
      'ContainerDefinitions.0.LinuxParameters',
      {
        Capabilities: { Drop: ['ALL'] },
        InitProcessEnabled: true,
        Tmpfs: [
          { ContainerPath: '/tmp', Size: tmpMiB, MountOptions: MOUNT_OPTIONS },
          ...(workspaceMiB === undefined
            ? []
            : [{ ContainerPath: WORKSPACE, Size: workspaceMiB, MountOptions: MOUNT_OPTIONS }]),
        ],
      },
    );
  }

  /** Members of the container into which CloudFormation would write a stored value. Members that take a secret's name are no such. */
  private storedValues(): string[] {
    const { containerDefinitions } = this.definition.node.defaultChild as ecs.CfnTaskDefinition;
    const containers = Stack.of(this).resolve(containerDefinitions) as { [member: string]: unknown }[];
    return containers
      .flatMap((container) => Object.entries(container))
      .filter(([member, value]) => member !== 'secrets' && holdsDynamicReference(value))
      .map(
        ([member]) =>
          `CloudFormation would write what a secret or parameter holds into "${member}" of the agent's container, and whoever may describe the task would read it, the agent too; remove it, and give the secret to a connector with "secret"`,
      );
  }

  /** Another container has the task's credentials and network, and no rule of this one. */
  private otherContainers(): string[] {
    return this.definition.node.children
      .filter((child) => child instanceof ecs.ContainerDefinition && child.node.id !== AGENT)
      .map(
        ({ node }) =>
          `the container "${node.id}" was added to the agent's task, where it has the agent's role and network; run it outside of the task, or as a process of the agent's container`,
      );
  }
}

function ownCluster(scope: Construct, vpc: ec2.IVpc, { workspaceDiskGiB }: TaskOptions): ecs.Cluster {
  const cluster = taskCluster(scope, vpc);
  if (workspaceDiskGiB !== undefined) encryptStorage(scope, cluster);
  return cluster;
}

/**
 * Encrypts what agents print.
 * @internal
 */
export function agentLogs(scope: Construct): EncryptedLogs {
  return new EncryptedLogs(scope, 'Logs', {
    retention: logs.RetentionDays.ONE_YEAR,
    description: 'Encrypts what the agent prints',
  });
}

/**
 * Where tasks run. Nobody gets a shell in one.
 * @internal
 */
export function taskCluster(scope: Construct, vpc: ec2.IVpc): ecs.Cluster {
  return new ecs.Cluster(scope, 'Cluster', {
    vpc,
    containerInsightsV2: ecs.ContainerInsights.ENABLED,
    executeCommandConfiguration: { logging: ecs.ExecuteCommandLogging.NONE },
  });
}

/**
 * ECS tasks of this account in this region. A condition on a cluster or a task would stop tasks from starting.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cross-service-confused-deputy-prevention.html
 * @internal
 */
export function taskPrincipal(stack: Stack): iam.ServicePrincipal {
  return new iam.ServicePrincipal('ecs-tasks.amazonaws.com', {
    conditions: {
      StringEquals: { 'aws:SourceAccount': stack.account },
      ArnLike: {
        'aws:SourceArn': stack.formatArn({
          service: 'ecs',
          resource: '*',
          arnFormat: ArnFormat.NO_RESOURCE_NAME,
        }),
      },
    },
  });
}
