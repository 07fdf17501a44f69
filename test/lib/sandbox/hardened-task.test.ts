import { Match, type Template } from 'aws-cdk-lib/assertions';
import { AgentStack, DIGEST, listOf, only, statementsOfRole } from '../agent-stack';

interface TaskDefinition {
  readonly ContainerDefinitions: Record<string, unknown>[];
  readonly Volumes?: unknown;
  readonly TaskRoleArn: unknown;
  readonly NetworkMode: string;
}

let template: Template;
let task: TaskDefinition;
beforeAll(() => {
  const made = new AgentStack();
  made.withRuntime().allow(made.read);
  template = made.template();
  [, task] = only<TaskDefinition>(template, 'AWS::ECS::TaskDefinition');
});

describe('the agent’s container', () => {
  test('has a read-only root, no root user, no capability and no privilege', () => {
    expect(task.ContainerDefinitions).toHaveLength(1);
    expect(task.ContainerDefinitions[0]).toMatchObject({
      ReadonlyRootFilesystem: true,
      User: '10001:10001',
      Privileged: false,
      LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
    });
    expect(JSON.stringify(task)).not.toMatch(/"Add":/);
  });

  test('writes to two directories in memory, from which nothing can be run as another user', () => {
    const { Tmpfs } = task.ContainerDefinitions[0].LinuxParameters as { Tmpfs: { MountOptions: string[] }[] };
    expect(Tmpfs).toHaveLength(2);
    for (const each of Tmpfs) expect(each.MountOptions).toEqual(expect.arrayContaining(['nosuid', 'nodev', 'noexec']));
    expect(task.Volumes).toBeUndefined();
  });

  test('gets no secret, and only the address of its gate', () => {
    expect(task.ContainerDefinitions[0]).not.toHaveProperty('Secrets');
    const environment = task.ContainerDefinitions[0].Environment as { Name: string }[];
    expect(environment.map((each) => each.Name)).toEqual(['GATE_URL', 'HOME']);
  });

  test('logs under a key of the stack, because anything that the agent reads may be in the log', () => {
    const [, log] = only<Record<string, unknown>>(template, 'AWS::Logs::LogGroup', 'AgentTaskLogs');
    expect(log).toMatchObject({
      KmsKeyId: { 'Fn::GetAtt': [expect.stringContaining('AgentTaskLogsKey'), 'Arn'] },
      RetentionInDays: 365,
    });
  });

  test('has time to end, and a home that it can write to', () => {
    const [{ Environment, StopTimeout }] = task.ContainerDefinitions;
    expect(Environment).toContainEqual({ Name: 'HOME', Value: '/workspace' });
    expect(StopTimeout).toBe(30);
  });

  test('runs an image by its digest', () => {
    expect(JSON.stringify(task.ContainerDefinitions[0].Image)).toContain(`@${DIGEST}`);
  });

  test('can’t be entered: no exec, neither by the cluster’s settings nor by the role', () => {
    const [roleId] = only(template, 'AWS::IAM::Role', 'AgentAgentRole');
    expect(JSON.stringify(statementsOfRole(template, roleId))).not.toContain('ssmmessages');
    const [, cluster] = only<object>(template, 'AWS::ECS::Cluster');
    expect(cluster).toMatchObject({ Configuration: { ExecuteCommandConfiguration: { Logging: 'NONE' } } });
  });

  test('starts in the isolated subnets without a public address', () => {
    expect(task.NetworkMode).toBe('awsvpc');
    const subnets = Object.values(template.findResources('AWS::EC2::Subnet'));
    expect(subnets.length).toBeGreaterThan(0);
    for (const { Properties } of subnets) expect(Properties.MapPublicIpOnLaunch).toBe(false);
  });
});

describe('its roles', () => {
  test('the task role trusts ECS tasks of this account only', () => {
    const [, role] = only<{ AssumeRolePolicyDocument: { Statement: object[] } }>(
      template,
      'AWS::IAM::Role',
      'AgentAgentRole',
    );
    expect(role.AssumeRolePolicyDocument.Statement).toMatchObject([
      {
        Principal: { Service: 'ecs-tasks.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });

  test('the task role reaches gate and models, with no S3, KMS or Secrets Manager at all', () => {
    const [roleId] = only(template, 'AWS::IAM::Role', 'AgentAgentRole');
    const allowed = statementsOfRole(template, roleId).filter((each) => each.Effect === 'Allow');
    expect([...new Set(allowed.flatMap((each) => listOf(each.Action)))].sort()).toEqual([
      'bedrock:InvokeModel',
      'bedrock:InvokeModelWithResponseStream',
      'execute-api:Invoke',
    ]);
    const gate = allowed.find((each) => listOf(each.Action).includes('execute-api:Invoke'));
    expect(JSON.stringify(gate?.Resource)).toMatch(/GET\/tools.*POST\/calls/);
  });

  test('the launcher may run this definition’s deployed revision in this cluster, and pass these two roles', () => {
    const [roleId] = only(template, 'AWS::IAM::Role', 'AgentSessionsLaunchRole');
    const [definition] = only(template, 'AWS::ECS::TaskDefinition');
    const [cluster] = only(template, 'AWS::ECS::Cluster');
    const statements = statementsOfRole(template, roleId);
    expect(statements.find((each) => each.Sid === 'RunAgentTask')).toMatchObject({
      Action: 'ecs:RunTask',
      Resource: { Ref: definition },
      Condition: { ArnEquals: { 'ecs:cluster': { 'Fn::GetAtt': [cluster, 'Arn'] } } },
    });
    const pass = statements.find((each) => each.Sid === 'PassTaskRoles');
    expect(pass?.Resource).toHaveLength(2);
    expect(pass?.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } });
  });

  test('a task that stops ends its session', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      // Other agents of a platform run tasks in the same cluster.
      EventPattern: { source: ['aws.ecs'], detail: { lastStatus: ['STOPPED'], group: [Match.anyValue()] } },
    });
  });
});
