import { PLATFORM_STREAM } from '../contracts';
import { checkNote, formatVerifierKey, parseNote, parseVerifierKey, type VerifierKey } from '../merkle/note';
import type { FollowedEntry } from './stored-entry';

/** Sets the statement apart from a checkpoint, whose second line is a number. */
const TITLE = 'hardened-agent key rotation';

/** What the old key signs. */
export function rotationText(newKey: VerifierKey): string {
  return `${TITLE}\n${formatVerifierKey(newKey)}\n`;
}

/**
 * The key that an entry hands the log over to; undefined where it doesn't, or where the key before didn't sign it. Any
 * writer can put an entry of this type, so only the signature counts.
 */
export function handedOverTo(entry: FollowedEntry, before: VerifierKey): VerifierKey | undefined {
  if (entry.type !== 'key_rotation' || entry.sessionId !== PLATFORM_STREAM || !entry.rotation) return undefined;
  try {
    const next = parseVerifierKey(entry.rotation.key);
    const note = parseNote(entry.rotation.note);
    const holds = note.text === rotationText(next) && checkNote(note, before) === 'valid';
    return holds && next.name === before.name && next.id !== before.id ? next : undefined;
  } catch {
    return undefined;
  }
}
