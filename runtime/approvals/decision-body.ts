import type { JsonObject } from '../core/contracts';
import { parseStrict } from '../core/json/parse-strict';
import type { Decision } from '../core/request-transitions';
import { compileSchema } from '../core/schema/compile-schema';
import { NotDecided } from './not-decided';

/** The body of `POST /requests/{id}/decision`. */
export interface DecisionBody {
  readonly v: 1;
  readonly decision: Decision;
  /** The digest of the exact bytes that the person saw. */
  readonly digest: string;
  /** The agent sees the reason of a denial, cleaned. */
  readonly reason?: string;
  /** With a denial: calls of the same tool and targets are denied too, without asking anybody. */
  readonly alike?: boolean;
}

const decisionBodySchema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['v', 'decision', 'digest'],
  properties: {
    v: { const: 1 },
    decision: { enum: ['APPROVED', 'DENIED'] },
    digest: { type: 'string', pattern: '^[0-9a-f]{64}$', maxLength: 64 },
    reason: { type: 'string', minLength: 1, maxLength: 1000 },
    alike: { type: 'boolean' },
  },
};
const MAX_DECISION_BYTES = 8192;

const isBody = compileSchema(decisionBodySchema);

/** @throws NotDecided if the body isn't a decision */
export function readDecision(body: string): DecisionBody {
  const parsed = parseStrict(body, { maxBytes: MAX_DECISION_BYTES, maxDepth: 2 });
  if (!parsed.ok) throw new NotDecided('INVALID_DECISION', parsed.reason);
  const valid = isBody(parsed.value);
  if (!valid.ok) {
    throw new NotDecided('INVALID_DECISION', `The body isn't {v: 1, decision, digest, reason, alike}: ${valid.reason}`);
  }
  const asked = parsed.value as unknown as DecisionBody;
  if (asked.decision === 'APPROVED' && asked.alike) {
    throw new NotDecided('INVALID_DECISION', 'Only a denial can be for all calls alike: leave out "alike".');
  }
  return asked;
}
