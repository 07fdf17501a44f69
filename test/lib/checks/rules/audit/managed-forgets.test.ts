import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

describe('AuditManagedForgets', () => {
  test.each([
    ['AWS::Bedrock::Agent', 3600, (given: unknown) => ({ IdleSessionTTLInSeconds: given })],
    ['AWS::Bedrock::Agent', 90, (given: unknown) => ({ MemoryConfiguration: { StorageDays: given } })],
    [
      'AWS::BedrockAgentCore::Runtime',
      3600,
      (given: unknown) => ({ LifecycleConfiguration: { IdleRuntimeSessionTimeout: given } }),
    ],
    ['AWS::BedrockAgentCore::Memory', 90, (given: unknown) => ({ EventExpiryDuration: given })],
  ])('%s keeps up to %d', (type, most, given) => {
    const says = (properties: object) => saysOf('AuditManagedForgets', type, properties);
    expect(says(given(most))).toEqual([]);
    expect(says(given(String(most)))).toEqual([]);
    expect(says({})).toEqual([]);
    expect(says(given(most + 1))).toEqual([expect.stringContaining(`which is more than ${most}`)]);
    expect(says(given(UNKNOWN))).toEqual([UNPROVEN]);
  });
});
