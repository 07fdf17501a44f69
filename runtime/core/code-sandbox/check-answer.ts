import type { JsonObject, RunAnswer, RunOutputFile, RunRequest } from '../contracts';
import { runAnswerSchema } from '../contracts';
import { sha256Hex } from '../digest';
import { compileSchema } from '../schema/compile-schema';

export type CheckedAnswer =
  | { readonly ok: true; readonly answer: RunAnswer }
  | { readonly ok: false; readonly reason: string };

const fitsSchema = compileSchema(runAnswerSchema as unknown as JsonObject);

/**
 * What the sandbox's function answered, if it could be the answer to this run. Code that ran there may have written all of it, so each
 * claim that can be checked is checked: names, sizes, hashes, and that it hands back nothing that wasn't asked for.
 *
 * @param payload the text of the function's answer
 */
export function checkAnswer(
  payload: string,
  { limits, outputs }: Pick<RunRequest, 'limits' | 'outputs'>,
): CheckedAnswer {
  let answer: RunAnswer;
  try {
    answer = JSON.parse(payload) as RunAnswer;
  } catch {
    return refused('it is not JSON');
  }
  const fits = fitsSchema(answer as unknown as JsonObject);
  if (!fits.ok) return refused('it doesn’t have the form of an answer');
  const { files, stdout, stderr } = answer;
  if (answer.status !== 'refused' && bytesOf(stdout) + bytesOf(stderr) > limits.maxOutputBytes) {
    return refused('its output is larger than declared');
  }
  if (new Set(files.map(({ name }) => name)).size !== files.length) return refused('it has a file twice');
  if (files.length > limits.maxFiles) return refused('it has more files than declared');
  for (const file of files) {
    if (!outputs.includes(file.name)) return refused('it has a file that the call didn’t ask for');
    const problem = problemOf(file, limits.maxFileBytes);
    if (problem) return refused(problem);
  }
  return { ok: true, answer };
}

function problemOf({ text, base64, bytes, sha256 }: RunOutputFile, most: number): string | undefined {
  if ((text === undefined) === (base64 === undefined)) return 'a file has not exactly one of text and base64';
  const content = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text, 'utf8');
  // What decodes to the same bytes in another spelling could be read differently elsewhere.
  if (base64 !== undefined && content.toString('base64') !== base64) return 'a file isn’t base64';
  if (text !== undefined && content.toString('utf8') !== text) return 'a file’s text isn’t Unicode';
  if (content.length > most) return 'a file is larger than declared';
  return content.length === bytes && sha256Hex(content) === sha256
    ? undefined
    : 'a file isn’t what the answer says of it';
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function refused(what: string): CheckedAnswer {
  return { ok: false, reason: `The sandbox’s answer is refused: ${what}.` };
}
