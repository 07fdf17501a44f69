import type { Deployment, JsonValue, LedgerEntry, Sha256Hex } from '../contracts';
import { sha256Hex } from '../digest';
import { canonicalize } from '../json/canonicalize';

/** Leaves room in an entry for its other fields. */
const MAX_LISTED_BYTES = 12 * 1024;

type Deployed = Pick<LedgerEntry, 'policyVersion' | 'mode' | 'deployment'>;

/**
 * The fields of a `deploy` entry that describe the deployment. Auto-approvals that don't fit are counted; the policy
 * version still covers them.
 */
export function deployFields({ agent, policyVersion, mode, autoApprovals }: Deployment): Deployed {
  const listed = [];
  let bytes = 0;
  for (const approval of autoApprovals) {
    bytes += Buffer.byteLength(JSON.stringify(approval)) + 1;
    if (bytes > MAX_LISTED_BYTES) break;
    listed.push(approval);
  }
  const unlisted = autoApprovals.length - listed.length;
  return {
    policyVersion,
    ...(mode ? { mode } : {}),
    deployment: { agent, autoApprovals: listed, ...(unlisted > 0 ? { unlisted } : {}) },
  };
}

/** Keeps the hash of an agent's last deployment. Entries from before agents had ids are kept under the empty id. */
export function noteDeployment(recorded: Map<string, Sha256Hex>, entry: Deployed): void {
  recorded.set(entry.deployment?.agent ?? '', deployedHash(entry));
}

/** Two deployments are the same when their hashes are. */
export function deployedHash({ policyVersion, mode, deployment }: Deployed): Sha256Hex {
  const fields = { policyVersion, mode: mode ?? null, deployment: deployment ?? null };
  return sha256Hex(canonicalize(fields as unknown as JsonValue));
}
