import { type Assembly, describe, type Resource } from '../../../template';
import { AGENT_BEFORE_GATE } from '../../examples/agent-before-gate';
import { guardingFunctionsOf } from '../../facts/behind-the-gate';
import { codeSandboxesOf } from '../../facts/code-sandboxes';
import { variablesOf } from '../../facts/variables';
import { bucketFault } from '../../judge/code-origin';
import { assumed, complaint } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Environment variables that make a runtime load other code before the function's own. */
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

/** The functions that decide and run calls contain only their own code. */
export const ownCode: Rule = {
  id: 'GateOwnCode',
  pillar: 'gate',
  severity: 'error',
  holds:
    'The functions that decide a model caller’s calls, run them, or run a model’s code, run only the code of their own package, from this account: no layer, file system or start option adds code.',
  source:
    'Lambda Developer Guide, "Managing Lambda dependencies with layers" and "Modifying the runtime environment"; NIST SP 800-53 CM-7(5), SI-7(15); MITRE ATT&CK T1574.006, T1525',
  fix: 'Put the code into the function’s own asset. If you need a layer, such as an observability extension, acknowledge that layer and say who publishes it.',
  lists: ['ASI04', 'LLM03:2025', 'MCP04:2025', 'NIST SP 800-53 CM-7(5)', 'NIST SP 800-53 SI-7'],
  insecure: template('"arn:aws:lambda:eu-west-1:999999999999:layer:extension:1"'),
  secure: template('!Ref Layer'),
  *check(assembly) {
    const sandboxes = codeSandboxesOf(assembly).map(({ code }) => code);
    for (const workload of new Set([...guardingFunctionsOf(assembly).keys(), ...sandboxes])) {
      yield* layersOf(assembly, workload);
      for (const { where, assuming } of workload.items('FileSystemConfigs')) {
        const message = assumed('a file system is mounted: others may write code or data to it', assuming);
        yield { resource: workload, property: workload.below(where), message, detail: 'FileSystem' };
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
    const own = assembly.find(value);
    const message =
      own?.type === 'AWS::Lambda::LayerVersion'
        ? layerFault(assembly, own)
        : complaint(value, () => `the layer ${describe(value)} runs in it, but isn't part of this app`);
    if (message === undefined) continue;
    yield {
      resource: workload,
      property: workload.below(where),
      message: assumed(message, assuming),
      detail: `Layer::${describe(value)}`,
    };
  }
}

/** A layer of the app is part of its code only where nobody else can replace its file. */
function layerFault(assembly: Assembly, layer: Resource): string | undefined {
  for (const { value } of layer.property('Content', 'S3Bucket')) {
    const fault = bucketFault(assembly, value);
    if (fault !== undefined) return `${fault}, of the layer ${layer.path}`;
  }
  return undefined;
}

function* startersOf(workload: Resource): Generator<Offence> {
  for (const { name, value, property, assuming } of variablesOf(workload)) {
    const pattern = Object.hasOwn(STARTERS, name) ? STARTERS[name] : undefined;
    if (pattern === undefined || value === undefined) continue;
    const message = complaint(value, () =>
      pattern.test(describe(value)) ? assumed('makes the runtime load other code first', assuming) : undefined,
    );
    if (message !== undefined) yield { resource: workload, property, message, detail: name };
  }
}

/** The smallest app that the rule speaks of. */
function template(differing: string): string {
  return `${AGENT_BEFORE_GATE}  Gate:
    Type: AWS::Lambda::Function
    Properties: { Layers: [${differing}] }
  Layer:
    Type: AWS::Lambda::LayerVersion
    Properties: { Content: { S3Bucket: !Ref Code, S3Key: layer.zip } }
  Code: { Type: AWS::S3::Bucket }
`;
}
