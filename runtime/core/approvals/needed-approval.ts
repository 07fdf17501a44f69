import { type ApprovalRule, type Manifest, type NeededApproval, type SessionItem, sessionUserOf } from '../contracts';
import { type ApprovingPerson, isSamePerson, SAME_PERSON_CLAIMS } from './same-person';

/** What it takes where no rule says more. */
export const ONE_APPROVER: NeededApproval = { people: 1, groups: [], samePersonClaims: SAME_PERSON_CLAIMS };

/** Whether a person is in one group of each list. */
export function isInGroups({ groups }: Pick<NeededApproval, 'groups'>, of: readonly string[]): boolean {
  return groups.every((any) => any.some((group) => of.includes(group)));
}

/** Whether an approver is the person of the session or wrote its task. */
export function isOwnRequest(
  approver: ApprovingPerson,
  session: Pick<SessionItem, 'user' | 'runsFor' | 'taskAuthor'>,
  { samePersonClaims }: Pick<NeededApproval, 'samePersonClaims'>,
): boolean {
  const own = [sessionUserOf(session), ...(session.taskAuthor ? [session.taskAuthor] : [])];
  return own.some((user) => isSamePerson(approver, user, samePersonClaims));
}

/** Whether a person is one of those who approved before, under another name. */
export function isOneOf(
  approver: ApprovingPerson,
  others: readonly ApprovingPerson[],
  { samePersonClaims }: Pick<NeededApproval, 'samePersonClaims'>,
): boolean {
  return others.some(
    ({ subject, name, person }) =>
      subject === approver.subject || isSamePerson(approver, person ?? { kind: 'unverified', name }, samePersonClaims),
  );
}

/** What meets both. */
export function strictest(one: NeededApproval, other: NeededApproval): NeededApproval {
  const groups = new Map([...one.groups, ...other.groups].map((any) => [JSON.stringify([...any].sort()), any]));
  return {
    people: Math.max(one.people, other.people),
    groups: [...groups.values()],
    samePersonClaims: [...new Set([...one.samePersonClaims, ...other.samePersonClaims])],
  };
}

/** What it takes to approve a call, and by when. */
export interface ApprovalTerms {
  readonly needed: NeededApproval;
  readonly expirySeconds: number;
  readonly remindAfterSeconds: number;
}

/** The terms of a call: the strictest of each kind among the rules that hold for it, and the deployment's where none says one. */
export function termsOf(
  rules: readonly ApprovalRule[],
  {
    approvalExpirySeconds,
    samePersonClaims = SAME_PERSON_CLAIMS,
  }: Pick<Manifest, 'approvalExpirySeconds' | 'samePersonClaims'>,
): ApprovalTerms {
  const needed = rules.reduce<NeededApproval>(
    (before, { people = 1, groups }) => strictest(before, { people, groups: groups ? [groups] : [], samePersonClaims }),
    { people: 1, groups: [], samePersonClaims },
  );
  const expirySeconds = least(rules.map((rule) => rule.expirySeconds)) ?? approvalExpirySeconds;
  const remindAfter = least(rules.map((rule) => rule.remindAfterSeconds));
  const inTime = remindAfter !== undefined && remindAfter < expirySeconds;
  return { needed, expirySeconds, remindAfterSeconds: inTime ? remindAfter : Math.floor(expirySeconds / 2) };
}

function least(values: readonly (number | undefined)[]): number | undefined {
  const given = values.filter((value) => value !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}
