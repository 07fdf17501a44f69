import type { RunAnswer } from '../contracts';

/**
 * A run as the agent sees it, as JSON. What doesn't fit into a result is left out, and named: the last files first, then the end of what the
 * code printed.
 *
 * @param maxBytes the tool's limit of a result
 */
export function shownRun(answer: RunAnswer, maxBytes: number): string {
  const { status, exitCode, files, notes = [] } = answer;
  const stdout = plainText(answer.stdout);
  const stderr = plainText(answer.stderr);
  const write = (kept: number, characters: number): string => {
    const said = [
      ...notes.map(plainText),
      ...files.slice(kept).map(({ name }) => `${name} is left out: the result would be too large.`),
      ...(stdout.length > characters || stderr.length > characters
        ? [`stdout and stderr are cut at ${characters} characters each: the result would be too large.`]
        : []),
    ];
    return JSON.stringify({
      status,
      ...(exitCode === undefined ? {} : { exitCode }),
      stdout: stdout.slice(0, characters),
      stderr: stderr.slice(0, characters),
      files: files.slice(0, kept),
      ...(said.length > 0 ? { notes: said } : {}),
    });
  };
  const fits = (text: string) => Buffer.byteLength(text, 'utf8') <= maxBytes;
  const whole = Math.max(stdout.length, stderr.length);
  for (let kept = files.length; kept > 0; kept--) {
    const text = write(kept, whole);
    if (fits(text)) return text;
  }
  for (let characters = whole; ; characters = Math.floor(characters / 2)) {
    const text = write(0, characters);
    if (fits(text)) return text;
    if (characters === 0) break;
  }
  return JSON.stringify({
    status,
    stdout: '',
    stderr: '',
    files: [],
    notes: ['The result is left out: it is too large.'],
  });
}

/** Control characters say nothing that a model needs, and JSON writes each as six. Line ends and tabs stay. */
function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd').toWellFormed();
}
