import { App, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { type HardenedAgentRuntimeProps, TaskArchitecture, type TaskOptions } from '../../../lib';
import { checkAssembly } from '../../../lib/checks/check-assembly';
import { estimateCost } from '../../../lib/cost/estimate-cost';
import { prove } from '../../../lib/prove/claims';
import { Assembly } from '../../../lib/template';
import { AgentStack, only } from '../agent-stack';
import { agentIn, platformIn } from '../platform/agents-on-platform';

interface Task {
  readonly Cpu: string;
  readonly Memory: string;
  readonly RuntimePlatform: { readonly CpuArchitecture: string };
  readonly EphemeralStorage?: { readonly SizeInGiB: number };
  readonly Volumes?: { readonly Name: string }[];
  readonly ContainerDefinitions: {
    readonly LinuxParameters: { readonly Tmpfs: { ContainerPath: string; Size: number; MountOptions: string[] }[] };
    readonly MountPoints?: object[];
    readonly Ulimits?: object[];
    readonly StopTimeout: number;
  }[];
}

function made(props: Partial<HardenedAgentRuntimeProps> = {}) {
  const stack = new AgentStack();
  stack.withRuntime(props);
  const template = stack.template();
  const [, task] = only<Task>(template, 'AWS::ECS::TaskDefinition');
  const [container] = task.ContainerDefinitions;
  const sizes = Object.fromEntries(
    container.LinuxParameters.Tmpfs.map(({ ContainerPath, Size }) => [ContainerPath, Size]),
  );
  return { stack, template, task, container, sizes };
}

test('the default task has what the hosting guide of the Claude Agent SDK asks for', () => {
  const { task, sizes } = made();
  expect(task).toMatchObject({ Cpu: '1024', Memory: '2048', RuntimePlatform: { CpuArchitecture: 'X86_64' } });
  expect(sizes).toEqual({ '/workspace': 512, '/tmp': 128 });
});

test('each option reaches the task', () => {
  const { task, container, sizes } = made({
    task: {
      architecture: TaskArchitecture.ARM64,
      workspaceMiB: 700,
      tmpMiB: 300,
      openFiles: 4096,
      stopTimeout: Duration.seconds(90),
    },
  });
  expect(task.RuntimePlatform.CpuArchitecture).toBe('ARM64');
  expect(sizes).toEqual({ '/workspace': 700, '/tmp': 300 });
  expect(container.Ulimits).toEqual([{ Name: 'nofile', SoftLimit: 4096, HardLimit: 4096 }]);
  expect(container.StopTimeout).toBe(90);
});

test('the sizes follow the memory, and fit the least where it is known at deployment only', () => {
  expect(made({ cpu: 256, memoryLimitMiB: 512 }).sizes).toEqual({ '/workspace': 128, '/tmp': 32 });
  expect(made({ memoryLimitMiB: Lazy.number({ produce: () => 4096 }) }).sizes).toEqual({
    '/workspace': 128,
    '/tmp': 32,
  });
});

describe('SBX-01: a writable folder of a user other than root, below a read-only root', () => {
  test('works with an image in which root owns the folder, without a container of root', () => {
    const { container, task } = made();
    expect(task.ContainerDefinitions).toHaveLength(1);
    expect(container).toMatchObject({ ReadonlyRootFilesystem: true, User: '10001:10001' });
    for (const { MountOptions } of container.LinuxParameters.Tmpfs) {
      expect(MountOptions).toEqual(expect.arrayContaining(['uid=10001', 'gid=10001', 'mode=0700']));
    }
  });

  test('a sidecar is refused, and the checks hold it to the same rules', () => {
    const stack = new AgentStack();
    const agent = stack.withRuntime();
    const task = agent.node.findChild('Task').node.findChild('Definition') as ecs.FargateTaskDefinition;
    task.addContainer('logs', { image: ecs.ContainerImage.fromRegistry('log-router:latest'), memoryLimitMiB: 64 });
    expect(() => stack.app.synth()).toThrow(/Stack\/Agent\/Task\] the container "logs" was added to the agent's task/);
  });
});

describe('/workspace on disk', () => {
  const { stack, template, task, container, sizes } = made({ task: { workspaceDiskGiB: 30 } });

  test('is ephemeral storage of the task, and nothing that outlives it', () => {
    expect(task.EphemeralStorage).toEqual({ SizeInGiB: 30 });
    expect(task.Volumes).toEqual([{ Name: 'workspace' }]);
    expect(container.MountPoints).toEqual([
      { SourceVolume: 'workspace', ContainerPath: '/workspace', ReadOnly: false },
    ]);
    expect(sizes).toEqual({ '/tmp': 128 });
  });

  test('is encrypted with a key that only Fargate uses, for clusters of this account', () => {
    const [keyId, key] = only<{ KeyPolicy: { Statement: Record<string, unknown>[] } }>(
      template,
      'AWS::KMS::Key',
      'AgentTaskStorageKey',
    );
    const [, cluster] = only<object>(template, 'AWS::ECS::Cluster');
    expect(cluster).toMatchObject({
      Configuration: { ManagedStorageConfiguration: { FargateEphemeralStorageKmsKeyId: { Ref: keyId } } },
    });
    const [, ...ofFargate] = key.KeyPolicy.Statement;
    const account = { 'kms:EncryptionContext:aws:ecs:clusterAccount': { Ref: 'AWS::AccountId' } };
    expect(ofFargate).toMatchObject([
      { Action: 'kms:GenerateDataKeyWithoutPlaintext', Condition: { StringEquals: account } },
      {
        Action: 'kms:CreateGrant',
        Condition: { StringEquals: account, 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] } },
      },
    ]);
    for (const { Principal } of ofFargate) expect(Principal).toEqual({ Service: 'fargate.amazonaws.com' });
  });

  test('keeps the checks and the proof clean, and is priced beyond 20 GB', () => {
    const { directory } = stack.app.synth();
    const assembly = Assembly.load(directory);
    expect(prove(assembly).claims.flatMap(({ counterExamples }) => counterExamples)).toEqual([]);
    const { findings } = checkAssembly(assembly);
    expect(findings.filter(({ ruleId }) => ruleId.startsWith('Sandbox') || ruleId.startsWith('Audit'))).toEqual([]);
    const { Resources } = template.toJSON();
    const { lines } = estimateCost([{ name: 'Stack', resources: Resources }], { sessionMinutes: 60 });
    expect(lines.find(({ item }) => item === 'Task disk')?.usd).toBeCloseTo(10 * 0.000111, 8);
  });
});

test.each<[string, TaskOptions, Partial<HardenedAgentRuntimeProps>, RegExp]>([
  ['no space', { workspaceMiB: 0 }, {}, /task\.workspaceMiB is 0; write a whole number from 1 to/],
  ['a part of a MiB', { tmpMiB: 1.5 }, {}, /task\.tmpMiB is 1\.5/],
  [
    'more than half of the memory',
    { workspaceMiB: 1000 },
    {},
    /take 1128 of the task's 2048 MiB of memory, more than half/,
  ],
  [
    'the default disk',
    { workspaceDiskGiB: 20 },
    {},
    /task\.workspaceDiskGiB is 20; write a whole number from 21 to 200/,
  ],
  ['memory and disk', { workspaceDiskGiB: 30, workspaceMiB: 10 }, {}, /both given/],
  ['no files', { openFiles: 3 }, {}, /task\.openFiles is 3; write a whole number from 1024 to 1048576/],
  [
    'no time to end',
    { stopTimeout: Duration.seconds(1) },
    {},
    /task\.stopTimeout of 1 seconds.*Duration\.seconds\(2\)/,
  ],
  ['too much time to end', { stopTimeout: Duration.minutes(3) }, {}, /task\.stopTimeout of 180 seconds/],
])('%s is refused at synth, with the path', (_, task, more, said) => {
  expect(() => new AgentStack().withRuntime({ task, ...more })).toThrow(said);
  expect(() => new AgentStack().withRuntime({ task, ...more })).toThrow(/^Stack\/Agent: /);
});

test('a disk is refused on a platform, whose cluster has one key for all', () => {
  const app = new App();
  const platform = platformIn(app);
  expect(() => agentIn(new Stack(app, 'Sales'), 'Sales', { platform, task: { workspaceDiskGiB: 30 } })).toThrow(
    /needs a cluster with a key of its own, and the agents of a platform share one/,
  );
});
