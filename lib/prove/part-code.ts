import type { CheckResult } from '../checks/check-assembly';
import type { Part } from '../checks/facts/part';
import { UNKNOWN_NAME, variablesOf } from '../checks/facts/variables';
import { chosenBy } from '../checks/judge/offences';
import { ownCode } from '../checks/rules/gate/own-code';
import {
  type Assembly,
  describe,
  isObject,
  memberOf,
  piecesOf,
  Reference,
  type Resource,
  type Value,
} from '../template';
import { identityPoliciesOf } from '../template/iam/collect';
import { haveOneState } from './one-state';
import { PART_VARIABLES, type PartVariable } from './part-variables';
import type { RuntimeParts } from './runtime-parts';
import { FUNCTION_SHAPE } from './shapes/function-shape';
import type { Subject } from './shapes/shape';
import { faultsOfShape } from './shapes/shape-faults';

/** What differs from this library's own code and settings, and what of it somebody acknowledged. */
export interface CodeFaults {
  readonly broken: readonly string[];
  readonly trusted: readonly string[];
}

interface Fault {
  readonly resource: Resource;
  readonly message: string;
  /** As in an acknowledgement of `GateOwnCode`. */
  readonly detail?: string;
}

/**
 * Functions of the runtime with other code, variables, properties, group or role than this library gives them. A list of what is
 * known, so that a way in that AWS adds tomorrow is found too.
 */
export function codeFaults(assembly: Assembly, parts: RuntimeParts, { acknowledged }: CheckResult): CodeFaults {
  const functions = [...parts.workloads].filter(([{ type }]) => type === 'AWS::Lambda::Function');
  const accounts = accountsOf(functions.map(([each]) => each));
  const [broken, trusted]: [string[], string[]] = [sharedCode(parts, functions), []];
  for (const [resource, part] of functions) {
    // A claim of its own is about the code sandbox.
    if (part.kind === 'code sandbox') continue;
    for (const { message, detail } of faultsOf(assembly, parts, resource, part, accounts)) {
      const text = `${resource.path}, the ${part.label}: ${message}`;
      const given = acknowledged.find(
        ({ ruleId, template, resource: id }) =>
          ruleId === `${ownCode.id}[${detail}]` && template === resource.template.name && id === resource.logicalId,
      );
      if (given === undefined) broken.push(text);
      else trusted.push(`${text}: ${given.reason}`);
    }
  }
  return { broken, trusted };
}

function* faultsOf(
  assembly: Assembly,
  parts: RuntimeParts,
  resource: Resource,
  part: Part,
  accounts: ReadonlySet<string>,
): Generator<Fault> {
  const subject = { assembly, parts, resource, place: part.label };
  yield* propertyFaults(subject);
  yield* variableFaults(subject, part);
  for (const { value } of resource.property('Code')) {
    const message = codeFault(assembly, resource, value, accounts);
    if (message !== undefined) yield { resource, message: `its code ${message}` };
    else for (const fault of assetFaults(resource, value)) yield { resource, message: `its code ${fault}` };
  }
  for (const { value } of resource.items('Layers')) {
    const layer = assembly.find(value);
    const detail = `Layer::${describe(value)}`;
    if (layer?.type !== 'AWS::Lambda::LayerVersion') {
      yield { resource, message: `can't be proven: what the layer ${describe(value)} contains`, detail };
      continue;
    }
    for (const { value: content } of layer.property('Content')) {
      const message = codeFault(assembly, resource, content, accounts);
      if (message !== undefined) yield { resource, message: `its layer ${layer.path} ${message}`, detail };
    }
  }
  yield* placeFaults(assembly, resource);
}

function* propertyFaults(subject: Subject): Generator<Fault> {
  for (const message of faultsOfShape(subject, FUNCTION_SHAPE)) yield { resource: subject.resource, message };
}

function* variableFaults(subject: Subject, { kind }: Part): Generator<Fault> {
  const { resource } = subject;
  const allowed = PART_VARIABLES[kind] ?? [];
  const given = variablesOf(resource);
  for (const { name, value } of given) {
    if (value === undefined) continue;
    if (name === UNKNOWN_NAME) {
      yield { resource, message: "can't be proven: which environment variables it has" };
      continue;
    }
    const variable = allowed.find((each) =>
      typeof each.name === 'string' ? each.name === name : each.name.test(name),
    );
    if (variable === undefined) {
      yield { resource, message: `the environment variable ${name} isn't one of this part`, detail: name };
    }
    const fault = variable?.judge(value, subject) ?? chosenValue(resource, name);
    if (fault !== undefined) yield { resource, message: `the environment variable ${name} ${fault}` };
  }
  for (const name of variablesLacking(resource, allowed)) {
    yield { resource, message: `the environment variable ${name} is missing` };
  }
}

/** Variables that the function needs, and doesn't have in each case. */
function variablesLacking(resource: Resource, allowed: readonly PartVariable[]): string[] {
  return allowed.flatMap(({ name, mayLack }) => {
    if (mayLack || typeof name !== 'string') return [];
    const values = resource.property('Environment', 'Variables', name);
    return values.some(({ value }) => value === undefined) ? [name] : [];
  });
}

function chosenValue(resource: Resource, variable: string): string | undefined {
  return resource
    .property('Environment', 'Variables', variable)
    .map(({ assuming }) => chosenBy(assuming))
    .find((fault) => fault !== undefined);
}

/** Why code isn't certainly an asset of this account. */
function codeFault(
  assembly: Assembly,
  { template }: Resource,
  code: Value,
  accounts: ReadonlySet<string>,
): string | undefined {
  if (!isObject(code)) return `can't be proven: ${describe(code)}`;
  if ('ZipFile' in code) return 'is written in the template, and isn’t this library’s';
  if ('ImageUri' in code) return 'is an image, and this library makes none for this part';
  const bucket = memberOf(code, 'S3Bucket');
  if (assembly.find(bucket) !== undefined) return `is in ${describe(bucket)}: can't be proven who writes there`;
  const pieces = piecesOf(bucket);
  if (pieces === undefined || pieces.length === 0) return "can't be proven: its bucket isn't known";
  if (pieces.some((piece) => piece instanceof Reference && piece.logicalId === 'AWS::AccountId')) return undefined;
  const [written] = /\d{12}/.exec(pieces.map(String).join('')) ?? [];
  // Where the app doesn't say which account is its own, all parts must have the same.
  const isOwn = template.source.account === undefined ? accounts.size === 1 : written === template.source.account;
  if (written !== undefined && isOwn) return undefined;
  return `is in the bucket ${describe(bucket)}: can't be proven that this account owns it`;
}

/** An asset's name is the hash of what is in it: another name is one that somebody can write to again. */
const ASSET = /(?:^|\/)([0-9a-f]{64})\.zip$/;

function* assetFaults(resource: Resource, code: Value): Generator<string> {
  const key = memberOf(code, 'S3Key');
  const [, hash] = typeof key === 'string' ? (ASSET.exec(key) ?? []) : [];
  if (hash === undefined) {
    yield `${describe(key)} is no asset of AWS CDK, whose name is its hash: can't be proven what it is`;
    return;
  }
  // AWS CDK's command line notes beside a function which asset it is.
  const noted = /asset\.([0-9a-f]{64})/.exec(JSON.stringify(resource.raw.Metadata ?? null))?.[1];
  if (noted !== undefined && noted !== hash) yield `is another asset than the one that its metadata names, ${noted}`;
}

/**
 * Functions that run the code of another part. The same part of two agents has one code; a connector's contains its tools, so no two
 * connectors of an agent have the same.
 */
function sharedCode(parts: RuntimeParts, functions: readonly (readonly [Resource, Part])[]): string[] {
  const byKey = new Map<string, [Resource, Part][]>();
  for (const [resource, part] of functions) {
    for (const { value } of resource.property('Code')) {
      const key = memberOf(value, 'S3Key');
      if (typeof key === 'string') byKey.set(key, [...(byKey.get(key) ?? []), [resource, part]]);
    }
  }
  return [...byKey.values()].flatMap((sharing) =>
    sharing.flatMap(([resource, part], i) => {
      const [other] = sharing.slice(0, i).find(([each, { kind, agentId }]) => {
        const isOfAgent = agentId === part.agentId && haveOneState(parts, each, resource);
        return kind !== part.kind || (/connector$/.test(kind) && isOfAgent);
      }) ?? [undefined];
      return other === undefined
        ? []
        : [`${resource.path}, the ${part.label}: its code is that of ${other.path}, which is another part`];
    }),
  );
}

/** Accounts in the names of buckets with code. */
function accountsOf(functions: readonly Resource[]): ReadonlySet<string> {
  return new Set(
    functions
      .flatMap((each) => each.property('Code', 'S3Bucket'))
      .map(({ value }) => /\d{12}|\$\{AWS::AccountId\}/.exec(describe(value))?.[0] ?? ''),
  );
}

function* placeFaults(assembly: Assembly, resource: Resource): Generator<Fault> {
  for (const { value } of resource.property('Role')) {
    if (identityPoliciesOf(assembly).roleOf(value) === undefined) {
      yield { resource, message: `can't be proven: its role ${describe(value)} isn't in the templates` };
    }
  }
  for (const { value } of resource.items('VpcConfig', 'SecurityGroupIds')) {
    if (assembly.find(value)?.type !== 'AWS::EC2::SecurityGroup') {
      yield { resource, message: `can't be proven: its security group ${describe(value)} isn't in the templates` };
    }
  }
}
