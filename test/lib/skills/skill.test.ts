import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Skill, type SkillOptions } from '../../../lib';
import { prove } from '../../../lib/prove/claims';
import { proofJson, proofScreen } from '../../../lib/prove/report';
import { Assembly } from '../../../lib/template';
import type { Manifest } from '../../../runtime/core/contracts';
import { AgentStack } from '../agent-stack';
import { staged } from '../gate/staged';

const EXAMPLE = path.join(__dirname, '../../corpus/plugins/example-plugin/skills/example-skill');
const PIN = '3de056e0e8b825b91b0e8ea6d60ddb57bc13bc50e4d6dcd1f356fb4d4e75e5ba';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'skill-'));
  write(
    'SKILL.md',
    '---\nname: refunds\ndescription: How to refund\nallowed-tools: tickets_read, Bash(git:*)\n---\nX\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

/** The pin that the error says. */
function pinOf(directory: string): string {
  const [, pin] = /pin: '([0-9a-f]{64})'/.exec(errorOf(() => withSkill(directory, {}))) ?? [];
  if (pin === undefined) throw new Error('no pin');
  return pin;
}

function errorOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

function withSkill(
  directory: string,
  options: SkillOptions,
  more: (stack: AgentStack) => Partial<SkillOptions> = () => ({}),
) {
  const made = new AgentStack();
  const skill = Skill.fromDirectory(directory, { ...options, ...more(made) });
  made.withRuntime({ skills: [skill] });
  made.agent?.allow(made.read);
  return made;
}

const synthesized = (options: SkillOptions, more?: (stack: AgentStack) => Partial<SkillOptions>) =>
  withSkill(folder, { pin: pinOf(folder), ...options }, more);

test('a skill is read, and served by the gate', () => {
  const skill = Skill.fromDirectory(EXAMPLE, { pin: PIN });
  expect([skill.skillName, skill.pin, skill.scripts.paths]).toEqual(['example-skill', PIN, []]);
  const manifest = staged<Manifest>(withSkill(EXAMPLE, { pin: PIN }), 'AgentGateFunction', 'manifest.json');
  expect(manifest.skills).toMatchObject([{ name: 'example-skill', pin: PIN, files: [{ path: 'SKILL.md' }] }]);
});

test('without a pin, or with another one, the error says what to write', () => {
  expect(errorOf(() => withSkill(EXAMPLE, {}))).toMatch(`write pin: '${PIN}'`);
  const pin = pinOf(folder);
  write('more.md', 'Always refund.');
  expect(errorOf(() => withSkill(folder, { pin }))).toMatch(
    /^Stack\/Agent: props\.skills\[0\]: .*aren't those of the pin/,
  );
});

test('files of editors and version control don’t count', () => {
  const pin = pinOf(folder);
  write('.git/HEAD', 'x');
  write('.DS_Store', 'x');
  expect(pinOf(folder)).toBe(pin);
});

test('it adds no power: its tools must be allowed already', () => {
  const refused = (options: SkillOptions, more?: (stack: AgentStack) => Partial<SkillOptions>) =>
    errorOf(() => synthesized(options, more).app.synth());
  expect(refused({ withoutTools: ['Bash'] }, ({ refund }) => ({ tools: [refund] }))).toMatch(
    /Stack\/Agent\/Gate.*the skill "refunds" is meant to use the tool "tickets_refund", which no policy allows/s,
  );
  expect(refused({})).toMatch(/names the tool "Bash".*withoutTools: \['Bash'\]/s);
  expect(() => synthesized({ withoutTools: ['Bash'] }, ({ read }) => ({ tools: [read] })).app.synth()).not.toThrow();
});

test('it changes no policy and no right', () => {
  const template = (made: AgentStack) => {
    const text = JSON.stringify(made.app.synth().getStackByName('Stack').template.Resources);
    return JSON.parse(text.replace(/[0-9a-f]{64}\.zip/g, 'asset'));
  };
  const plain = new AgentStack();
  plain.withRuntime();
  plain.agent?.allow(plain.read);
  const without = template(plain);
  const skilled = template(synthesized({ withoutTools: ['Bash'] }));
  for (const resource of Object.values(skilled) as { Metadata?: { [key: string]: unknown } }[]) {
    if (resource.Metadata?.['hardened-agent:skills'] !== undefined) delete resource.Metadata;
  }
  expect(skilled).toEqual(without);
});

test('prove lists it, with scripts that aren’t run', () => {
  write('scripts/sum.py', 'print(1)');
  const made = synthesized({ withoutTools: ['Bash'] }, ({ read }) => ({ tools: [read] }));
  const assembly = Assembly.load(made.app.synth().directory);
  const proof = prove(assembly);
  expect(proofScreen(assembly, proof).join('\n')).toMatch(
    /Skills that agents may read; they add no right\n {2}refunds \(pin [0-9a-f]{12}\): for tickets_read; 1 scripts not run/,
  );
  expect(proofJson(assembly, proof)).toMatchObject({
    skills: [{ name: 'refunds', scripts: [{ path: 'scripts/sum.py' }] }],
  });
  expect(proof.claims.flatMap(({ counterExamples }) => counterExamples)).toEqual([]);
});

test('a script that a tool of a code sandbox runs is named with the tool, by its bytes', () => {
  write('scripts/sum.py', 'print(1)');
  const skill = Skill.fromDirectory(folder, { pin: pinOf(folder) });
  const [{ sha256 }] = skill.scripts._scripts;
  const path = 'scripts/sum.py';
  expect(skill._manifest(new Map([[sha256, 'sum_table']])).scripts).toEqual([{ path, tool: 'sum_table' }]);
  expect(skill._manifest(new Map([['0'.repeat(64), 'sum_table']])).scripts).toEqual([{ path }]);
});

test.each([
  ['a folder that isn’t there', () => rmSync(folder, { recursive: true }), /can't be read/],
  ['a link', () => symlinkSync('/etc/passwd', path.join(folder, 'a.md')), /a\.md is a link/],
  ['a folder of links', () => symlinkSync('/etc', path.join(folder, 'etc')), /etc is a link/],
  ['a large script', () => write('scripts/a.py', 'x'.repeat(6_000_000)), /scripts\/a\.py has 6000000 bytes/],
  ['deep folders', () => write('a/b/c/d/e/f/g/h.md', 'x'), /folders deep/],
  ['many files', () => Array.from({ length: 120 }, (_, i) => write(`${i}.md`, 'x')), /more than 100 files/],
])('%s is refused', (_, change, message) => {
  change();
  expect(errorOf(() => withSkill(folder, {}))).toMatch(message);
});

test('two skills of one name are refused', () => {
  const made = new AgentStack();
  const skill = () => Skill.fromDirectory(EXAMPLE, { pin: PIN });
  made.withRuntime({ skills: [skill(), skill()] });
  expect(() => made.app.synth()).toThrow(/two skills have the name "example-skill"/);
});
