import { isObject, isTrue, Unresolved, type Value } from '../../../template';
import { belowResource, listOf, memberOf, mustBeTrue, offencesAt, offencesIn, unproven } from '../../branches';
import type { Rule } from '../../rule';

/** The container that the fooled agent lives in gives it nothing to stand on. */
export const taskHardened: Rule = {
  id: 'SandboxTaskHardened',
  pillar: 'sandbox',
  severity: 'error',
  holds:
    'Every container of a task has a read-only root, a user that is not root, no Linux capability, no privileges, and nobody can run a command in it.',
  source:
    'Amazon ECS Developer Guide, "Task and container security best practices"; CIS Docker Benchmark 5.3, 5.4, 5.12; ECS.4, ECS.5 of AWS Security Hub',
  fix: 'Set ReadonlyRootFilesystem: true, User: "10001:10001", LinuxParameters.Capabilities.Drop: ["ALL"] without Add, Privileged: false, NetworkMode: awsvpc, and leave EnableExecuteCommand off.',
  *check(assembly) {
    for (const task of assembly.ofType('AWS::ECS::TaskDefinition')) {
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
        for (const [member, message] of faultsOf(value)) {
          const when = assuming.length === 0 ? '' : ` (when ${assuming.join(', ')})`;
          yield { resource: task, property: member === '' ? at : `${at}.${member}`, message: message + when };
        }
      }
      for (const { value, where } of task.items('Volumes')) {
        const source = memberOf(value, 'Host', 'SourcePath');
        yield* offencesIn(task, `${belowResource(task, where)}.Host.SourcePath`, source, (path) =>
          path === undefined ? undefined : 'a folder of the host is mounted',
        );
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
