import { ArnFormat, Names, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { EncryptedLogs } from '../private/encrypted-logs';
import { InlineRole } from '../private/inline-role';
import type { AgentImage } from './agent-image';

/** @internal */
export interface HardenedTaskProps {
  readonly vpc: ec2.IVpc;
  readonly image: AgentImage;
  readonly taskRole: iam.Role;
  readonly environment: Record<string, string>;
  readonly cpu: number;
  readonly memoryLimitMiB: number;
}

/** User and group that the agent runs as. */
const USER = '10001:10001';
/** Size of each writable directory, in MiB. It is memory, and gone after the task. */
const WRITABLE_MIB = 64;
const WRITABLE_PATHS = ['/tmp', '/workspace'];

/**
 * One disposable task: read-only root file system, no root user, no capability, no exec, no secret, an image by digest, and
 * two writable directories in memory.
 *
 * Limitations: Fargate has no `no-new-privileges`. All capabilities are dropped and the user isn't root, but a setuid binary
 * in the image could still raise privileges, so build images without any.
 * @internal
 */
export class HardenedTask extends Construct {
  public readonly cluster: ecs.Cluster;
  public readonly definition: ecs.FargateTaskDefinition;
  public readonly executionRole: iam.Role;
  public readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: HardenedTaskProps) {
    super(scope, id);
    this.cluster = new ecs.Cluster(this, 'Cluster', {
      vpc: props.vpc,
      containerInsightsV2: ecs.ContainerInsights.ENABLED,
      executeCommandConfiguration: { logging: ecs.ExecuteCommandLogging.NONE },
    });
    this.executionRole = new InlineRole(this, 'ExecutionRole', {
      holdsEverything: true,
      description: 'Pulls the image of the agent and writes its logs',
      assumedBy: taskPrincipal(Stack.of(this)),
    });
    this.logGroup = new EncryptedLogs(this, 'Logs', {
      retention: logs.RetentionDays.ONE_YEAR,
      description: 'Encrypts what the agent prints',
    }).group('Agent');
    this.definition = new ecs.FargateTaskDefinition(this, 'Definition', {
      // CDK's default is made from the construct's path: two stacks of one app would share a family.
      family: Names.uniqueResourceName(this, { maxLength: 255, separator: '-' }),
      cpu: props.cpu,
      memoryLimitMiB: props.memoryLimitMiB,
      taskRole: props.taskRole,
      executionRole: this.executionRole,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.X86_64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    this.definition.addContainer('agent', {
      image: props.image._image,
      essential: true,
      readonlyRootFilesystem: true,
      user: USER,
      privileged: false,
      environment: props.environment,
      logging: ecs.LogDrivers.awsLogs({
        logGroup: this.logGroup,
        streamPrefix: 'agent',
        mode: ecs.AwsLogDriverMode.NON_BLOCKING,
      }),
    });
    // CDK's construct still refuses tmpfs on Fargate, which supports it since January 2026.
    (this.definition.node.defaultChild as ecs.CfnTaskDefinition).addPropertyOverride(
      'ContainerDefinitions.0.LinuxParameters',
      {
        Capabilities: { Drop: ['ALL'] },
        InitProcessEnabled: true,
        Tmpfs: WRITABLE_PATHS.map((path) => ({
          ContainerPath: path,
          Size: WRITABLE_MIB,
          MountOptions: ['rw', 'nosuid', 'nodev', 'noexec'],
        })),
      },
    );
  }
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
