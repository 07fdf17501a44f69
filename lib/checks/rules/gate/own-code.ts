import { type Assembly, describe, isObject, piecesOf, type Resource, Unresolved, type Value } from '../../../template';
import { guardingFunctionsOf } from '../../facts/behind-the-gate';
import { assumed, belowResource, unproven } from '../../judge/branches';
import type { Offence, Rule } from '../../rule';

/** Options by which a runtime loads other code before the function's own. */
const STARTERS: { readonly [variable: string]: RegExp } = {
  NODE_OPTIONS: /(^|\s)(-r|--require|--import|--loader|--experimental-loader)\b/,
  JAVA_TOOL_OPTIONS: /-javaagent|-agentlib|-agentpath/,
  AWS_LAMBDA_EXEC_WRAPPER: /./,
  LD_PRELOAD: /./,
  NODE_PATH: /./,
  PYTHONPATH: /./,
  PYTHONSTARTUP: /./,
  BASH_ENV: /./,
};

/** What decides, and what acts on decisions, runs nothing that was brought in from beside it. */
export const ownCode: Rule = {
  id: 'GateOwnCode',
  pillar: 'gate',
  severity: 'error',
  holds:
    'The functions that decide on a model caller’s calls, or act on them, run the code of their own package, from this account: no layer, file system or start option brings in more.',
  source:
    'Lambda Developer Guide, "Managing Lambda dependencies with layers" and "Modifying the runtime environment"; NIST SP 800-53 CM-7(5), SI-7(15); MITRE ATT&CK T1574.006, T1525',
  fix: 'Put the code into the function’s own asset. Where a layer is meant, such as an observability extension, acknowledge that one with who publishes it.',
  *check(assembly) {
    for (const workload of guardingFunctionsOf(assembly).keys()) {
      yield* layersOf(assembly, workload);
      for (const { where, assuming } of workload.items('FileSystemConfigs')) {
        const message = assumed('a file system is mounted: others may put code or data there', assuming);
        yield { resource: workload, property: belowResource(workload, where), message, detail: 'FileSystem' };
      }
      yield* startersOf(workload);
      for (const { value, assuming } of workload.property('Code', 'S3Bucket')) {
        const message = bucketFault(assembly, value);
        if (message === undefined) continue;
        const property = 'Properties.Code.S3Bucket';
        yield { resource: workload, property, message: assumed(message, assuming), detail: `Code::${describe(value)}` };
      }
    }
  },
};

function* layersOf(assembly: Assembly, workload: Resource): Generator<Offence> {
  for (const { value, where, assuming } of workload.items('Layers')) {
    if (assembly.find(value)?.type === 'AWS::Lambda::LayerVersion') continue;
    const message =
      value instanceof Unresolved ? unproven(value) : `${describe(value)} runs in it, and isn't of this app`;
    yield {
      resource: workload,
      property: belowResource(workload, where),
      message: assumed(message, assuming),
      detail: `Layer::${describe(value)}`,
    };
  }
}

function* startersOf(workload: Resource): Generator<Offence> {
  for (const { value: variables, assuming } of workload.property('Environment', 'Variables')) {
    for (const [name, value] of isObject(variables) ? Object.entries(variables) : []) {
      const pattern = Object.hasOwn(STARTERS, name) ? STARTERS[name] : undefined;
      if (pattern === undefined || value === undefined) continue;
      const property = `Properties.Environment.Variables.${name}`;
      if (value instanceof Unresolved) yield { resource: workload, property, message: unproven(value), detail: name };
      else if (pattern.test(describe(value))) {
        const message = assumed('makes the runtime load other code first', assuming);
        yield { resource: workload, property, message, detail: name };
      }
    }
  }
}

/** Names of buckets are taken by whoever comes first: one that doesn't say the account may be anybody's. */
function bucketFault(assembly: Assembly, bucket: Value): string | undefined {
  if (bucket === undefined || assembly.find(bucket) !== undefined) return undefined;
  if (bucket instanceof Unresolved) return unproven(bucket);
  const text = describe(bucket);
  const ofAccount = /\d{12}|\$\{AWS::AccountId\}/.test(text) && piecesOf(bucket) !== undefined;
  return ofAccount ? undefined : `can't be proven: whose bucket ${text} is that the code comes from`;
}
