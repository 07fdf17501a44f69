import { Credential, HttpConnector } from '../../../lib';
import { AgentStack } from '../agent-stack';

const connectorWith = (credential: Credential) => () =>
  new HttpConnector(new AgentStack().stack, 'New', { baseUrl: 'https://a.example.com', credential });

describe('Credential', () => {
  test.each(['', 'Bearer sk-123 456', 'a/b', 'geheim!', 'x'.repeat(129)])('refuses the name "%s"', (name) => {
    expect(connectorWith(Credential.bearer(name))).toThrow(
      /^Stack\/New: props\.credential: Credential\.bearer: the name has other characters than letters, digits, _ and -, or /,
    );
  });
  test.each(['', 'x key', 'x:\r\n', 'ключ'])('refuses the header "%s"', (header) => {
    expect(connectorWith(Credential.header('n', header))).toThrow(
      /^Stack\/New: props\.credential: Credential\.header: the header name has other characters than letters, digits and -/,
    );
  });

  test('isn’t repeated in errors, because somebody may have written its value', () => {
    const secret = 'sk-123 456';
    expect(connectorWith(Credential.bearer(secret))).toThrow(/^(?!.*sk-123)/);
    expect(connectorWith(Credential.header('n', secret))).toThrow(/^(?!.*sk-123)/);
    expect(() => Credential.bearer(secret).name).toThrow(/^Credential\.bearer: (?!.*sk-123)/);
  });
});
