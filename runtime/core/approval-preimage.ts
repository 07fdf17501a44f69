import type { Sha256Hex } from './contracts';
import { type CanonicalText, canonicalize } from './json/canonicalize';

/** With this prefix, an approval's digest never equals a hash for another purpose. */
const APPROVAL_DOMAIN = 'hardened-agent/approval/v1\n';

/** What a person approves. If any part changes, the digest changes. */
export interface ApprovalSubject {
  readonly tool: string;
  readonly schemaHash: Sha256Hex;
  readonly canonicalArgs: CanonicalText;
  /** Absent if the connector has no credential. It is then hashed as `null`. */
  readonly credentialName?: string;
  readonly sessionId: string;
  readonly policyVersion: Sha256Hex;
}

/** The text whose SHA-256 is the digest: the canonical text of all parts. A browser hashes it too. `args` sorts first. */
export function approvalPreimage(subject: ApprovalSubject): string {
  const { tool, schemaHash, canonicalArgs, credentialName = null, sessionId, policyVersion } = subject;
  const others = canonicalize({ tool, schemaHash, credentialName, sessionId, policyVersion });
  return `${APPROVAL_DOMAIN}{"args":${canonicalArgs},${others.slice(1)}`;
}
