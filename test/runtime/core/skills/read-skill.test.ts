import { readFrontMatter } from '../../../../runtime/core/skills/front-matter';
import { readSkill } from '../../../../runtime/core/skills/read-skill';
import { fc } from '../../../seed';

const MAIN = '---\nname: refunds\ndescription: How to refund\n---\n# Refunds\n';
const files = (more: Record<string, string | Uint8Array> = {}, main = MAIN) =>
  Object.entries({ 'SKILL.md': main, ...more }).map(([path, content]) => ({ path, bytes: Buffer.from(content) }));

describe('front matter', () => {
  const of = (...lines: string[]) => readFrontMatter(['---', ...lines, '---', 'Text'].join('\n'));
  test.each([
    ['plain', ['name: a', 'description: b c'], 'b c'],
    ['with a colon', ['name: a', 'description: Use when: always'], 'Use when: always'],
    ['double quotes', ['name: a', 'description: "b: \\"c\\""'], 'b: "c"'],
    ['single quotes', ['name: a', "description: 'b ''c'''"], "b 'c'"],
    ['a comment', ['name: a', 'description: b # not this'], 'b'],
    ['folded', ['name: a', 'description: >-', '  one', '  two', '', '  three'], 'one two\nthree'],
    ['literal', ['name: a', 'description: |', '  one', '  two'], 'one\ntwo'],
    ['continued', ['name: a', 'description: one', '  two'], 'one two'],
    ['Windows', ['name: a\r', 'description: b\r'], 'b'],
    ['other fields', ['metadata:', '  x: [1, {y: 2}]', 'name: a', 'license: MIT', 'description: b'], 'b'],
  ])('%s', (_, lines, description) => expect(of(...lines)).toMatchObject({ name: 'a', description, body: 'Text' }));

  test.each([
    ['Read, Bash(git add:*), mcp__a__b', ['Read', 'Bash', 'mcp__a__b']],
    ['["Read", "Grep"]', ['Read', 'Grep']],
    ['Read Grep Read', ['Read', 'Grep']],
    ['\n  - Read\n  - "Bash(x, y)"', ['Read', 'Bash']],
    ['', []],
  ])('allowed-tools: %j', (written, tools) => {
    expect(of('name: a', 'description: b', `allowed-tools: ${written}`).allowedTools).toEqual(tools);
  });

  test.each([
    ['no fence', 'name: a', /no front matter/],
    ['no end', '---\nname: a\ndescription: b\n', /no front matter/],
    ['no name', '---\ndescription: b\n---\n', /no name/],
    ['no description', '---\nname: a\n---\n', /no description/],
    ['an empty one', '---\nname: a\ndescription: ""\n---\n', /no description/],
    ['twice', '---\nname: a\nname: b\ndescription: c\n---\n', /name twice/],
    ['an alias', '---\nname: *x\ndescription: c\n---\n', /no plain text/],
    ['quotes', '---\nname: a\ndescription: "c\n---\n', /quotes/],
  ])('%s is refused', (_, text, message) => expect(() => readFrontMatter(text)).toThrow(message));

  test('any text is read, or refused with a reason', () => {
    const lines = fc.array(
      fc.oneof(fc.string(), fc.constantFrom('---', 'name: a', 'description: >', '  - x', 'allowed-tools: [')),
    );
    fc.assert(
      fc.property(lines, (given) => {
        try {
          expect(readFrontMatter(given.join('\n')).name).not.toBe('');
        } catch (error) {
          expect((error as Error).message).toMatch(/front matter/);
        }
      }),
    );
  });
});

describe('a folder', () => {
  test('is split into what is served, scripts and the rest', () => {
    const more = { 'references/a.md': 'A', 'scripts/run.py': 'x', 'tool.sh': 'y', go: '#!/bin/sh', 'logo.png': 'z' };
    const skill = readSkill(files(more));
    expect(skill.files.map(({ path }) => path)).toEqual(['SKILL.md', 'references/a.md']);
    expect(skill.scripts.map(({ path }) => path)).toEqual(['go', 'scripts/run.py', 'tool.sh']);
    expect(skill.leftOut).toEqual(['logo.png']);
  });

  test('has one pin, whatever the order of its files; each change is another pin', () => {
    const pin = readSkill(files({ 'a.md': '1', 'logo.png': '2' })).pin;
    expect(readSkill(files({ 'a.md': '1', 'logo.png': '2' }).reverse()).pin).toBe(pin);
    const others: Record<string, string>[] = [
      { 'a.md': '1' },
      { 'a.md': '2', 'logo.png': '2' },
      { 'b.md': '1', 'logo.png': '2' },
    ];
    const changed = [...others, { 'a.md': '1', 'logo.png': '3' }].map((more) => readSkill(files(more)).pin);
    expect(new Set([pin, ...changed]).size).toBe(5);
  });

  test.each([
    ['no SKILL.md', [{ path: 'README.md', bytes: Buffer.from('x') }], /no SKILL\.md/],
    ['a name in capitals', files({}, MAIN.replace('refunds', 'Refunds')), /name is refused/],
    ['a long name', files({}, MAIN.replace('refunds', 'a'.repeat(65))), /name is refused/],
    ['a long description', files({}, MAIN.replace('How', 'H'.repeat(1025))), /description has/],
    ['a large file', files({ 'a.md': 'x'.repeat(65_537) }), /a\.md has 65537 bytes/],
    ['many files', files(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}.md`, 'x']))), /101 files/],
    ['a path with a line break', files({ 'a\nb.md': 'x' }), /path "a\\nb\.md" is refused/],
    ['a path that climbs', files({ '../a.md': 'x' }), /is refused/],
    ['bytes that are no text', files({ 'a.md': new Uint8Array([0xff, 0xfe, 0x80]) }), /isn't UTF-8/],
    ['characters that nobody sees', files({ 'a.md': 'Refund\u{e0041}\u{e0042}' }), /can't see/],
    ['a zero-width space', files({}, `${MAIN}Al\u200bways`), /can't see/],
  ])('%s is refused', (_, given, message) => expect(() => readSkill(given)).toThrow(message));
});
