import { shownRun } from '../../../../runtime/core/code-sandbox/shown-run';
import type { RunAnswer } from '../../../../runtime/core/contracts';
import { fc } from '../../../seed';

const ANSWER: RunAnswer = {
  v: 1,
  status: 'error',
  exitCode: 1,
  stdout: 'one\n',
  stderr: 'Traceback',
  files: [{ name: 'a.txt', text: 'x', bytes: 1, sha256: 'aa' }],
  durationMs: 3,
};

describe('a run as the agent sees it', () => {
  it('has how it ended, what it printed and its files', () => {
    expect(JSON.parse(shownRun(ANSWER, 10_000))).toEqual({
      status: 'error',
      exitCode: 1,
      stdout: 'one\n',
      stderr: 'Traceback',
      files: ANSWER.files,
    });
  });

  it('has no control characters, and no half of a surrogate pair', () => {
    const shown = JSON.parse(shownRun({ ...ANSWER, stdout: 'a\u001b[31m\u0000\ud800\tb\n' }, 10_000)) as RunAnswer;
    expect(shown.stdout).toBe('a\ufffd[31m\ufffd\ufffd\tb\n');
  });

  it('names the files that don’t fit, and keeps the others', () => {
    const files = ['a', 'b', 'c'].map((name) => ({ name, text: 'x'.repeat(300), bytes: 300, sha256: 'aa' }));
    const shown = JSON.parse(shownRun({ ...ANSWER, files }, 700)) as RunAnswer;
    expect(shown.files.map(({ name }) => name)).toEqual(['a']);
    expect(shown.notes).toEqual([expect.stringContaining('b is left out'), expect.stringContaining('c is left out')]);
    expect(shown.stderr).toBe('Traceback');
  });

  it('never exceeds the limit, and always says how the run ended', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 3000 });
    fc.assert(
      fc.property(
        texts,
        texts,
        fc.array(texts, { maxLength: 4 }),
        fc.integer({ min: 200, max: 8000 }),
        (stdout, stderr, files, most) => {
          const answer = {
            ...ANSWER,
            stdout,
            stderr,
            files: files.map((text, index) => ({ name: `f${index}`, text, bytes: 1, sha256: 'aa' })),
          };
          const text = shownRun(answer, most);
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most);
          expect((JSON.parse(text) as RunAnswer).status).toBe('error');
        },
      ),
    );
  });
});
