import { Credential } from '../../../lib';

describe('Credential', () => {
  test.each(['', 'Bearer sk-123 456', 'a/b', 'geheim!', 'x'.repeat(129)])('refuses the name "%s"', (name) => {
    expect(() => Credential.bearer(name)).toThrow(/is not a name/);
  });
  test.each(['', 'x key', 'x:\r\n', 'ключ'])('refuses the header "%s"', (header) => {
    expect(() => Credential.header('n', header)).toThrow(/not a header name/);
  });
});
