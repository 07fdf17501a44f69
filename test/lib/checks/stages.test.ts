import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, CfnResource, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import { checkAssembly } from '../../../lib/checks/check-assembly';
import { HardenedAgentChecks } from '../../../lib/checks/hardened-agent-checks';
import { Assembly } from '../../../lib/template';

process.env.CDK_VALIDATION = 'false';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newApp(): App {
  const outdir = mkdtempSync(path.join(tmpdir(), 'stages-'));
  folders.push(outdir);
  // The CDK CLI sets this context.
  const context = { 'aws:cdk:enable-path-metadata': true };
  return new App({ builtinCloudFormationValidation: false, outdir, context });
}

const addChecks = (scope: Stage) => Validations.of(scope).addPlugins(new HardenedAgentChecks(scope));

/** A secret that everyone may read: breaks SecretsOneReader, which can be acknowledged. */
const openSecret = (scope: Construct, id = 'Secret') =>
  new CfnResource(scope, id, { type: 'AWS::SecretsManager::Secret' });
const star = (scope: Construct) =>
  new iam.Policy(scope, 'Star', {
    roles: [new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') })],
    statements: [new iam.PolicyStatement({ actions: ['*'], resources: ['*'] })],
  });
const ACK = { id: 'HardenedAgentChecks::SecretsOneReader', reason: 'Read by two: a test' };

/** `rule path` of each finding; with `-` before it, if it is acknowledged. */
interface Result {
  readonly passes: boolean;
  readonly findings: string[];
}

interface Violation {
  readonly ruleName: string;
  readonly severity: string;
  readonly violatingConstructs: { constructPath?: string }[];
}

/** What CDK reports and stops for. */
function byPlugin(app: App): Result {
  let passes = true;
  const silent = jest.spyOn(console, 'error').mockImplementation(() => {});
  try {
    app.synth();
  } catch (error) {
    passes = false;
    expect((error as Error).message).toContain('validation-report.json');
  } finally {
    silent.mockRestore();
  }
  const { pluginReports } = readReport(app);
  const linesOf = (violations: Violation[] = [], mark = '') =>
    violations.map(({ ruleName, violatingConstructs: [place] }) => `${mark}${ruleName} ${place?.constructPath ?? ''}`);
  return {
    passes,
    findings: pluginReports
      .flatMap((report) => [...linesOf(report.violations), ...linesOf(report.suppressedViolations, '-')])
      .sort(),
  };
}

function readReport(app: App): { pluginReports: { violations: Violation[]; suppressedViolations?: Violation[] }[] } {
  try {
    return JSON.parse(readFileSync(path.join(app.outdir, 'validation-report.json'), 'utf8'));
  } catch {
    return { pluginReports: [] };
  }
}

/** What `hardened-agent check` says of the same output. */
function byCommand(folder: string): Result {
  const { findings, acknowledged } = checkAssembly(Assembly.load(folder));
  return {
    passes: findings.every(({ severity }) => severity === 'warning'),
    findings: [
      ...findings.map((finding) => `${finding.ruleId} ${finding.path}`),
      ...acknowledged.map((finding) => `-${finding.ruleId} ${finding.path}`),
    ].sort(),
  };
}

const FILLINGS: Record<string, (scope: Construct) => void> = {
  'a role with every right': (scope) => void star(new Stack(scope, 'S')),
  'an acknowledged finding': (scope) => Validations.of(openSecret(new Stack(scope, 'S'))).acknowledge(ACK),
  'one acknowledged without the prefix': (scope) =>
    Validations.of(openSecret(new Stack(scope, 'S'))).acknowledge({ ...ACK, id: 'SecretsOneReader' }),
  'one acknowledged on the stack, and in a nested stack': (scope) => {
    const stack = new Stack(scope, 'S');
    Validations.of(stack).acknowledge(ACK);
    openSecret(stack);
    openSecret(new NestedStack(stack, 'Nested'));
  },
  'one acknowledged on the app': (scope) => {
    openSecret(new Stack(scope, 'S'));
    Validations.of(scope.node.root).acknowledge(ACK);
  },
  'one acknowledged without a reason': (scope) =>
    Validations.of(openSecret(new Stack(scope, 'S'))).acknowledge({ ...ACK, reason: '' }),
  'an acknowledgement without a finding': (scope) =>
    Validations.of(new CfnResource(new Stack(scope, 'S'), 'Topic', { type: 'AWS::SNS::Topic' })).acknowledge(ACK),
  'one of two acknowledged': (scope) => {
    Validations.of(openSecret(new Stack(scope, 'S'))).acknowledge(ACK);
    openSecret(new Stack(scope, 'T'));
  },
  nothing: (scope) => void new CfnResource(new Stack(scope, 'S'), 'Topic', { type: 'AWS::SNS::Topic' }),
};

describe.each(Object.entries(FILLINGS))('%s', (_, fill) => {
  const plain = (() => {
    let result: Result | undefined;
    return () => {
      if (result !== undefined) return result;
      const app = newApp();
      fill(app);
      addChecks(app);
      result = byPlugin(app);
      expect(byCommand(app.outdir)).toEqual(result);
      return result;
    };
  })();

  const STAGED: Record<string, [string[], (app: App) => void]> = {
    'in a stage': [['Prod'], (app) => fill(new Stage(app, 'Prod'))],
    'in a stage of a stage': [['Outer/Inner'], (app) => fill(new Stage(new Stage(app, 'Outer'), 'Inner'))],
    'in two stages with the same stacks': [
      ['Test', 'Prod'],
      (app) => {
        fill(new Stage(app, 'Test'));
        fill(new Stage(app, 'Prod'));
      },
    ],
    'in a stage in a stack': [['Pipeline/Prod'], (app) => fill(new Stage(new Stack(app, 'Pipeline'), 'Prod'))],
    'in a stage, and outside': [
      ['Prod', ''],
      (app) => {
        fill(new Stage(app, 'Prod'));
        fill(app);
      },
    ],
  };
  describe.each(Object.entries(STAGED))('%s', (_where, [stages, build]) => {
    test.each(['last', 'first'])('gives the same in plugin and command, with the checks made %s', (order) => {
      const app = newApp();
      if (order === 'first') addChecks(app);
      build(app);
      if (order === 'last') addChecks(app);
      const result = byPlugin(app);
      expect(byCommand(app.outdir)).toEqual(result);
      const { passes, findings } = plain();
      expect(result.passes).toBe(passes);
      const moved = stages.flatMap((stage) =>
        findings.map((line) => (stage === '' ? line : line.replace(/ (?=[^ ]*$)/, ` ${stage}/`))),
      );
      expect(result.findings).toEqual(moved.sort());
    });
  });

  test('checks that are added to the stage say the same', () => {
    const app = newApp();
    const stage = new Stage(app, 'Prod');
    addChecks(stage);
    fill(stage);
    new Stack(app, 'Beside');
    openSecret(new Stack(app, 'Unchecked'));
    const result = byPlugin(app);
    expect(byCommand(stage.outdir)).toEqual(result);
  });
});

describe('CDK Pipelines synthesizes a stage as soon as it is added', () => {
  function pipelineIn(app: App): { stack: Stack; pipeline: CodePipeline } {
    const stack = new Stack(app, 'Pipeline');
    const repository = codecommit.Repository.fromRepositoryName(stack, 'Repository', 'agent');
    const synth = new ShellStep('Synth', {
      input: CodePipelineSource.codeCommit(repository, 'main'),
      commands: ['npx cdk synth'],
    });
    return { stack, pipeline: new CodePipeline(stack, 'Delivery', { synth }) };
  }
  const inStage = ({ findings }: Result) => findings.filter((line) => line.includes('Pipeline/Prod/'));

  test.each(['last', 'first'])('an acknowledgement that isn’t in the template doesn’t count, checks %s', (order) => {
    const app = newApp();
    if (order === 'first') addChecks(app);
    const { stack, pipeline } = pipelineIn(app);
    const stage = new Stage(stack, 'Prod');
    Validations.of(openSecret(new Stack(stage, 'S'))).acknowledge(ACK);
    pipeline.addStage(stage);
    if (order === 'last') addChecks(app);
    const result = byPlugin(app);
    expect(inStage(result)).toEqual(['SecretsOneReader Pipeline/Prod/S/Secret']);
    expect(inStage(byCommand(app.outdir))).toEqual(inStage(result));
    expect(result.passes).toBe(false);
    expect(JSON.stringify(readReport(app))).toContain('write `new HardenedAgentChecks(this)` at the end');
  });

  test('a stage that adds the checks itself is checked without its pipeline', () => {
    class AgentStage extends Stage {
      constructor(scope: Construct, fault: boolean) {
        super(scope, 'Prod');
        const stack = new Stack(this, 'S');
        Validations.of(openSecret(stack)).acknowledge(ACK);
        if (fault) star(stack);
        addChecks(this);
      }
    }
    for (const fault of [false, true]) {
      const app = newApp();
      const { stack, pipeline } = pipelineIn(app);
      const stage = new AgentStage(stack, fault);
      pipeline.addStage(stage);
      const result = byPlugin(app);
      expect(result.findings).toContain('-SecretsOneReader Pipeline/Prod/S/Secret');
      expect(result.findings.filter((line) => !line.startsWith('-')).length > 0).toBe(fault);
      expect(result.passes).toBe(!fault);
      expect(byCommand(stage.outdir)).toEqual(result);
    }
  });
});

test('checks that fail are a violation: the CDK CLI takes a plugin that throws for one that found nothing', () => {
  const app = newApp();
  const stack = new Stack(app, 'S');
  const { success, violations } = new HardenedAgentChecks(app).validate({
    appConstruct: app,
    templatePaths: [],
    stackTemplates: [
      { stackConstructPath: 'S', templatePath: '/nowhere/S.template.json', accountId: undefined, region: undefined },
    ],
  });
  expect(stack.stackName).toBe('S');
  expect(success).toBe(false);
  expect(violations).toMatchObject([{ ruleName: 'NotChecked', severity: 'fatal', violatingResources: [] }]);
});
