import { createHash } from 'node:crypto';
import type { Finding } from '../../lib/checks/rule';
import type { ReportedFinding } from './reported-finding';

type Named = Finding & Pick<ReportedFinding, 'file'>;

/**
 * Gives each finding its fingerprint: of its rule, file, resource, property without indexes, and message. A message names what is
 * wrong, so a right that was widened is another finding. Equal ones are numbered in their order.
 */
export function withFingerprints<Of extends Named>(
  findings: readonly Of[],
): readonly (Of & Pick<ReportedFinding, 'fingerprint'>)[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const { ruleId, file, resource, property, message } = finding;
    const parts = [ruleId, file, resource, property, message].map(withoutIndexes);
    const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
    const copy = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, copy);
    return { ...finding, fingerprint: `${digest}:${copy}` };
  });
}

/** Places by number change with every item before them: `Statement[2]`, `line 7`. */
function withoutIndexes(text: string): string {
  return text.replace(/\[\d+\]/g, '[]').replace(/^line \d+$/, 'line');
}
