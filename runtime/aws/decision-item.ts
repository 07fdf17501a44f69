import type { DecisionItem, EvidenceReference, Person, RefusedAlike } from '../core/contracts';
import type { Decision } from '../core/request-transitions';
import { type AttributeMap, textList, textOf, textsOf } from './state-item';

/** The attributes of a person's decision, without its key. */
export function fromDecision(decision: DecisionItem): AttributeMap {
  const { requestId, subject, name, groups, person, reason, at, digest } = decision;
  return {
    requestId: { S: requestId },
    subject: { S: subject },
    name: { S: name },
    groups: textList(groups),
    ...(person ? { person: { S: JSON.stringify(person) } } : {}),
    decision: { S: decision.decision },
    reason: { S: reason },
    at: { S: at },
    digest: { S: digest },
  };
}

/** Reads a person's decision. @throws Error if an attribute is missing */
export function toDecision(found: AttributeMap): DecisionItem {
  return {
    requestId: textOf(found, 'requestId'),
    subject: textOf(found, 'subject'),
    name: textOf(found, 'name'),
    groups: textsOf(found, 'groups'),
    ...(found.person?.S ? { person: JSON.parse(found.person.S) as Person } : {}),
    decision: textOf(found, 'decision') as Decision,
    reason: textOf(found, 'reason'),
    at: textOf(found, 'at'),
    digest: textOf(found, 'digest'),
  };
}

/** Reads what people refused of calls that are alike. @throws Error if an attribute is missing */
export function toRefusedAlike(found: AttributeMap): RefusedAlike {
  return {
    refusals: Number(found.refusals?.N ?? '1'),
    all: found.refusesAll?.BOOL ?? false,
    argsRef: argsRefOf(found),
    reason: textOf(found, 'reason'),
    at: textOf(found, 'at'),
  };
}

/** The reference to the arguments that an item is about. @throws Error if it has none */
export function argsRefOf(found: AttributeMap): EvidenceReference {
  return { s3Key: textOf(found, 'argsKey'), sha256: textOf(found, 'argsSha256') };
}
