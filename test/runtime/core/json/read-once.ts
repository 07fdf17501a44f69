import { isDeepStrictEqual } from 'node:util';
import { sha256Hex } from '../../../../runtime/core/digest';
import { canonicalize } from '../../../../runtime/core/json/canonicalize';
import { parseStrict } from '../../../../runtime/core/json/parse-strict';
import { fc } from '../../../seed';
import { jsonText, lossless, mutatedBytes } from './texts';

/** What the gate makes of bytes: undefined where it refuses them. */
function digestOf(bytes: Uint8Array): { digest: string; text: string } | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
  const parsed = parseStrict(text);
  return parsed.ok ? { digest: sha256Hex(canonicalize(parsed.value)), text } : undefined;
}

/** Byte strings with one digest are one value to every reader, a lossless one too. Returns how many were accepted. */
export function checkDigests(numRuns: number): number {
  const seen = new Map<string, unknown>();
  let accepted = 0;
  const bytes = fc.oneof(
    jsonText.map((text) => Buffer.from(text)),
    mutatedBytes,
  );
  fc.assert(
    fc.property(bytes, (sent) => {
      const read = digestOf(sent);
      if (!read) return;
      accepted += 1;
      const exact = lossless(read.text);
      const before = seen.get(read.digest);
      if (before === undefined) seen.set(read.digest, exact);
      else if (!isDeepStrictEqual(before, exact)) throw new Error('Two values share a digest.');
    }),
    { numRuns },
  );
  return accepted;
}

/** What is accepted reads the same as with JSON.parse, and what JSON.parse refuses is refused. */
export function checkAgainstJsonParse(numRuns: number): void {
  fc.assert(
    fc.property(
      fc.oneof(
        jsonText,
        mutatedBytes.map((bytes) => Buffer.from(bytes).toString('utf8')),
        fc.string(),
      ),
      (text) => {
        const strict = parseStrict(text);
        let plain: unknown;
        try {
          plain = JSON.parse(text);
        } catch {
          return !strict.ok;
        }
        return !strict.ok || isDeepStrictEqual(strict.value, plain);
      },
    ),
    { numRuns },
  );
}
