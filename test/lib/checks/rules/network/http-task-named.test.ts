import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { network } from './network-template';

describe('NetworkHttpTaskNamed', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkHttpTaskNamed', resources, around);
  const machine = (members: JsonObject): JsonObject => ({
    Role: network.Role,
    M: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Definition: { States: { Post: { Resource: 'arn:aws:states:::http:invoke', ...members } } },
      },
    },
  });

  test.each<[string, JsonObject]>([
    ['a host', { Parameters: { ApiEndpoint: 'https://api.example.com/notes' } }],
    ['a host with a path of the input', { Arguments: { ApiEndpoint: "{% 'https://api.example.com/notes/' & $id %}" } }],
    ['a host in a format', { Parameters: { 'ApiEndpoint.$': "States.Format('https://api.example.com/{}', $.id)" } }],
    ['another task', { Resource: 'arn:aws:states:::lambda:invoke', Arguments: {} }],
  ])('%s is fine', (_name, members) => expect(lines(machine(members))).toEqual([]));

  test.each<[string, JsonObject]>([
    ['an address of the input', { Parameters: { 'ApiEndpoint.$': '$.url' } }],
    ['an address of an expression', { Arguments: { ApiEndpoint: '{% $states.input.url %}' } }],
    ['a host of the input', { Arguments: { ApiEndpoint: "{% 'https://' & $host & '/x' %}" } }],
  ])('%s is found', (_name, members) => {
    expect(lines(machine(members))).toEqual([expect.stringContaining('calls whatever host its input names')]);
  });

  test('a machine that calls no model is its own matter', () => {
    const plain = machine({ Parameters: { 'ApiEndpoint.$': '$.url' } });
    expect(lines(changed(plain, ['Role', 'Properties'], {}))).toEqual([]);
  });

  test('an address that isn’t known is found', () => {
    const unknown = machine({ Parameters: { ApiEndpoint: { Ref: 'Unknown' } } });
    expect(lines(unknown, UNKNOWN_PARAMETER)).toHaveLength(1);
    expect(lines(machine({ Parameters: {} }))).toEqual([expect.stringContaining("can't be proven")]);
  });
});
