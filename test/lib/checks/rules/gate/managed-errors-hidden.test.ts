import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

describe('GateManagedErrorsHidden', () => {
  const says = (properties: object) => saysOf('GateManagedErrorsHidden', 'AWS::BedrockAgentCore::Gateway', properties);

  test('without a level, callers get no details', () => expect(says({})).toEqual([]));

  test('details for callers are found', () => {
    expect(says({ ExceptionLevel: 'DEBUG' })).toEqual([
      'Properties.ExceptionLevel: callers get the errors of its tools in full',
    ]);
  });

  test('an unknown level can’t be proven', () => expect(says({ ExceptionLevel: UNKNOWN })).toEqual([UNPROVEN]));
});
