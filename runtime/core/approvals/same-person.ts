import type { Person, SessionUser } from '../contracts';

/** Claims that make two people one, unless the deployment says otherwise. */
export const SAME_PERSON_CLAIMS: readonly string[] = ['email'];

/** What is known of a person who approves. */
export interface ApprovingPerson {
  readonly subject: string;
  readonly name: string;
  /** Absent: the person came by IAM. */
  readonly person?: Person;
}

/**
 * Whether an approver is the user. In doubt they are the same: then somebody else must approve. Two people of tokens are the same
 * with the same issuer and subject, or with the same value of one of the claims. A name of IAM, or one that nobody verified, is the same
 * as any name, subject or claim of the other.
 */
export function isSamePerson(approver: ApprovingPerson, user: SessionUser, claims: readonly string[]): boolean {
  const { person } = approver;
  if (person && user.kind === 'person') {
    return (
      (person.issuer === user.issuer && person.subject === user.subject) ||
      claims.some((claim) => isSameText(claimOf(person, claim), claimOf(user, claim)))
    );
  }
  const ofUser = user.kind === 'person' ? textsOf(user) : [user.name];
  const ofApprover = person ? textsOf(person) : [approver.name, approver.subject];
  return ofApprover.some((one) => ofUser.some((other) => isSameText(one, other)));
}

function claimOf({ claims }: Person, claim: string): string | undefined {
  return Object.hasOwn(claims, claim) ? claims[claim] : undefined;
}

function textsOf({ name, subject, claims }: Person): string[] {
  return [name, subject, ...Object.values(claims)];
}

function isSameText(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const plain = plainText(one);
  return plain !== '' && plain === plainText(other);
}

function plainText(text: string): string {
  // Upper case first: it joins letters that have two forms in lower case.
  return text.normalize('NFC').trim().toUpperCase().toLowerCase();
}
