import type { Resource, Template } from '../../template/index';
import type { WrittenText } from '../facts/written-texts';
import type { Offence } from '../rule';
import { credentialFormatIn, withoutExamples } from './credential-text';

/** Credentials that are known by what they look like, in texts as the template contains them. */
export function* formatsAsWritten(resource: Resource | Template, written: Iterable<WrittenText>): Generator<Offence> {
  for (const { text, property, name } of written) {
    const what = credentialFormatIn(isProse(name) ? withoutExamples(text) : text);
    if (what !== undefined) yield { resource, property, message: `the template contains ${what}` };
  }
}

/** Whether a member is written for people. */
export function isProse(member: string | undefined): boolean {
  return /^(Constraint)?Description$/.test(member ?? '');
}
