import { CODE_SANDBOX_ARN, CODE_SANDBOX_MARK } from '../../private/code-sandbox-variables';
import { identityPoliciesOf } from '../../template/iam/collect';
import { type Assembly, type Resource, resourcesIn } from '../../template/index';
import { variablesOf } from './variables';

/** A function that runs code of a model. */
export interface CodeSandboxFunction {
  readonly code: Resource;
  /** Its roles in the template. There should be one. */
  readonly roles: readonly Resource[];
  /** The functions that name it to invoke it. There should be one. */
  readonly callers: readonly Resource[];
}

/** Functions that are marked as code sandboxes, or that the executor of a code sandbox names. */
export function codeSandboxesOf(assembly: Assembly): readonly CodeSandboxFunction[] {
  const identities = identityPoliciesOf(assembly);
  const functions = assembly.ofType('AWS::Lambda::Function');
  const marked = functions.filter((each) => variablesOf(each).some(({ name }) => name === CODE_SANDBOX_MARK));
  const named = new Map(functions.map((each) => [each, codeNamedBy(assembly, each)] as const));
  return [...new Set([...marked, ...[...named.values()].flat()])].map((code) => ({
    code,
    roles: code.property('Role').flatMap(({ value }) => identities.roleOf(value) ?? []),
    callers: functions.filter((each) => named.get(each)?.includes(code)),
  }));
}

/** The functions that an executor names to run code in. */
function codeNamedBy(assembly: Assembly, executor: Resource): Resource[] {
  return variablesOf(executor)
    .filter(({ name }) => name === CODE_SANDBOX_ARN)
    .flatMap(({ value }) => resourcesIn(assembly, value))
    .filter(({ type }) => type === 'AWS::Lambda::Function');
}

/** Resources of a type that a property of a function names. */
export function namedIn(assembly: Assembly, resource: Resource, type: string, ...path: string[]): Resource[] {
  return resource
    .items(...path)
    .flatMap(({ value }) => assembly.find(value) ?? [])
    .filter((found) => found.type === type);
}

/** Executors of code sandboxes whose function isn't in the templates. */
export function executorsOfUnknownCode(assembly: Assembly): readonly Resource[] {
  return assembly
    .ofType('AWS::Lambda::Function')
    .filter((each) => variablesOf(each).some(({ name }) => name === CODE_SANDBOX_ARN))
    .filter((each) => codeNamedBy(assembly, each).length === 0);
}
