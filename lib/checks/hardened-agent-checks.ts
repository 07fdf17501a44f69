import * as path from 'node:path';
import {
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  type PolicyValidationPluginReport,
  type PolicyViolation,
  Stage,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { CHECKS_NAME, keepTrail, keepTrailOfLaterStages, stagesWithoutTrail } from '../private/acknowledgement-trail';
import { CONSTRUCT } from '../private/props/cdk-shapes';
import { checkArguments } from '../private/props/check';
import { Assembly, stackFilesIn } from '../template';
import { checkAssembly, fails } from './check-assembly';
import type { Finding } from './rule';
import { RULES } from './rules';

/**
 * Checks the protections around an agent on the final templates, after aspects, escape hatches and property overrides. A
 * finding fails `cdk synth`. A value that the template doesn't tell is a finding, never a pass.
 *
 * ```ts
 * Validations.of(app).addPlugins(new HardenedAgentChecks(app));
 * ```
 *
 * It covers the stages of the app. In CDK Pipelines, add it to each stage, at the end of the stage's constructor.
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
  public readonly name: string = CHECKS_NAME;
  /** Ids of the rules. */
  public readonly ruleIds?: string[] = RULES.map(({ id }) => id);

  /**
   * @param scope the App or Stage to check: the one to which the plugin is added
   */
  constructor(scope: IConstruct) {
    checkArguments('new HardenedAgentChecks(scope)', { scope: [CONSTRUCT, scope] });
    // Packs of cdk-nag 2 were aspects. CDK calls this of an aspect, and else says that it isn't a function.
    Object.defineProperty(this, 'visit', { value: refuseAspect });
    keepTrail(scope);
    const stage = stageOf(scope);
    if (stage !== undefined) keepTrailOfLaterStages(stage);
  }

  /** Called by CDK at the end of synthesis. */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    try {
      return this.reportOn(context);
    } catch (error) {
      // The CDK CLI takes a plugin that throws for one that found nothing.
      const description = `the checks failed: ${(error as Error).message}`;
      return {
        success: false,
        violations: [{ ruleName: NOT_CHECKED, description, severity: 'fatal', violatingResources: [] }],
      };
    }
  }

  private reportOn(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const root = path.resolve(stageOf(context.appConstruct)?.outdir ?? '.');
    const stacks = new Map(context.stackTemplates.map((stack) => [path.resolve(stack.templatePath), stack]));
    // As the command line reads them, so that both say the same.
    const files = stackFilesIn(root).filter(({ file }) => stacks.has(file));
    if (files.length < stacks.size) throw new Error(`${root} lacks a stack of ${[...stacks.keys()].join(', ')}`);
    const result = checkAssembly(Assembly.ofFiles(root, files, { keysAreUnique: true }));
    const places = new Places(context.appConstruct, root);
    // CDK finds the acknowledgement of a template's finding by the stack's path.
    const stackPathOf = ({ template }: Finding) => stacks.get(path.join(root, template))?.stackConstructPath;
    return {
      success: !fails(result),
      violations: [
        ...result.findings.map((finding) =>
          toViolation(places.told(finding), places.seen(finding, stackPathOf(finding))),
        ),
        // CDK removes these and writes them, with their reasons, into validation-report.json.
        ...result.acknowledged.map((finding) => toViolation(finding, [places.of(finding, stackPathOf(finding))])),
      ],
    };
  }
}

function refuseAspect(): never {
  throw new Error(
    'HardenedAgentChecks is a validation plugin and no aspect. Write Validations.of(app).addPlugins(new HardenedAgentChecks(app)), and remove it from Aspects.',
  );
}

/** Rule id of the violation that says that the rules didn't run. */
const NOT_CHECKED = 'NotChecked';

/** The stage that a construct is, or is in. */
function stageOf(construct: IConstruct): Stage | undefined {
  return Stage.isStage(construct) ? construct : Stage.of(construct);
}

type Place = PolicyViolation['violatingResources'][number];

/** Says of findings where they are, such that neither CDK nor its command line loses one. */
class Places {
  /** By the folder of a stage without a trail: what was acknowledged in it. */
  private readonly unwritten: ReadonlyMap<string, { stage: Stage; ids: string[] }>;

  constructor(
    app: IConstruct,
    private readonly root: string,
  ) {
    this.unwritten = new Map(stagesWithoutTrail(app).map((each) => [path.resolve(each.stage.outdir), each]));
  }

  /**
   * CDK suppresses what is acknowledged, also where the template doesn't say so and `hardened-agent check` reports it. A fatal
   * finding isn't suppressed.
   */
  public told(finding: Finding): Finding {
    const unwritten = this.unwritten.get(path.dirname(this.fileOf(finding)));
    if (unwritten === undefined || !unwritten.ids.includes(finding.ruleId)) return finding;
    const where = unwritten.stage.node.path;
    const message = `${finding.message} (it may be acknowledged, but the stage ${where} was synthesized before the acknowledgement could be written into its template)`;
    const fix = `${finding.fix} Or let the acknowledgement count: write \`new HardenedAgentChecks(this)\` at the end of the constructor of the stage ${where}.`;
    return { ...finding, severity: 'fatal', message, fix };
  }

  public of(finding: Finding, stack = ''): Place {
    const locations = [finding.property];
    if (finding.resource === '') return { locations, constructPath: stack };
    return { locations, resourceLogicalId: finding.resource, templatePath: this.fileOf(finding) };
  }

  /** One without the path of a construct is always printed. CDK looks the path up by the logical id. */
  public seen(finding: Finding, stack?: string): Place[] {
    const place = this.of(finding, stack);
    const templatePath = this.fileOf(finding);
    return this.isLeftOutByCommandLine(templatePath)
      ? [place, { locations: place.locations, resourceLogicalId: finding.path, templatePath }]
      : [place];
  }

  private fileOf({ template }: Finding): string {
    return path.join(this.root, template);
  }

  /**
   * The CDK CLI prints, and fails for, the findings of the stacks that it works on. Those are the stacks outside stages and,
   * unless its option `validation` is off, those synthesized with `validateOnSynthesis`. It passes that option on.
   */
  private isLeftOutByCommandLine(templatePath: string): boolean {
    return process.env.CDK_VALIDATION === 'false' && path.dirname(templatePath) !== this.root;
  }
}

function toViolation(finding: Finding, violatingResources: Place[]): PolicyViolation {
  return {
    ruleName: finding.ruleId,
    description: finding.message,
    fix: finding.fix,
    severity: finding.severity,
    violatingResources,
  };
}
