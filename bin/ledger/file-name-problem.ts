import { isStrayName } from './stray-file';

/** The longest file name of common file systems, in bytes. */
const MAX_NAME_BYTES = 255;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are looked for.
const FORBIDDEN = /[\u0000-\u001f\u007f\\:*?"<>|]/u;

/** Windows gives these names to devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Why a key can't be the name of a file, or would be another file, on Linux, macOS or Windows. Undefined where it can. A
 * copy is checked on any of them, so the same keys are refused on each.
 *
 * Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html for keys,
 * https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file for Windows, and what happens otherwise:
 * https://github.com/aws/aws-cli/issues/6435
 */
export function fileNameProblem(key: string): string | undefined {
  for (const name of key.split('/')) {
    const problem = nameProblem(name);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'It has an empty part, so it can’t be the name of a file.';
  if (name === '.' || name === '..') return 'It contains . or .. segments, which lead to another folder.';
  if (FORBIDDEN.test(name)) return 'It has a character that a file name can’t have.';
  if (/[. ]$/.test(name)) return 'A part of it ends with a dot or a space, which Windows drops.';
  if (DEVICE.test(name)) return 'A part of it is the name of a device on Windows.';
  if (isStrayName(name)) return 'Operating systems and editors give this name to their own files.';
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `A part of it has more than ${MAX_NAME_BYTES} bytes.`;
  return undefined;
}

/**
 * The same for keys that macOS or Windows take for one file: they ignore case, and macOS how a letter is composed. Without
 * this, the last one that is written wins: https://github.com/aws/aws-cli/issues/9596
 */
export function foldedName(key: string): string {
  return key.normalize('NFC').toUpperCase().toLowerCase();
}
