import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RULES } from '../../../lib/checks/rules';
import { hardenedAgent } from '../hardened-agent-call';

const ROOT = path.join(__dirname, '../../..');
const BIN = path.join(ROOT, 'node_modules/.bin');
const folder = mkdtempSync(path.join(tmpdir(), 'cdk-synth-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Synthesis {
  readonly status: number | null;
  readonly text: string;
  readonly out: string;
}

/** Runs a command of a shell, such as `cdk synth`, with the real CDK CLI, in an app with what the words say. */
function shell(command: string, words: string, environment: Record<string, string> = {}): Synthesis {
  const out = mkdtempSync(path.join(folder, 'out-'));
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      HOME: folder,
      PATH: `${BIN}${path.delimiter}${process.env.PATH}`,
      CDK_APP: `tsx ${path.join(__dirname, 'staged-app.ts')}`,
      CDK_OUTPUT: out,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: 'true',
      // CDK's own review of templates takes ten times as long as their synthesis.
      CDK_VALIDATION: 'false',
      NO_COLOR: '1',
      WITH: words,
      ...environment,
    },
  });
  return { status, text: `${stdout}${stderr}`, out };
}

const STAR = /ERROR allows \*: a wildcard/;

test.each(['stage', 'stage checks-first'])('with "%s": a clean app passes, in plugin and command', async (words) => {
  const { status, text, out } = shell('cdk synth --quiet', words);
  expect({ status, text }).toMatchObject({ status: 0 });
  const check = await hardenedAgent(['check', out]);
  expect(check.out.at(-1)).toBe(`${RULES.length} rules: 0 findings, 0 warnings, 1 acknowledged.`);
  expect(check.code).toBe(0);
  expect((await hardenedAgent(['prove', out])).code).toBe(0);
});

test.each(['', 'stage'])('with "%s": an agent’s role with * on * fails both', async (words) => {
  const { status, text, out } = shell('cdk synth --quiet', `star ${words}`);
  expect({ status, text }).toMatchObject({ status: 1, text: expect.stringMatching(STAR) });
  expect(text).toMatch(words === '' ? /Support\/Agent\/AgentRole/ : /Prod\/Support\/Agent\/AgentRole/);
  expect((await hardenedAgent(['check', out])).code).toBe(1);
});

test('it fails too where CDK’s own review is on, and names the line of the app', () => {
  const { status, text } = shell('cdk synth --quiet', 'small star stage', { CDK_VALIDATION: 'true' });
  expect({ status, text }).toMatchObject({ status: 1, text: expect.stringMatching(STAR) });
  expect(text).toMatch(/staged-app\.ts:\d+/);
});

describe('in a pipeline of CDK Pipelines', () => {
  /** The command that the pipeline itself runs before each deployment. */
  function synthStep(out: string): string {
    const { Resources } = JSON.parse(readFileSync(path.join(out, 'Pipeline.template.json'), 'utf8'));
    const projects = Object.values<{ Type: string; Properties: { Source: { BuildSpec: unknown } } }>(Resources)
      .filter(({ Type }) => Type === 'AWS::CodeBuild::Project')
      .map(({ Properties }) => Properties.Source.BuildSpec)
      .filter((spec): spec is string => typeof spec === 'string' && spec.includes('cdk synth'));
    const [spec = '{}', ...others] = projects;
    expect(others).toEqual([]);
    return JSON.parse(spec).phases.build.commands.join(' && ');
  }

  test('stages that add the checks themselves pass, in plugin, command and the pipeline’s own step', async () => {
    const { status, text, out } = shell('cdk synth --quiet', 'pipeline own-checks');
    expect({ status, text }).toMatchObject({ status: 0 });
    expect(shell(synthStep(out), 'pipeline own-checks')).toMatchObject({ status: 0 });
    const stage = path.join(out, 'assembly-Pipeline-Prod');
    const check = await hardenedAgent(['check', stage]);
    expect(check.out.at(-1)).toBe(`${RULES.length} rules: 0 findings, 0 warnings, 1 acknowledged.`);
    expect((await hardenedAgent(['prove', stage])).code).toBe(0);
  });

  test('the pipeline’s own step stops at an agent’s role with * on *', async () => {
    const { out, ...first } = shell('cdk synth --quiet', 'small star pipeline own-checks');
    expect(first).toMatchObject({ status: 1, text: expect.stringMatching(STAR) });
    expect(shell(synthStep(out), 'small star pipeline own-checks').status).toBe(1);
    expect((await hardenedAgent(['check', path.join(out, 'assembly-Pipeline-Prod')])).code).toBe(1);
  });

  test('checks on the whole app judge the pipeline’s roles as well, as the command does', async () => {
    const { status, text, out } = shell('cdk synth --quiet', 'pipeline');
    expect({ status, text }).toMatchObject({ status: 1, text: expect.stringContaining('Pipeline/Delivery') });
    // The runtime’s stage has its acknowledgements, although the checks are made after it.
    expect(text).not.toMatch(/Pipeline\/Prod/);
    const check = await hardenedAgent(['check', out]);
    expect(check.code).toBe(1);
    expect(check.out.join('\n')).not.toMatch(/✗.*\n +Pipeline\/Prod/);
  });
});
