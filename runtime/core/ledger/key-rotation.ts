import { type LedgerEntry, PLATFORM_STREAM } from '../contracts';
import { checkNote, formatVerifierKey, parseNote, parseVerifierKey, type VerifierKey } from '../merkle/note';

/** Distinguishes this statement from a checkpoint, whose second line is a number. */
const TITLE = 'hardened-agent key rotation';

/** The statement that the old key signs. */
export function rotationText(newKey: VerifierKey): string {
  return `${TITLE}\n${formatVerifierKey(newKey)}\n`;
}

/**
 * The key that signs the log after this entry. Undefined where the entry is not a rotation, or the previous key did not
 * sign it. Every writer can write an entry of this type, so only the signature counts.
 */
export function handedOverTo(
  entry: Pick<LedgerEntry, 'type' | 'sessionId' | 'rotation'>,
  previous: VerifierKey,
): VerifierKey | undefined {
  if (entry.type !== 'key_rotation' || entry.sessionId !== PLATFORM_STREAM || !entry.rotation) return undefined;
  try {
    const next = parseVerifierKey(entry.rotation.key);
    const note = parseNote(entry.rotation.note);
    const holds = note.text === rotationText(next) && checkNote(note, previous) === 'valid';
    return holds && next.name === previous.name && next.id !== previous.id ? next : undefined;
  } catch {
    return undefined;
  }
}
