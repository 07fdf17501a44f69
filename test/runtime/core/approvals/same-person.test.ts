import { type ApprovingPerson, isSamePerson } from '../../../../runtime/core/approvals/same-person';
import type { Person, SessionUser } from '../../../../runtime/core/contracts';

function someone(more: Partial<Person> = {}): Person {
  return {
    kind: 'person',
    issuer: 'https://a.example.com',
    subject: 'a-1',
    name: 'Ann',
    groups: [],
    claims: { email: 'ann@example.com' },
    ...more,
  };
}

/** The same person, or another, at another issuer. */
const elsewhere = (more: Partial<Person> = {}) =>
  someone({ issuer: 'https://b.example.com', subject: 'b-7', name: 'b-7', ...more });

const withToken = (person: Person): ApprovingPerson => ({ subject: 'x', name: person.name, person });
const byIam = (name: string): ApprovingPerson => ({ subject: name.toLowerCase(), name });

describe('a name or claim is the same however it is written', () => {
  test.each([
    ['in another case', 'ANN@Example.COM'],
    ['with spaces around', '  ann@example.com\t'],
    ['in full width', '\uff41\uff4e\uff4e@example.com'],
    ['with a zero-width space', 'ann\u200b@example.com'],
    ['with a direction mark', '\u200eann@example.com\u200e'],
    ['with a soft hyphen', 'an\u00adn@example.com'],
    ['with an invisible letter', 'ann@example.com\u3164'],
  ])('%s', (_how, email) => {
    expect(isSamePerson(withToken(elsewhere({ claims: { email } })), someone(), ['email'])).toBe(true);
    expect(isSamePerson(byIam('ann@example.com'), { kind: 'unverified', name: email }, [])).toBe(true);
  });

  test('with other white space inside', () => {
    const author: SessionUser = { kind: 'unverified', name: 'Ann\u00a0 Smith' };
    expect(isSamePerson(withToken(someone({ name: 'ann smith' })), author, [])).toBe(true);
  });

  test('with composed and decomposed letters', () => {
    expect(isSamePerson(byIam('rene\u0301'), { kind: 'unverified', name: 'ren\u00e9' }, [])).toBe(true);
  });
});

describe('the value of a claim of persons is the same wherever a token has it', () => {
  test.each<[string, Partial<Person>]>([
    ['as the name', { name: 'Ann@example.com', claims: {} }],
    ['as the subject', { subject: 'ann@example.com', claims: {} }],
  ])('%s', (_where, more) => {
    expect(isSamePerson(withToken(elsewhere(more)), someone(), ['email'])).toBe(true);
    expect(isSamePerson(withToken(someone()), elsewhere(more), ['email'])).toBe(true);
  });
});

test('two people with one name, or with nothing in common, are two', () => {
  const other = elsewhere({ name: 'Ann', claims: { email: 'other@example.com', team: 'x' } });
  expect(isSamePerson(withToken(other), someone({ claims: { email: 'ann@example.com', team: 'x' } }), ['email'])).toBe(
    false,
  );
  expect(isSamePerson(withToken(elsewhere({ claims: {} })), someone({ claims: {} }), ['email'])).toBe(false);
});

test('what is empty, or only invisible, is nobody’s', () => {
  const email = '\u200b \u2060';
  expect(isSamePerson(withToken(elsewhere({ claims: { email } })), someone({ claims: { email } }), ['email'])).toBe(
    false,
  );
});
