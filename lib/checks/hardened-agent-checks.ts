import * as path from 'node:path';
import {
  AspectPriority,
  Aspects,
  CfnResource,
  type IAspect,
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  NestedStack,
  type PolicyValidationPluginReport,
  type PolicyViolation,
  Stack,
  Validations,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ACKNOWLEDGEMENTS_KEY } from '../private/metadata-keys';
import { CONSTRUCT } from '../private/props/cdk-shapes';
import { checkArguments } from '../private/props/check';
import { Assembly, type StackFile } from '../template';
import type { Acknowledgement } from './acknowledgement';
import { checkAssembly, fails, UNUSED_ACKNOWLEDGEMENT } from './check-assembly';
import type { Finding } from './rule';
import { RULES } from './rules';
import { readable } from './rules/template/readable';

/** Name of the plugin, and prefix of its ids in `Validations.of(x).acknowledge({ id: 'HardenedAgentChecks::…' })`. */
const NAME = 'HardenedAgentChecks';

/**
 * Checks the protections around an agent on the final templates, after aspects, escape hatches and property overrides. A
 * finding fails `cdk synth`. A value that the template doesn't tell is a finding, never a pass.
 *
 * ```ts
 * Validations.of(app).addPlugins(new HardenedAgentChecks(app));
 * ```
 *
 * To lower one guard, acknowledge it on the narrowest construct, with a reason:
 *
 * ```ts
 * Validations.of(role).acknowledge({ id: 'HardenedAgentChecks::LeastPrivilegeOwnRole', reason: '…' });
 * ```
 *
 * The acknowledgement is written into the Metadata of every resource that it covers, so it is deployed with the stack, and
 * `hardened-agent check cdk.out` lists it. An acknowledgement without a reason is refused. Rules of severity `fatal`
 * (isolation, the gate, the ledger's lock) can't be acknowledged. An acknowledgement without a finding is a warning.
 */
export class HardenedAgentChecks implements IPolicyValidationPlugin {
  /** Name in reports, and prefix of the ids to acknowledge. */
  public readonly name: string = NAME;
  /** Ids of the rules. */
  public readonly ruleIds?: string[] = RULES.map(({ id }) => id);

  /**
   * @param scope the App or Stage to check: the one to which the plugin is added
   */
  constructor(scope: IConstruct) {
    checkArguments('new HardenedAgentChecks(scope)', { scope: [CONSTRUCT, scope] });
    Aspects.of(scope).add(new TrailWriter(), { priority: AspectPriority.READONLY });
  }

  /** Called by CDK at the end of synthesis. */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const files = context.stackTemplates.map(
      ({ templatePath, accountId, region }): StackFile => ({
        file: templatePath,
        source: { account: accountId, region },
      }),
    );
    const root = files.reduce(
      (at, { file }) => commonFolder(at, path.dirname(file)),
      path.dirname(files[0]?.file ?? '.'),
    );
    const result = checkAssembly(Assembly.ofFiles(root, files));
    // CDK finds the acknowledgement of a template's finding by the stack's path.
    const stacks = new Map(
      context.stackTemplates.map((stack) => [path.relative(root, stack.templatePath), stack.stackConstructPath]),
    );
    return {
      success: !fails(result),
      // CDK removes the acknowledged ones and writes them, with their reasons, into validation-report.json.
      violations: [...result.findings, ...result.acknowledged].map((finding) =>
        toViolation(root, finding, stacks.get(finding.template)),
      ),
    };
  }
}

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (folder !== path.dirname(folder) && path.relative(folder, b).startsWith('..')) folder = path.dirname(folder);
  return folder;
}

function toViolation(root: string, finding: Finding, stack = ''): PolicyViolation {
  const resource =
    finding.resource === ''
      ? { locations: [finding.property], constructPath: stack }
      : {
          resourceLogicalId: finding.resource,
          templatePath: path.join(root, finding.template),
          locations: [finding.property],
        };
  return {
    ruleName: finding.ruleId,
    description: finding.message,
    fix: finding.fix,
    severity: finding.severity,
    violatingResources: [resource],
  };
}

/**
 * Writes acknowledgements into the Metadata of the resources, where the rules and the command line read them. Also names each
 * nested stack's template there, which CDK does only when its command line asks for it.
 */
class TrailWriter implements IAspect {
  public visit(node: IConstruct): void {
    if (NestedStack.isNestedStack(node)) {
      node.nestedStackResource?.addMetadata('aws:asset:path', node.templateFile);
    }
    if (Stack.isStack(node)) answerForTemplate(node);
    if (!CfnResource.isCfnResource(node)) return;
    const trail = acknowledgementsOn(node, node.getMetadata(ACKNOWLEDGEMENTS_KEY));
    if (trail.length > 0) node.addMetadata(ACKNOWLEDGEMENTS_KEY, trail);
  }
}

/** Writes what was acknowledged of the template itself, such as a macro, into the template's metadata. */
function answerForTemplate(stack: Stack): void {
  const { metadata } = stack.templateOptions;
  const trail = acknowledgementsOn(stack, metadata?.[ACKNOWLEDGEMENTS_KEY]).filter(
    ({ id }) => id.split('[')[0] === readable.id,
  );
  if (trail.length > 0) stack.templateOptions.metadata = { ...metadata, [ACKNOWLEDGEMENTS_KEY]: trail };
}

/**
 * Acknowledgements of these rules on a resource or stack, and on the constructs around it. Of one id, the nearest counts.
 *
 * @param written what its metadata has already
 */
function acknowledgementsOn(resource: IConstruct, written: unknown): Acknowledgement[] {
  const trail = new Map<string, Acknowledgement>();
  const add = (scope: IConstruct, id: string, reason: string): void => {
    if (!isOurs(id) || trail.has(id)) return;
    trail.set(id, { id, reason, at: scope.node.path });
    const native = `${NAME}::${id}`;
    // CDK doesn't match an id without the prefix, or one written by hand, with this plugin.
    if (!saidOn(scope).some(([said]) => said === native)) Validations.of(scope).acknowledge({ id: native, reason });
  };
  for (const { id, reason } of Array.isArray(written) ? (written as Acknowledgement[]) : []) add(resource, id, reason);
  for (const scope of [...resource.node.scopes].reverse()) {
    // CDK adds `annotation::` to an id without a prefix.
    for (const [said, reason] of saidOn(scope)) add(scope, said.replace(PREFIX, ''), reason);
  }
  return [...trail.values()];
}

const PREFIX = new RegExp(`^(annotation|${NAME})::`, 'i');

/** Everything acknowledged on a construct: the id as CDK stores it, and the reason. */
function saidOn(scope: IConstruct): [string, string][] {
  return scope.node.metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries((data ?? {}) as { [id: string]: string }));
}

function isOurs(id: string): boolean {
  const [rule] = id.split('[');
  return rule === UNUSED_ACKNOWLEDGEMENT || RULES.some((known) => known.id === rule);
}
