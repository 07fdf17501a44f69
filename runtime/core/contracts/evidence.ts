import type { Sha256Hex } from './words';

/** An object in the evidence bucket (canonical arguments or a result) and the hash of its bytes. */
export interface EvidenceReference {
  readonly s3Key: string;
  readonly sha256: Sha256Hex;
}

export const evidenceKey = {
  args: (sessionId: string, requestId: string) => `args/${sessionId}/${requestId}`,
  /** An answer with files. The ending tells it from an answer of text alone, whatever the text looks like. */
  answer: (sessionId: string, requestId: string) => `results/${sessionId}/${requestId}.json`,
  result: (sessionId: string, requestId: string) => `results/${sessionId}/${requestId}`,
} as const;
