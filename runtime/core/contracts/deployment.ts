import type { LOG_ONLY, Sha256Hex } from './words';

/** A declared rule for calls that run without a person. */
export interface AutoApproval {
  readonly tool: string;
  /** The condition of the declaration. Absent: always. */
  readonly when?: string;
}

/** What a deployment of an agent enforces. The `deploy` entry in the ledger records it. */
export interface Deployment {
  readonly agent: string;
  /** The manifest's `policyVersion`. It changes with every tool and policy. */
  readonly policyVersion: Sha256Hex;
  readonly mode?: typeof LOG_ONLY;
  readonly autoApprovals: readonly AutoApproval[];
}

/** The file in the sealer's bundle that holds the `Deployment` of each agent that the ledger serves. */
export const DEPLOYMENTS_FILE = 'deployments.json';
