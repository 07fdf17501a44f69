import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

describe('GateReturnUrlsExact', () => {
  const says = (...urls: unknown[]) =>
    saysOf('GateReturnUrlsExact', 'AWS::BedrockAgentCore::WorkloadIdentity', { AllowedResourceOauth2ReturnUrls: urls });

  test('whole addresses are fine, and those of programs on the same machine', () => {
    expect(says('https://app.example.com/callback', 'http://localhost:8081/callback', 'http://127.0.0.1/cb')).toEqual(
      [],
    );
    expect(saysOf('GateReturnUrlsExact', 'AWS::BedrockAgentCore::WorkloadIdentity', {})).toEqual([]);
  });

  test('wildcards and addresses without TLS are found', () => {
    expect(says('https://ok.example.com', 'https://*.example.com/cb')).toEqual([
      'Properties.AllowedResourceOauth2ReturnUrls[1]: https://*.example.com/cb: a wildcard stands for addresses of others',
    ]);
    expect(says('http://app.example.com/cb')).toHaveLength(1);
    expect(says('http://localhost.evil.example/cb')).toHaveLength(1);
  });

  test('an unknown address can’t be proven', () => expect(says(UNKNOWN)).toEqual([UNPROVEN]));
});
