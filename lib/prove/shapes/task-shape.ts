import { describe, isObject, isTextual, listOf, memberOf, Reference, referencesIn, type Value } from '../../template';
import {
  anything,
  aResource,
  between,
  each,
  type Judge,
  known,
  members,
  off,
  on,
  oneOf,
  optional,
  type Shape,
  type Subject,
  some,
  text,
} from './shape';

/** Names by which a program is told to load, trust or reach something else, whatever it is written in. */
const STEERS =
  /proxy|^aws_|^(ld_|dyld_|node_|npm_|python|pip_|uv_|java|jdk_|_java|jvm_|dotnet_|coreclr_|complus_|ruby|gem_|bundle_|perl|php|go|bash_env$|env$|path$|shell|ssl_|openssl|curl_|requests_|git_|gconv|glibc|malloc|otel_|grpc_|resolv|localdomain$|hostaliases$|tls_|ca_|mcp_)/i;

/** Texts that may say where something is: addresses, host names, files. */
const LEADS =
  /:\/\/|^[\w.+-]+@|^\/|\\|(^|[\s,;=])([\w-]+\.)+[a-z]{2,}(:\d+)?([/\s,;]|$)|\d+\.\d+\.\d+\.\d+|\[?[0-9a-f]*:[0-9a-f:]+:/i;

/** A variable of the agent's container. Its image is the app's own, so it may have settings of its own, but none that leads elsewhere. */
const variable: Judge = (value, subject) => {
  const [name, held] = [memberOf(value, 'Name'), memberOf(value, 'Value')];
  if (typeof name !== 'string') return `can't be proven: a variable's name is ${describe(name)}`;
  if (name === 'GATE_URL') return gateFault(held, subject);
  if (name === 'HOME') return held === '/workspace' ? undefined : 'HOME is another folder than this library’s';
  if (STEERS.test(name)) return `has ${name}, which steers what the agent loads, trusts or reaches`;
  const fault = known((each) => (typeof each === 'string' && LEADS.test(each) ? 'leads elsewhere' : undefined))(
    held,
    subject,
  );
  return fault === undefined ? undefined : `has ${name}, which ${fault}`;
};

/** `https://API.execute-api.REGION.SUFFIX/STAGE`, of a gate's API. */
function gateFault(value: Value, { assembly, parts }: Subject): string | undefined {
  const [referred] = referencesIn(value).filter(({ isPseudo }) => !isPseudo);
  const api = assembly.find(referred);
  const isGates =
    isTextual(value) &&
    /^https:\/\/\$\{\w+(\.\w+)?\}\.execute-api\.(\$\{AWS::Region\}|[a-z0-9-]+)\.(\$\{AWS::URLSuffix\}|amazonaws\.com(\.cn)?)\/(\$\{\w+\}|\w+)\/?$/.test(
      describe(value),
    ) &&
    api !== undefined &&
    parts.placeOf(api) === 'gate API';
  return isGates ? undefined : 'has a GATE_URL that isn’t the address of a gate’s API of the templates';
}

/** What an agent prints may be what it read, so its log has a key of its own. */
const encryptedLog: Judge = (value, subject) => {
  const log = subject.assembly.find(value);
  if (log?.type !== 'AWS::Logs::LogGroup') return aResource('AWS::Logs::LogGroup')(value, subject);
  // Which key, the log's own shape says.
  const isPlain = log.property('KmsKeyId').some((each) => each.value === undefined);
  return isPlain ? `is ${log.path}, which no key encrypts` : undefined;
};

/** What a folder that the agent writes to must not hold: programs, programs of another user, and devices. */
const CLOSED = ['noexec', 'nosuid', 'nodev'];

/** Later options win, so that one which opens a folder is refused wherever it stands. */
const closedFolder: Judge = (value, subject) => {
  const odd = some(
    text(/^(rw|nosuid|nodev|noexec|uid=\d+|gid=\d+|mode=0?7[057][057])$/, 'an option of a closed folder'),
  )(value, subject);
  const lacking = CLOSED.filter((option) => !listOf(value).includes(option));
  return odd ?? (lacking.length === 0 ? undefined : `lacks ${lacking.join(', ')}`);
};

const mount = members({
  ContainerPath: oneOf('/tmp', '/workspace'),
  Size: anything,
  MountOptions: closedFolder,
});

/** The agent's only container. */
const container = members({
  Name: anything,
  // SandboxTaskHardened judges the image and the user.
  Image: anything,
  User: anything,
  Command: anything,
  EntryPoint: anything,
  WorkingDirectory: anything,
  Cpu: anything,
  Memory: anything,
  MemoryReservation: anything,
  HealthCheck: anything,
  StartTimeout: anything,
  StopTimeout: anything,
  DockerLabels: anything,
  Essential: optional(on),
  Environment: optional(each(variable)),
  LinuxParameters: members({
    Capabilities: members({ Drop: each(oneOf('ALL')) }),
    InitProcessEnabled: anything,
    Tmpfs: optional(each(mount)),
  }),
  LogConfiguration: members({
    LogDriver: oneOf('awslogs'),
    Options: members({
      'awslogs-group': encryptedLog,
      'awslogs-stream-prefix': anything,
      'awslogs-region': known((value) =>
        value instanceof Reference && value.logicalId !== 'AWS::Region' ? 'is another region' : undefined,
      ),
      mode: anything,
      'max-buffer-size': anything,
    }),
  }),
  // The working folder on the task's own disk.
  MountPoints: optional(
    each(members({ SourceVolume: oneOf('workspace'), ContainerPath: oneOf('/workspace'), ReadOnly: anything })),
  ),
  Privileged: off,
  ReadonlyRootFilesystem: on,
  Ulimits: optional(each(members({ Name: oneOf('nofile'), SoftLimit: anything, HardLimit: anything }))),
});

/** One container: a second one shares the agent's network and role. */
const one: Judge = (value, subject) => {
  const list = Array.isArray(value) ? value : [value];
  if (list.length !== 1) return `has ${list.length} containers instead of the agent’s own`;
  return isObject(list[0]) ? container(list[0], subject) : container(value, subject);
};

/** The task of an agent. */
export const TASK_SHAPE: Shape = {
  ContainerDefinitions: one,
  Cpu: anything,
  EphemeralStorage: optional(members({ SizeInGiB: between(20, 200) })),
  ExecutionRoleArn: aResource('AWS::IAM::Role'),
  Family: anything,
  Memory: anything,
  NetworkMode: oneOf('awsvpc'),
  RequiresCompatibilities: each(oneOf('FARGATE')),
  // The limits of the container are those of Linux.
  RuntimePlatform: optional(
    members({
      CpuArchitecture: optional(oneOf('ARM64', 'X86_64')),
      OperatingSystemFamily: optional(oneOf('LINUX')),
    }),
  ),
  Tags: anything,
  TaskRoleArn: aResource('AWS::IAM::Role'),
  // Without a host, a configuration or a file system: a folder on the task's own disk.
  Volumes: optional(each(members({ Name: oneOf('workspace') }))),
};
