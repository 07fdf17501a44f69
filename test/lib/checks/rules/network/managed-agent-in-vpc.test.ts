import type { JsonObject } from '../../../../../runtime/core/contracts';
import { linesOf } from '../../check-template';
import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

const RUNTIME = 'AWS::BedrockAgentCore::Runtime';
const BROWSER = 'AWS::BedrockAgentCore::BrowserCustom';
const INTERPRETER = 'AWS::BedrockAgentCore::CodeInterpreterCustom';
const HARNESS = 'AWS::BedrockAgentCore::Harness';

describe('NetworkManagedAgentInVpc', () => {
  const says = (type: string, properties: object) => saysOf('NetworkManagedAgentInVpc', type, properties);
  const inMode = (mode: unknown) => ({ NetworkConfiguration: { NetworkMode: mode } });

  test.each([RUNTIME, BROWSER, INTERPRETER])('%s in a VPC is fine', (type) => {
    expect(says(type, inMode('VPC'))).toEqual([]);
  });

  test.each([RUNTIME, BROWSER, INTERPRETER])('%s on the public network is found', (type) => {
    expect(says(type, inMode('PUBLIC'))).toEqual([
      'Properties.NetworkConfiguration.NetworkMode: runs on the public network: it reaches any host on the internet',
    ]);
  });

  test('the sandbox is for code interpreters only', () => {
    expect(says(INTERPRETER, inMode('SANDBOX'))).toEqual([]);
    expect(says(RUNTIME, inMode('SANDBOX'))).toHaveLength(1);
  });

  test('without a mode, AWS takes the public network', () => {
    expect(says(RUNTIME, {})).toEqual([
      'Properties.NetworkConfiguration: names no network mode, so it runs on the public network',
    ]);
  });

  test('a harness names its network deeper, unless it runs on a runtime that has one', () => {
    const around = (environment: object) => ({ Environment: { AgentCoreRuntimeEnvironment: environment } });
    expect(says(HARNESS, around(inMode('VPC')))).toEqual([]);
    expect(says(HARNESS, around(inMode('PUBLIC')))).toHaveLength(1);
    expect(
      says(HARNESS, around({ AgentRuntimeArn: 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:runtime/r' })),
    ).toEqual([]);
  });

  test('a capacity provider has a VPC of its own', () => {
    expect(says(RUNTIME, { CapacityProviderConfiguration: { CapacityProviderArn: 'arn' } })).toEqual([]);
  });

  test('a mode that is public in one case can’t be proven, and is named once', () => {
    const either = (...modes: string[]) => ({ Parameters: { Mode: { Type: 'String', AllowedValues: modes } } });
    const resources = { It: { Type: RUNTIME, Properties: inMode({ Ref: 'Mode' }) as JsonObject } };
    expect(linesOf('NetworkManagedAgentInVpc', resources, either('PRIVATE', 'PUBLIC', 'VPC'))).toEqual([
      "It Properties.NetworkConfiguration.NetworkMode: can't be proven: it runs on the public network: it reaches any host on the internet (when Mode = PUBLIC)",
    ]);
    expect(linesOf('NetworkManagedAgentInVpc', resources, either('PUBLIC'))).toEqual([
      expect.stringMatching(/NetworkMode: runs on the public network/),
    ]);
  });

  test('an unknown mode or configuration can’t be proven', () => {
    expect(says(RUNTIME, inMode(UNKNOWN))).toEqual([UNPROVEN]);
    expect(says(RUNTIME, inMode('ELSEWHERE'))).toEqual([UNPROVEN]);
    expect(says(RUNTIME, { NetworkConfiguration: UNKNOWN })).toEqual([UNPROVEN]);
  });
});
