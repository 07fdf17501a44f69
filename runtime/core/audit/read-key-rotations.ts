import { PLATFORM_STREAM } from '../contracts';
import { parseEntry } from '../ledger/entry';
import type { AuditFindings } from './audit-finding';
import type { LedgerSource } from './ledger-source';
import type { SigningKeys } from './signing-keys';
import { textsUnder } from './texts-under';

/** Learns which keys may sign, before any checkpoint is judged. Each key must be signed by the key before it. */
export async function readKeyRotations(
  source: LedgerSource,
  keys: SigningKeys,
  findings: AuditFindings,
): Promise<void> {
  for await (const { key, text } of textsUnder(source, `entries/${PLATFORM_STREAM}/`)) {
    if (!text.includes('"key_rotation"')) continue;
    const parsed = parseEntry(text);
    if (!parsed.ok || keys.learn(parsed.entry)) continue;
    findings.add({
      code: 'KEY_SUBSTITUTED',
      where: key,
      message: 'This entry names a new signing key, but no key that was trusted before it signed the change.',
    });
  }
}
