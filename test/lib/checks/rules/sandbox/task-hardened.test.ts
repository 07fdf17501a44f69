import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, findingsOf, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { ownGate } from '../gate/gate-template';

describe('SandboxTaskHardened', () => {
  const lines = (resources: JsonObject, around?: JsonObject) =>
    linesOf('SandboxTaskHardened', { ...resources, ...ownGate }, around);
  const task: JsonObject = {
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        NetworkMode: 'awsvpc',
        ContainerDefinitions: [
          {
            Name: 'agent',
            ReadonlyRootFilesystem: 'true',
            User: '10001:10001',
            LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
          },
        ],
      },
    },
  };
  const container = ['Task', 'Properties', 'ContainerDefinitions', 0];

  test('a hardened task is fine, also where true is written as text', () => expect(lines(task)).toEqual([]));

  test.each<[string, (string | number)[], unknown, string]>([
    ['a writable root', ['ReadonlyRootFilesystem'], false, 'read-only root file system is not true'],
    ['a root that nobody set', ['ReadonlyRootFilesystem'], undefined, 'read-only root file system is not set'],
    ['no user', ['User'], undefined, 'no user is set'],
    ['root by name', ['User'], 'root:root', 'the user is root'],
    ['root by number', ['User'], '0', 'the user is root'],
    ['privileges', ['Privileged'], 'true', 'privileged'],
    ['capabilities that are kept', ['LinuxParameters'], undefined, 'not every Linux capability is dropped'],
    ['a capability added', ['LinuxParameters', 'Capabilities', 'Add'], ['SYS_PTRACE'], 'capability is added'],
  ])('%s is found at its place', (_name, path, value, message) => {
    const [line, ...others] = lines(changed(task, [...container, ...path], value));
    expect(others).toEqual([]);
    expect(line).toContain(message);
    expect(line).toContain('Task Properties.ContainerDefinitions[0].');
  });

  test('a shared network, a folder of the host and ECS Exec are found', () => {
    expect(lines(changed(task, ['Task', 'Properties', 'NetworkMode'], 'host'))).toHaveLength(1);
    const volumes = [{ Name: 'v', Host: { SourcePath: '/' } }];
    expect(lines(changed(task, ['Task', 'Properties', 'Volumes'], volumes))).toHaveLength(1);
    const service = { Service: { Type: 'AWS::ECS::Service', Properties: { EnableExecuteCommand: 'true' } } };
    expect(lines({ ...task, ...service })).toEqual([expect.stringContaining('ECS Exec is on')]);
  });

  const role: JsonObject = {
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 'bedrock:InvokeModel' } } }] },
  };
  const digest = `sha256:${'a'.repeat(64)}`;
  const agent = changed(
    { ...changed(task, ['Task', 'Properties', 'TaskRoleArn'], { 'Fn::GetAtt': ['Role', 'Arn'] }), Role: role },
    [...container, 'Image'],
    { 'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.x.amazonaws.com/agent@${digest}` },
  );

  test.each<[string, unknown]>([
    ['a digest', `docker.io/library/agent@${digest}`],
    [
      'an asset of CDK, tagged by its content',
      { 'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.x.amazonaws.com/cdk-hnb659fds-container-assets-x:${'b'.repeat(64)}` },
    ],
  ])('a model caller’s image by %s is fine', (_name, image) => {
    expect(lines(agent)).toEqual([]);
    expect(lines(changed(agent, [...container, 'Image'], image))).toEqual([]);
  });

  test('a task that calls no model may name its image by a tag, and share a file system', () => {
    const other = changed(task, [...container, 'Image'], 'docker.io/library/nginx:1.27');
    const volumes = [{ Name: 'v', EFSVolumeConfiguration: { FilesystemId: 'fs-1' } }];
    expect(lines(changed(other, ['Task', 'Properties', 'Volumes'], volumes))).toEqual([]);
  });

  test.each<[string, (string | number)[], unknown, string]>([
    ['an image by its tag', [...container, 'Image'], 'docker.io/evil/agent:latest', "isn't named by its digest"],
    ['an image that nobody knows', [...container, 'Image'], { Ref: 'Unknown' }, "can't be proven"],
    ['no image', [...container, 'Image'], undefined, "isn't named by its digest"],
    [
      'an environment file',
      [...container, 'EnvironmentFiles'],
      [{ Type: 's3', Value: 'arn:aws:s3:::x/y.env' }],
      'sets the environment',
    ],
    [
      'a shared file system',
      ['Task', 'Properties', 'Volumes'],
      [{ Name: 'v', EFSVolumeConfiguration: { FilesystemId: 'fs-1' } }],
      'others may write to',
    ],
  ])('of a model caller, %s is found', (_name, path, value, message) => {
    expect(lines(changed(agent, path, value), UNKNOWN_PARAMETER)).toEqual([expect.stringContaining(message)]);
  });

  test('what isn’t known can’t be proven', () => {
    for (const path of [[], ['ReadonlyRootFilesystem'], ['User'], ['LinuxParameters']]) {
      const unknown = changed(task, [...container, ...path], { Ref: 'Unknown' });
      const found = lines(unknown, UNKNOWN_PARAMETER);
      expect(found).not.toEqual([]);
      for (const line of found) expect(line).toContain("can't be proven");
    }
  });
});

describe('SandboxTaskHardened in an app without our gate', () => {
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      Policies: [
        {
          PolicyDocument: {
            Statement: [
              { Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:x::foundation-model/m' },
            ],
          },
        },
      ],
    },
  };
  const task = (members: JsonObject, taskRole?: JsonObject): JsonObject => ({
    Role: role,
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        NetworkMode: 'awsvpc',
        ...(taskRole && { TaskRoleArn: taskRole }),
        ContainerDefinitions: [{ Image: `x@sha256:${'0'.repeat(64)}`, ...members }],
      },
    },
  });
  const isAgent = { 'Fn::GetAtt': ['Role', 'Arn'] };
  const severities = (resources: JsonObject, around?: JsonObject) =>
    findingsOf('SandboxTaskHardened', resources, around).map(({ severity }) => severity);

  test('of an agent, a root file system that can be written and a user who is root are errors, other hardening is a warning', () => {
    expect(severities(task({}, isAgent))).toEqual(['error', 'warning', 'warning']);
    expect(severities(task({ User: 'root' }, isAgent))).toEqual(['error', 'error', 'warning']);
  });

  test('privileges of an agent, and an image by tag, are errors', () => {
    expect(severities(task({ Privileged: true, Image: 'x:latest' }, isAgent)).sort()).toEqual([
      ...['error', 'error', 'error'],
      ...['warning', 'warning'],
    ]);
  });

  test('of what calls no model, privileges and the root file system are worth a warning', () => {
    expect(severities(task({ Privileged: true }))).toEqual(['warning', 'warning']);
  });

  test('a bridge is worth a word for an agent only, and the host’s network for every task', () => {
    const inMode = (mode: string, taskRole?: JsonObject) =>
      linesOf('SandboxTaskHardened', changed(task({}, taskRole), ['Task', 'Properties', 'NetworkMode'], mode)).filter(
        (line) => line.includes('NetworkMode'),
      );
    expect(inMode('bridge')).toEqual([]);
    expect(inMode('bridge', isAgent)).toEqual([expect.stringContaining('security groups of its host')]);
    expect(inMode('host')).toEqual([expect.stringContaining("the task shares its host's network")]);
  });

  test('everything is an error beside our gate', () => {
    expect(new Set(severities({ ...task({}), ...ownGate }))).toEqual(new Set(['error']));
  });

  test('the same fault under several parameters is one', () => {
    const cpu = { 'Fn::If': ['Big', 2048, { 'Fn::If': ['Odd', 512, 256] }] };
    const around = {
      Parameters: { P: { Type: 'String' } },
      Conditions: { Big: { 'Fn::Equals': [{ Ref: 'P' }, 'big'] }, Odd: { 'Fn::Equals': [{ Ref: 'P' }, 'odd'] } },
    };
    expect(severities(task({ Cpu: cpu }, isAgent), around)).toEqual(['error', 'warning', 'warning']);
  });
});
