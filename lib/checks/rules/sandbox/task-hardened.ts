import { describe, isObject, isTrue, piecesOf, Unresolved, type Value } from '../../../template';
import { agentsOf } from '../../facts/workloads';
import { belowResource, listOf, memberOf, mustBeTrue, offencesAt, offencesIn, unproven } from '../../judge/branches';
import type { Rule } from '../../rule';

/** The container that the fooled agent lives in gives it nothing to stand on. */
export const taskHardened: Rule = {
  id: 'SandboxTaskHardened',
  pillar: 'sandbox',
  severity: 'error',
  holds:
    'Every container of a task has a read-only root, a user that is not root, no Linux capability, no privileges, and nobody can run a command in it; one that calls a model runs images by digest, with no file system or environment file from elsewhere.',
  source:
    'Amazon ECS Developer Guide, "Task and container security best practices"; CIS Docker Benchmark 4.2, 5.3, 5.4, 5.12; ECS.4, ECS.5 of AWS Security Hub; NIST SP 800-53 CM-14, SI-7',
  fix: 'Set ReadonlyRootFilesystem: true, User: "10001:10001", LinuxParameters.Capabilities.Drop: ["ALL"] without Add, Privileged: false, NetworkMode: awsvpc, and leave EnableExecuteCommand off. Name a model caller’s image as repository@sha256:…, and leave EFS volumes and EnvironmentFiles out.',
  *check(assembly) {
    const agents = new Set(agentsOf(assembly).map(({ resource }) => resource));
    for (const task of assembly.ofType('AWS::ECS::TaskDefinition')) {
      const judges = agents.has(task) ? [faultsOf, originFaultsOf] : [faultsOf];
      yield* offencesAt(task, ['NetworkMode'], (value) =>
        value === 'awsvpc' ? undefined : 'the network mode is not awsvpc: the task shares the network of its host',
      );
      yield* offencesAt(task, ['PidMode'], (value) =>
        value === undefined || value === 'task' ? undefined : 'the process namespace is shared',
      );
      const containers = task.items('ContainerDefinitions');
      if (containers.length === 0) {
        yield { resource: task, property: 'Properties.ContainerDefinitions', message: 'no container is defined' };
      }
      for (const { value, where, assuming } of containers) {
        const at = belowResource(task, where);
        for (const [member, message] of judges.flatMap((judge) => [...judge(value)])) {
          const when = assuming.length === 0 ? '' : ` (when ${assuming.join(', ')})`;
          yield { resource: task, property: member === '' ? at : `${at}.${member}`, message: message + when };
        }
      }
      for (const { value, where } of task.items('Volumes')) {
        const source = memberOf(value, 'Host', 'SourcePath');
        yield* offencesIn(task, `${belowResource(task, where)}.Host.SourcePath`, source, (path) =>
          path === undefined ? undefined : 'a folder of the host is mounted',
        );
        for (const member of agents.has(task) ? SHARED_VOLUMES : []) {
          yield* offencesIn(task, `${belowResource(task, where)}.${member}`, memberOf(value, member), (shared) =>
            shared === undefined ? undefined : 'a file system that others may write to is mounted',
          );
        }
      }
    }
    for (const service of assembly.ofType('AWS::ECS::Service')) {
      yield* offencesAt(service, ['EnableExecuteCommand'], mustNotBeTrue('ECS Exec'));
    }
  },
};

function mustNotBeTrue(what: string): (value: Value) => string | undefined {
  return (value) =>
    value === undefined || value === false || value === 'false'
      ? undefined
      : isTrue(value)
        ? `${what} is on: whoever may use it runs commands in the task`
        : `${what} isn't known to be off`;
}

/** Volumes that outlive the task, or that others mount too. */
const SHARED_VOLUMES = [
  'EFSVolumeConfiguration',
  'FSxWindowsFileServerVolumeConfiguration',
  'DockerVolumeConfiguration',
];

/** What brings code or settings into a container that this template doesn't tell. */
function* originFaultsOf(container: Value): Generator<[string, string]> {
  if (!isObject(container)) return;
  const image = container.Image;
  if (image instanceof Unresolved && !endsInDigest(image)) yield ['Image', unproven(image)];
  else if (!endsInDigest(image)) {
    yield ['Image', `the image ${describe(image)} isn't named by its digest: whoever may push replaces it`];
  }
  const files = container.EnvironmentFiles;
  if (files instanceof Unresolved) yield ['EnvironmentFiles', unproven(files)];
  else if (listOf(files).length > 0) yield ['EnvironmentFiles', 'a file from elsewhere sets the environment'];
}

/** `repository@sha256:…`; or an asset of CDK's, which tags by content in a repository whose tags can't be moved. */
function endsInDigest(image: Value): boolean {
  const pieces = piecesOf(image) ?? [];
  const last = pieces[pieces.length - 1];
  if (typeof last !== 'string') return false;
  return (
    /@sha256:[0-9a-f]{64}$/.test(last) || (/:[0-9a-f]{64}$/.test(last) && describe(image).includes('container-assets-'))
  );
}

/** Member and what is wrong with it. */
function* faultsOf(container: Value): Generator<[string, string]> {
  if (!isObject(container)) {
    yield ['', container instanceof Unresolved ? unproven(container) : 'is not a container definition'];
    return;
  }
  const judge = function* (path: string[], test: (value: Value) => string | undefined): Generator<[string, string]> {
    const value = memberOf(container, ...path);
    const message = value instanceof Unresolved ? unproven(value) : test(value);
    if (message !== undefined) yield [path.join('.'), message];
  };
  yield* judge(['ReadonlyRootFilesystem'], mustBeTrue('the read-only root file system'));
  yield* judge(['User'], (user) => {
    if (user === undefined) return 'no user is set: the image decides, often root';
    return typeof user === 'string' && !/^(0+|root)(:|$)/.test(user) && user !== ''
      ? undefined
      : 'the user is root, or not known';
  });
  yield* judge(['Privileged'], (value) =>
    value === undefined || value === false || value === 'false' ? undefined : 'the container is privileged',
  );
  yield* judge(['LinuxParameters', 'Capabilities', 'Drop'], (dropped) =>
    listOf(dropped).includes('ALL') ? undefined : 'not every Linux capability is dropped',
  );
  yield* judge(['LinuxParameters', 'Capabilities', 'Add'], (added) =>
    listOf(added).length === 0 ? undefined : 'a Linux capability is added',
  );
}
