import {
  AspectPriority,
  Aspects,
  CfnResource,
  type IAspect,
  NestedStack,
  Stack,
  Stage,
  Validations,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { readId, writtenId } from './acknowledged-id';
import { ACKNOWLEDGEMENTS_KEY } from './metadata-keys';

/** Name of the plugin, and prefix of its ids in `Validations.of(x).acknowledge({ id: 'HardenedAgentChecks::…' })`. */
export const CHECKS_NAME = 'HardenedAgentChecks';

/** An entry of the trail, as it is in a resource's metadata. */
interface Entry {
  readonly id: string;
  readonly reason: string;
  /** The last day on which it counts, YYYY-MM-DD. */
  readonly until?: string;
  readonly at: string;
}

/** CDK's acknowledgements have no day on which they end, so it stands at the end of the reason. */
const UNTIL = /\s*\(until ([^()]*)\)\s*$/;

/**
 * Writes acknowledgements into the templates of a construct and of every stage in it. An aspect doesn't cross from an app into
 * its stages, so each stage gets one of its own.
 * @internal
 */
export function keepTrail(scope: IConstruct): void {
  addWriter(scope);
  for (const stage of stagesIn(scope)) addWriter(stage);
}

/** The stages in a construct, itself included. A large app has ten thousands of constructs, so this makes no list of them. */
function stagesIn(construct: IConstruct, found: Stage[] = []): Stage[] {
  if (Stage.isStage(construct)) found.push(construct);
  for (const child of construct.node.children) stagesIn(child, found);
  return found;
}

/**
 * Writes acknowledgements into the templates of the stage that a construct is in. CDK Pipelines synthesizes a stage as soon as
 * it is added to the pipeline, often before the app makes its checks.
 * @internal
 */
export function keepTrailAround(construct: IConstruct): void {
  const stage = Stage.of(construct);
  if (stage !== undefined) addWriter(stage);
}

/**
 * Covers also the stages that are made later. CDK calls nothing of an app before it synthesizes the app's stages, so this goes
 * before the app's own `synth`. It also has the CDK CLI judge the findings in stages, which it leaves out otherwise.
 * @internal
 */
export function keepTrailOfLaterStages(stage: Stage): void {
  const synth = stage.synth.bind(stage);
  // In an app written in another language, a class that overrides `synth` has fixed it.
  if (Object.getOwnPropertyDescriptor(stage, 'synth')?.writable === false) return;
  stage.synth = (options) => {
    keepTrail(stage);
    return synth({ ...options, validateOnSynthesis: true });
  };
}

function addWriter(scope: IConstruct): void {
  const aspects = Aspects.of(scope);
  if (aspects.all.some((aspect) => aspect instanceof TrailWriter)) return;
  aspects.add(new TrailWriter(), { priority: AspectPriority.READONLY });
}

/** Stages whose templates have their acknowledgements. */
const KEPT = new WeakSet<Stage>();

/**
 * Stages below a construct that have acknowledgements which their templates don't tell, with the ids. They were synthesized
 * before anything asked for the trail.
 * @internal
 */
export function stagesWithoutTrail(root: IConstruct): { stage: Stage; ids: string[] }[] {
  const unwritten = stagesIn(root).filter((stage) => !KEPT.has(stage));
  return unwritten.map((stage) => {
    const said = [...stage.node.scopes, ...stage.node.findAll()].flatMap(saidOn);
    return { stage, ids: said.flatMap(([id]) => ruleOf(id) ?? []) };
  });
}

/**
 * Writes acknowledgements into the Metadata of the resources, where the rules and the command line read them. Also names each
 * nested stack's template there, which CDK does only when its command line asks for it.
 */
class TrailWriter implements IAspect {
  public visit(node: IConstruct): void {
    if (Stage.isStage(node)) KEPT.add(node);
    if (NestedStack.isNestedStack(node)) {
      node.nestedStackResource?.addMetadata('aws:asset:path', node.templateFile);
    }
    if (Stack.isStack(node)) answerForTemplate(node);
    if (!CfnResource.isCfnResource(node)) return;
    const trail = trailOf(node, node.getMetadata(ACKNOWLEDGEMENTS_KEY));
    if (trail.length > 0) node.addMetadata(ACKNOWLEDGEMENTS_KEY, trail);
  }
}

/** Writes what was acknowledged on a stack into the template's metadata too: some findings are the template's, such as a macro. */
function answerForTemplate(stack: Stack): void {
  const { metadata } = stack.templateOptions;
  const trail = trailOf(stack, metadata?.[ACKNOWLEDGEMENTS_KEY]);
  if (trail.length > 0) stack.templateOptions.metadata = { ...metadata, [ACKNOWLEDGEMENTS_KEY]: trail };
}

/**
 * Acknowledgements on a resource or stack, and on the constructs around it. Of one id, the nearest counts.
 *
 * @param written what its metadata has already
 */
function trailOf(resource: IConstruct, written: unknown): Entry[] {
  const trail = new Map<string, Entry>();
  const add = (scope: IConstruct, id: string, reason: string, at = scope.node.path, until?: string): void => {
    if (trail.has(id)) return;
    trail.set(id, { id: writtenId(id), ...endOf(reason, until), at });
    const native = `${CHECKS_NAME}::${id}`;
    const around = at === scope.node.path ? [scope] : resource.node.scopes;
    // CDK doesn't match an id without the prefix, or one written by hand, with this plugin.
    if (!around.some((construct) => saidOn(construct).some(([said]) => said === native))) {
      Validations.of(scope).acknowledge({ id: native, reason });
    }
  };
  for (const { id, reason, at, until } of Array.isArray(written) ? (written as Entry[]) : []) {
    add(resource, readId(id), reason, at, until);
  }
  for (const scope of [...resource.node.scopes].reverse()) {
    for (const [said, reason] of saidOn(scope)) {
      const id = ruleOf(said);
      if (id !== undefined) add(scope, id, reason);
    }
  }
  return [...trail.values()];
}

/** Whether a rule is acknowledged, with a reason, on a construct or around it. @internal */
export function isAcknowledged(construct: IConstruct, ruleId: string): boolean {
  return construct.node.scopes
    .flatMap(saidOn)
    .some(([said, reason]) => ruleOf(said) === ruleId && reason.trim() !== '');
}

/** The reason without the day on which the acknowledgement ends, and the day. */
function endOf(reason: string, until?: string): { reason: string; until?: string } {
  const day = until ?? UNTIL.exec(reason)?.[1];
  return day === undefined ? { reason } : { reason: reason.replace(UNTIL, ''), until: day };
}

/** The acknowledged id without a prefix; undefined when it isn't one of these rules. */
function ruleOf(said: string): string | undefined {
  const [, prefix = '', id = ''] = /^(?:(\w+)::)?(.*)$/s.exec(said) ?? [];
  if (isSame(prefix, CHECKS_NAME)) return id;
  // CDK adds `annotation::` to an id without a prefix.
  return isSame(prefix, 'annotation') && OWN_ID.test(id) ? id : undefined;
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** An id begins with its pillar. */
const OWN_ID = /^(Network|Sandbox|LeastPrivilege|Secrets|Gate|Audit|Template|Acknowledgement)[A-Z]\w*(\[|$)/;

/** Everything acknowledged on a construct: the id as CDK stores it, and the reason. */
function saidOn(scope: IConstruct): readonly (readonly [id: string, reason: string])[] {
  let said = NOTHING;
  // A loop, because each resource asks all constructs around it, and most say nothing.
  for (const { type, data } of scope.node.metadata) {
    if (type !== Validations.ACKNOWLEDGED_RULES_METADATA_KEY) continue;
    said = [...said, ...Object.entries((data ?? {}) as { [id: string]: string })];
  }
  return said;
}

const NOTHING: readonly (readonly [id: string, reason: string])[] = [];
