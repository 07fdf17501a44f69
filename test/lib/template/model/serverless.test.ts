import { Assembly, describe as text } from '../../../../lib/template';
import type { JsonValue } from '../../../../runtime/core/contracts';

/** What a variable of a function is, which the globals and the function itself give. */
function variable(global: JsonValue, own: JsonValue): string[] {
  const body = {
    Transform: 'AWS::Serverless-2016-10-31',
    Parameters: { P: { Type: 'String', Default: 'p' } },
    Conditions: { Is: { 'Fn::Equals': [{ Ref: 'P' }, 'p'] } },
    Globals: { Function: { Environment: { Variables: { V: global } } } },
    Resources: { Fn: { Type: 'AWS::Serverless::Function', Properties: { Environment: { Variables: { V: own } } } } },
  };
  const assembly = Assembly.of({ name: 'T.yaml', body });
  return assembly
    .ofType('AWS::Lambda::Function')
    .flatMap((fn) => fn.property('Environment', 'Variables', 'V'))
    .map(({ value }) => text(value));
}

test('a call of a function in place of another one replaces it: their arguments aren’t joined', () => {
  const choice = (name: string): JsonValue => ({ 'Fn::If': ['Is', name, 'other'] });
  expect(variable(choice('global'), choice('own'))).toEqual(['own', 'other']);
  expect(variable({ Ref: 'P' }, { 'Fn::Sub': 'own' })).toEqual(['own']);
  expect(variable('global', choice('own'))).toEqual(['own', 'other']);
});
