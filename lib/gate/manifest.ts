import { cedarSchemaFor } from '../../runtime/core/cedar/cedar-schema';
import type { PolicySetName } from '../../runtime/core/cedar/written-policies';
import {
  type JsonObject,
  type JsonValue,
  LOG_ONLY,
  MAX_CALL_BYTES,
  type Manifest,
  type ToolManifest,
} from '../../runtime/core/contracts';
import { schemaHash, sha256Hex } from '../../runtime/core/digest';
import type { ExecutorConfig, ExecutorTool } from '../../runtime/core/executor-config';
import { canonicalize } from '../../runtime/core/json/canonicalize';
import type { ApprovalRule } from '../approvals/approval-rule';
import type { Connector, Tool } from '../connectors/connector';
import { callLimit } from '../connectors/limit-problems';
import { type AddressBookEntry, OwnTargets } from '../connectors/target-options';
import type { ToolOptions } from '../connectors/tool-options';
import type { OidcUsers } from '../sandbox/oidc-users';
import { approvalRulesOf } from './approval-rules';
import { GateMode } from './gate-mode';
import { type Grants, type ToolPolicy, toolOfPolicies } from './grants';
import { probationManifest } from './probation';
import type { ProbationOptions } from './probation-options';

/** @internal */
export interface ManifestSettings {
  readonly approvalExpirySeconds: number;
  readonly maxDenialsPerSession: number;
  readonly maxCallsPerSession: number;
  readonly maxSentBytesPerSession?: number;
  readonly trustedDirectory?: string[];
  readonly addressBook?: AddressBookEntry[];
  readonly mode?: GateMode;
  readonly users?: OidcUsers;
  /** Who must approve, and by when. */
  readonly approvalRules?: readonly ApprovalRule[];
  /** Groups that approvers can prove to be in. */
  readonly approverGroups?: readonly string[];
  readonly maxWaitingRequests?: number;
  /** For tools without a probation of their own. */
  readonly probation?: ProbationOptions;
}

type PolicySets = Readonly<Record<PolicySetName, readonly ToolPolicy[]>>;

/** The schema that all policies of these connectors' tools are validated against. @internal */
export function cedarSchemaOf(connectors: readonly Connector[], users: OidcUsers | undefined): JsonObject {
  return cedarSchemaFor(connectors.flatMap(({ tools }) => tools).map(toolOfPolicies), users?._settings.claims);
}

/** What the gate enforces: tools, policies and the schema that policies are validated against. @internal */
export function buildManifest(connectors: readonly Connector[], grants: Grants, given: ManifestSettings): Manifest {
  const settings: Omit<Manifest, 'v' | 'policyVersion' | 'tools' | 'cedar'> = {
    approvalExpirySeconds: given.approvalExpirySeconds,
    maxDenialsPerSession: given.maxDenialsPerSession,
    maxCallsPerSession: given.maxCallsPerSession,
    ...(given.maxWaitingRequests === undefined ? {} : { maxWaitingRequests: given.maxWaitingRequests }),
    ...(given.maxSentBytesPerSession === undefined ? {} : { maxSentBytesPerSession: given.maxSentBytesPerSession }),
    ...(given.mode === GateMode.LOG_ONLY ? { mode: LOG_ONLY } : {}),
    ...(given.users ? { samePersonClaims: given.users._samePersonClaims } : {}),
    ...(given.trustedDirectory?.length ? { trustedDirectory: given.trustedDirectory } : {}),
    ...(given.addressBook?.length ? { addressBook: given.addressBook } : {}),
  };
  const schema = cedarSchemaOf(connectors, given.users);
  const ground = { tools: connectors.flatMap((connector) => connector.tools), schema };
  const sets = {
    deny: grants.policies('deny', ground),
    allow: grants.policies('allow', ground),
    ask: grants.policies('ask', ground),
  };
  const tools = ground.tools.map((tool) => toolManifest(tool, sets, given));
  const text = (policies: readonly ToolPolicy[]) => policies.map((policy) => policy.text).join('\n');
  const cedar = { deny: text(sets.deny), allow: text(sets.allow), ask: text(sets.ask), schema };
  const versions = tools.map((tool) => tool.policyVersion);
  return { v: 1, policyVersion: sha256Hex(canonicalize(versions)), tools, cedar, ...settings };
}

/** What a connector's executors know about its tools, with the manifest's hashes. @internal */
export function executorTools(connector: Connector, manifest: Manifest): ExecutorTool[] {
  return connector.tools.map((tool) => {
    const listed = manifest.tools.find((each) => each.name === tool.toolName);
    if (!listed)
      throw new Error(
        `${connector.node.path}: the tool "${tool.toolName}" is missing in the manifest; this is a bug of the library`,
      );
    return {
      name: listed.name,
      effect: listed.effect,
      schema: listed.schema,
      schemaHash: listed.schemaHash,
      policyVersion: listed.policyVersion,
      ...(listed.credentialName ? { credentialName: listed.credentialName } : {}),
      maxResultBytes: listed.limits.maxResultBytes,
      timeoutMs: listed.timeoutMs,
      ...tool._operation,
    };
  });
}

function toolManifest(tool: Tool, sets: PolicySets, settings: ManifestSettings): ToolManifest {
  const { connector, _options: options } = tool;
  const targets = targetsOf(options);
  const schema = options.input._document;
  const hash = schemaHash(schema);
  const own = (policies: readonly ToolPolicy[]) =>
    policies.filter((policy) => policy.tools.includes(tool.toolName)).map((policy) => policy.text);
  // What the tool does and where it sends: what a person learns about the tool, and approves.
  const identity = {
    schemaHash: hash,
    effect: tool.effect.name,
    description: options.description,
    connector: connector.node.id,
    target: asJson({ ...connector._settings(), ...credentialOf(tool), ...tool._operation }),
  };
  const tried = options.probation ?? settings.probation;
  const probation = tried && probationManifest(tried, sha256Hex(canonicalize(identity)));
  const limits = limitsOf(options);
  const rules = approvalRulesOf(tool, settings.approvalRules ?? []);
  const approvalRules = rules.length > 0 ? { approvalRules: rules } : {};
  const rule: JsonValue = {
    ...identity,
    ...asJson(targets),
    ...(targets.targets.length > 0 ? trustedForAll(settings) : {}),
    deny: own(sets.deny),
    allow: own(sets.allow),
    ask: own(sets.ask),
    approvalExpirySeconds: settings.approvalExpirySeconds,
    ...asJson(approvalRules),
    ...(probation ? { probation: { ...probation } } : {}),
    ...(options.output ? { output: options.output._document } : {}),
    ...(options.outbound ? { outbound: { ...options.outbound } } : {}),
    ...(JSON.parse(JSON.stringify(limits)) as JsonObject),
    ...(settings.mode === GateMode.LOG_ONLY ? { mode: LOG_ONLY } : {}),
  };
  return {
    name: tool.toolName,
    connector: connector.node.id,
    description: options.description,
    effect: tool.effect._name,
    schema,
    schemaHash: hash,
    descriptionHash: sha256Hex(options.description),
    ...credentialNameOf(tool),
    functionArnVariable: connector._functionArnVariableOf(tool),
    ...targets,
    trust: connector._trust,
    ...(tool._operation.aws?.operation === 's3:GetObjectVersion' ? { documents: true } : {}),
    ...(options.output ? { outputSchema: options.output._document } : {}),
    ...(options.outbound ? { outbound: { ...options.outbound } } : {}),
    limits: { maxArgumentBytes: MAX_CALL_BYTES, maxResultBytes: connector._maxResultBytes(tool) },
    timeoutMs: connector._timeoutMs(tool),
    ...limits,
    ...approvalRules,
    ...(probation ? { probation } : {}),
    policyVersion: sha256Hex(canonicalize(rule)),
  };
}

function credentialOf(tool: Tool): Pick<ExecutorConfig, 'credential'> {
  const credential = tool.connector._credentialOf(tool);
  return credential ? { credential: credential._http } : {};
}

function credentialNameOf(tool: Tool): Pick<ToolManifest, 'credentialName'> {
  const { credential } = credentialOf(tool);
  return credential ? { credentialName: credential.name } : {};
}

/** What a tool declares about its targets. */
function targetsOf({
  targets = [],
  trustedTargets = [],
  addressBook = [],
  ids = [],
  ownTargets,
}: ToolOptions): Pick<ToolManifest, 'targets' | 'trustedTargets' | 'own' | 'addressBook' | 'ids'> {
  return {
    targets: targets.map(({ _manifest }) => _manifest),
    ...(trustedTargets.length > 0 ? { trustedTargets } : {}),
    ...(ownTargets === OwnTargets.TRUSTED ? { own: 'trusted' } : {}),
    ...(addressBook.length > 0 ? { addressBook } : {}),
    ...(ids.length > 0 ? { ids } : {}),
  };
}

/** What is trusted for every tool with targets. */
function trustedForAll({ trustedDirectory = [], addressBook = [] }: ManifestSettings): JsonObject {
  return asJson({ trustedForAll: { directory: trustedDirectory, addressBook } });
}

function asJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

function limitsOf({ limits = [], input }: Tool['_options']): Pick<ToolManifest, 'callLimits'> {
  return limits.length > 0 ? { callLimits: limits.map((limit) => callLimit(limit, input._document)) } : {};
}
