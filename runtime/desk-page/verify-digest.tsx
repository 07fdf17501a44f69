import type { ApprovalCard } from '../approvals/approval-card';
import { approvalPreimage } from '../core/approval-preimage';
import type { JsonValue } from '../core/contracts';
import { canonicalize } from '../core/json/canonicalize';

/** Whether the arguments of a card are the bytes of its digest. This page hashes them itself and doesn't take the desk's word. */
export async function isOfDigest(card: ApprovalCard): Promise<boolean> {
  const { argumentsText, digest, tool, schemaHash, credentialName, sessionId, policyVersion } = card;
  if (argumentsText === undefined) return false;
  try {
    const canonicalArgs = canonicalize(JSON.parse(argumentsText) as JsonValue);
    if (canonicalArgs !== argumentsText) return false;
    const text = approvalPreimage({ tool, schemaHash, canonicalArgs, credentialName, sessionId, policyVersion });
    const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') === digest;
  } catch {
    return false;
  }
}
