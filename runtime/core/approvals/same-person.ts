import type { Person, SessionUser } from '../contracts';
import { withoutInvisible } from '../display';

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
 * with the same issuer and subject, or if one has the value of one of the claims as the same claim, name or subject. A name of IAM, or
 * one that nobody verified, is the same as any name, subject or claim of the other.
 */
export function isSamePerson(approver: ApprovingPerson, user: SessionUser, claims: readonly string[]): boolean {
  const { person } = approver;
  if (person && user.kind === 'person') {
    return (
      (person.issuer === user.issuer && person.subject === user.subject) ||
      claims.some(
        (claim) => hasValue(person, claimOf(user, claim), claim) || hasValue(user, claimOf(person, claim), claim),
      )
    );
  }
  const ofUser = user.kind === 'person' ? textsOf(user) : [user.name];
  const ofApprover = person ? textsOf(person) : [approver.name, approver.subject];
  return ofApprover.some((one) => ofUser.some((other) => isSameText(one, other)));
}

function claimOf({ claims }: Person, claim: string): string | undefined {
  return Object.hasOwn(claims, claim) ? claims[claim] : undefined;
}

/** An issuer may give as the name or subject what another gives as a claim. */
function hasValue(person: Person, value: string | undefined, claim: string): boolean {
  return [claimOf(person, claim), person.name, person.subject].some((own) => isSameText(own, value));
}

function textsOf({ name, subject, claims }: Person): string[] {
  return [name, subject, ...Object.values(claims)];
}

function isSameText(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const plain = plainText(one);
  return plain !== '' && plain === plainText(other);
}

/** What people can't tell apart is the same: width, case, spaces and invisible characters don't count. */
function plainText(text: string): string {
  const visible = withoutInvisible(text.normalize('NFKC')).text.replace(/\s+/gu, ' ').trim();
  // Upper case first: it joins letters that have two forms in lower case.
  return visible.toUpperCase().toLowerCase().normalize('NFC');
}
