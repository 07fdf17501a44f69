import type { JsonObject } from '../../../../runtime/core/contracts';
import { lintTarget } from '../../../../runtime/core/schema/lint-target';

const text: JsonObject = { type: 'string', maxLength: 100 };
const person: JsonObject = { type: 'object', additionalProperties: false, properties: { to: text, 'a/b': text } };
const schema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    to: { type: 'array', maxItems: 5, items: text },
    mail: person,
    mails: { type: 'array', maxItems: 5, items: person },
  },
};

describe('a pointer to a target', () => {
  test.each(['/to', '/to/*', '/mail', '/mail/to', '/mail/a~1b', '/mails', '/mails/*', '/mails/*/to'])(
    'may be %s',
    (pointer) => {
      expect(lintTarget(schema, pointer)).toBeUndefined();
    },
  );

  test.each([
    ['/too', 'write one of "/to", "/mail", "/mails"'],
    ['/mail/too', 'write one of "/mail/to"'],
    ['/mail/*', 'write one of "/mail/to"'],
    ['/constructor', 'write one of "/to"'],
    ['/mails/to', 'write "/mails/*/to"'],
    ['/mails/0/to', 'write "/mails/*/to"'],
    ['/to/0', 'write "/to/*"'],
    ['/mail/to/address', 'write "/mail/to"'],
    ['to', 'not a JSON Pointer'],
    ['/mail/a~2b', 'not a JSON Pointer'],
    ['', 'write the argument'],
  ])('%j is refused, with what to write instead', (pointer, fix) => {
    expect(lintTarget(schema, pointer)).toContain(fix);
  });
});
