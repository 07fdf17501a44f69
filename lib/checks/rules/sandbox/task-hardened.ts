import {
  type Assembly,
  describe,
  isObject,
  isTrue,
  listOf,
  memberOf,
  Resource,
  resourcesNamedBy,
  Unresolved,
  unknownIn,
  type Value,
} from '../../../template';
import { AGENT_ROLE } from '../../examples/agent-role';
import { runsApart } from '../../facts/networks-apart';
import { hasOwnRuntime } from '../../facts/own-runtime';
import { isOfRuntime } from '../../facts/runtime-resources';
import { agentsOf } from '../../facts/workloads';
import { endsInDigest } from '../../judge/image-digest';
import {
  assumed,
  complaint,
  isOff,
  type Judge,
  mustBeTrue,
  offencesAt,
  offencesIn,
  unproven,
} from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** The fooled agent runs in a container without tools for an attack. */
export const taskHardened: Rule = {
  id: 'SandboxTaskHardened',
  pillar: 'sandbox',
  severity: 'error',
  holds:
    'Every container of a task has a read-only root file system, a user other than root, no Linux capability and no privileges, and ECS Exec is off. A task that calls a model uses images by digest, no shared file system and no environment file. An agent’s job of AWS Batch has no privileges and no folder of its host. In an app without our gate, and of a service in a network apart from its runtime’s, dropped capabilities and a user who isn’t root by the image’s choice are only worth a warning, and so is everything of tasks that call no model.',
  source:
    'Amazon ECS Developer Guide, "Task and container security best practices"; CIS Docker Benchmark 4.2, 5.3, 5.4, 5.12; ECS.4, ECS.5 of AWS Security Hub; NIST SP 800-53 CM-14, SI-7',
  fix: 'Set ReadonlyRootFilesystem: true, User: "10001:10001", LinuxParameters.Capabilities.Drop: ["ALL"] without Add, Privileged: false, NetworkMode: awsvpc, and leave EnableExecuteCommand off. For a model caller, name the image as repository@sha256:… and remove EFS volumes and EnvironmentFiles.',
  lists: ['ASI05', 'NIST SP 800-53 AC-6', 'NIST SP 800-53 SI-7'],
  insecure: template(`        - Name: agent
          Image: example/agent:latest
          Privileged: true
`),
  secure: template(`        - Name: agent
          Image: example/agent@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
          User: "10001:10001"
          ReadonlyRootFilesystem: true
          LinuxParameters: { Capabilities: { Drop: [ALL] } }
`),
  *check(assembly) {
    const agents = new Set(agentsOf(assembly).map(({ resource }) => resource));
    for (const offence of offencesOf(assembly, agents)) {
      const isOwn =
        hasOwnRuntime(assembly) && !(offence.resource instanceof Resource && isApart(assembly, offence.resource));
      const isAgents = offence.resource instanceof Resource && agents.has(offence.resource);
      const isHardening = HARDENING.test(offence.property) && offence.message !== ROOT;
      if (!isOwn && !isAgents && offence.message.startsWith(NO_GROUP)) continue;
      if (isOwn || (isAgents && !isHardening)) yield offence;
      else if (isAgents || !isHardening) yield { ...offence, severity: 'warning' };
    }
  },
};

/** Whether a task of no runtime is started by services in networks of their own only. */
function isApart(assembly: Assembly, found: Resource): boolean {
  if (isOfRuntime(assembly, found)) return false;
  const services = assembly
    .ofType('AWS::ECS::Service')
    .filter((service) => service === found || resourcesNamedBy(assembly, service).includes(found));
  return services.length > 0 && services.every((service) => runsApart(assembly, service));
}

/** What another team's agent is the better for, but without which it has no hole. */
const HARDENING = /\.(User|LinuxParameters\.Capabilities\.Drop|EFSVolumeConfiguration)$/;

/** Somebody wrote it down: no image decides. */
const ROOT = 'the user is root';

function* offencesOf(assembly: Assembly, agents: ReadonlySet<Resource>): Generator<Offence> {
  for (const task of assembly.ofType('AWS::ECS::TaskDefinition')) {
    yield* offencesAt(task, ['NetworkMode'], networkFault);
    yield* offencesAt(task, ['PidMode'], (mode) =>
      mode === undefined || mode === 'task' ? undefined : 'the task shares the process namespace of its host',
    );
    yield* containerOffences(task, agents.has(task));
    yield* volumeOffences(task, agents.has(task));
  }
  for (const job of assembly.ofType('AWS::Batch::JobDefinition')) if (agents.has(job)) yield* jobOffences(job);
  yield* execOffences(assembly);
}

/** What gives a job of AWS Batch its host, in each of the forms in which a job is defined. */
function* jobOffences(job: Resource): Generator<Offence> {
  for (const member of Object.keys(job.properties)) {
    for (const { value, assuming } of job.property(member)) {
      for (const [property, message] of hostIn(value, `Properties.${member}`)) {
        yield { resource: job, property, message: assumed(message, assuming) };
      }
    }
  }
}

function* hostIn(value: Value, at: string): Generator<[property: string, message: string]> {
  if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* hostIn(item, `${at}[${i}]`);
  if (!isObject(value)) return;
  for (const [member, inner] of Object.entries(value)) {
    const message = JOB_MEMBERS[member] === undefined ? undefined : complaint(inner, JOB_MEMBERS[member]);
    if (message === undefined) yield* hostIn(inner, `${at}.${member}`);
    else yield [`${at}.${member}`, message];
  }
}

/** Said of a bridge, which every task on instances has that says nothing else. It keeps the host's ports from the task. */
const NO_GROUP = 'the network mode is not awsvpc: the task has the addresses and security groups of its host';

function networkFault(mode: Value): string | undefined {
  if (mode === 'awsvpc') return undefined;
  return mode === 'host' ? "the network mode is host: the task shares its host's network" : NO_GROUP;
}

function* containerOffences(task: Resource, isAgent: boolean): Generator<Offence> {
  const containers = task.items('ContainerDefinitions');
  if (containers.length === 0) {
    yield { resource: task, property: 'Properties.ContainerDefinitions', message: 'no container is defined' };
  }
  const said = new Set<string>();
  for (const { value, where, assuming } of containers) {
    const at = task.below(where);
    for (const [member, message] of [...faultsOf(value), ...(isAgent ? originFaultsOf(value) : [])]) {
      const property = member === '' ? at : `${at}.${member}`;
      // A container that depends on three parameters has many values, and the same fault in most of them.
      if (said.has(`${property} ${message}`)) continue;
      said.add(`${property} ${message}`);
      yield { resource: task, property, message: assumed(message, assuming) };
    }
  }
}

/** Volumes that outlive the task, or that other tasks also mount. */
const SHARED_VOLUMES = [
  'EFSVolumeConfiguration',
  'FSxWindowsFileServerVolumeConfiguration',
  'DockerVolumeConfiguration',
];

function* volumeOffences(task: Resource, isAgent: boolean): Generator<Offence> {
  for (const { value, where } of task.items('Volumes')) {
    const at = task.below(where);
    const source = memberOf(value, 'Host', 'SourcePath');
    yield* offencesIn(task, `${at}.Host.SourcePath`, source, absent('a folder of the host is mounted'));
    for (const member of isAgent ? SHARED_VOLUMES : []) {
      const shared = absent('a file system is mounted that others may write to');
      yield* offencesIn(task, `${at}.${member}`, memberOf(value, member), shared);
    }
  }
}

function* execOffences(assembly: Assembly): Generator<Offence> {
  for (const service of assembly.ofType('AWS::ECS::Service')) {
    yield* offencesAt(service, ['EnableExecuteCommand'], (exec) => {
      if (isOff(exec)) return undefined;
      return isTrue(exec)
        ? 'ECS Exec is on: principals with permission can run commands in the task'
        : "ECS Exec isn't known to be off";
    });
  }
}

function absent(message: string): Judge {
  return (value) => (value === undefined ? undefined : message);
}

/** What each member of a container must be. */
const CONTAINER: readonly (readonly [path: readonly string[], judge: Judge])[] = [
  [['ReadonlyRootFilesystem'], mustBeTrue('the read-only root file system')],
  [
    ['User'],
    (user) => {
      if (user === undefined) return 'no user is set: the image decides, often root';
      if (typeof user !== 'string' || user === '') return 'the user is not known';
      return /^(0+|root)(:|$)/.test(user) ? ROOT : undefined;
    },
  ],
  [['Privileged'], (privileged) => (isOff(privileged) ? undefined : 'the container is privileged')],
  [
    ['LinuxParameters', 'Capabilities', 'Drop'],
    (dropped) => (listOf(dropped).includes('ALL') ? undefined : 'not every Linux capability is dropped'),
  ],
  [
    ['LinuxParameters', 'Capabilities', 'Add'],
    (added) => (listOf(added).length === 0 ? undefined : 'a Linux capability is added'),
  ],
];

const JOB_MEMBERS: { readonly [member: string]: Judge } = {
  Privileged: (privileged) => (isOff(privileged) ? undefined : 'the container is privileged'),
  SourcePath: absent('a folder of the host is mounted'),
  HostPath: absent('a folder of the host is mounted'),
  HostNetwork: (shared) => (isOff(shared) ? undefined : "the pod shares its host's network"),
};

/** The value, or an item of the list, that isn't known. */
function unknownAmong(value: Value): Unresolved | undefined {
  return listOf(value)
    .map(unknownIn)
    .find((unknown) => unknown !== undefined);
}

/** Members of a container, with what is wrong with each. */
function* faultsOf(container: Value): Generator<[member: string, message: string]> {
  if (!isObject(container)) {
    yield ['', container instanceof Unresolved ? unproven(container) : 'is not a container definition'];
    return;
  }
  for (const [path, judge] of CONTAINER) {
    const value = memberOf(container, ...path);
    const message = complaint(unknownAmong(value) ?? value, judge);
    if (message !== undefined) yield [path.join('.'), message];
  }
}

/** Code or settings of a container that don't come from the template. */
function* originFaultsOf(container: Value): Generator<[member: string, message: string]> {
  if (!isObject(container)) return;
  const { Image: image, EnvironmentFiles: files } = container;
  if (!endsInDigest(image)) {
    const byName = `the image ${describe(image)} isn't named by its digest: a push can replace it`;
    yield ['Image', image instanceof Unresolved ? unproven(image) : byName];
  }
  if (files instanceof Unresolved) yield ['EnvironmentFiles', unproven(files)];
  else if (listOf(files).length > 0) yield ['EnvironmentFiles', 'a file outside the template sets the environment'];
}

/** The smallest app that the rule speaks of. */
function template(differing: string): string {
  return `Resources:
${AGENT_ROLE}  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      TaskRoleArn: !GetAtt Role.Arn
      NetworkMode: awsvpc
      ContainerDefinitions:
${differing}`;
}
