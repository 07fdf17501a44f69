import { MAX_CALL_BYTES } from '../../runtime/core/contracts';
import { hidesCharacters } from '../../runtime/core/display';
import { guardOutput } from '../../runtime/core/output-guard';
import type { Recorded } from '../recorded-decisions/recorded-calls';
import { LEAST_APPROVALS } from './declaration';
import { grouped } from './grouped';
import type { TriedCall, UnknownTarget } from './target-trial';

/** A target that the gate didn't know, of a call that a person approved. */
export interface ApprovedTarget extends UnknownTarget {
  readonly tried: TriedCall;
}

/** The targets for which a person was asked and approved. A value that may be a credential is left out. */
export function approvedTargets(tried: Iterable<TriedCall>, { people }: Pick<Recorded, 'people'>): ApprovedTarget[] {
  return [...tried].flatMap((each) => {
    const { sessionId, requestId, verdict } = each.call;
    const approved = verdict === 'ASK' && people.get(`${sessionId}/${requestId}`) === 'APPROVED';
    if (!approved || each.verdict !== 'ASK') return [];
    return each.unknown.filter(({ value }) => isShowable(value)).map((target) => ({ ...target, tried: each }));
  });
}

/** Targets by what they have in common, where people approved often enough and in several sessions. */
export function approvedOften<Target extends ApprovedTarget>(
  targets: readonly Target[],
  keyOf: (target: Target) => string,
): Target[][] {
  return grouped(targets, keyOf).filter((group) => sessionsOf(group).size >= LEAST_APPROVALS);
}

export function sessionsOf(targets: readonly ApprovedTarget[]): Set<string> {
  return new Set(targets.map(({ tried }) => tried.call.sessionId));
}

/** Longer values are no targets that somebody would write into an app. */
const LONGEST_SHOWN = 200;

/** Whether a value may stand in a proposal: people copy it into their app. */
function isShowable(value: string): boolean {
  if (value.length > LONGEST_SHOWN || hidesCharacters(value)) return false;
  return guardOutput({ content: value, secrets: [], maxBytes: MAX_CALL_BYTES }).ok;
}
