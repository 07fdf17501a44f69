import { App, Stack } from 'aws-cdk-lib';
import { AwsConnector, HardenedAgentChecks, HttpConnector, IsolatedNetwork } from '../../../lib';

const untyped = <T>(value: unknown): T => value as T;
const props = { baseUrl: 'https://a.example.com' };

describe('a scope', () => {
  test.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['Stack', 'a string'],
    [{ node: {} }, 'a plain object'],
    [Stack, 'the class Stack itself'],
  ])('is refused where it is no construct, case %#', (scope, said) => {
    expect(() => new HttpConnector(untyped(scope), 'Tickets', props)).toThrow(
      `new HttpConnector(scope, id): scope must be a construct, such as a stack; got ${said}.`,
    );
    expect(() => new HardenedAgentChecks(untyped(scope))).toThrow(/scope (must be|is missing)/);
  });
});

describe('an id', () => {
  const stack = new Stack(new App(), 'Support');
  test.each([
    [undefined, 'nothing'],
    ['', 'an empty string'],
    [5, 'a number'],
    [props, 'a plain object'],
  ])('is refused where it is no text, case %#', (id, said) => {
    expect(() => new HttpConnector(stack, untyped(id), props)).toThrow(
      `Support: new HttpConnector(scope, id): id must be a string, such as 'Agent'; got ${said}.`,
    );
  });
});

test('all that is wrong is said at once', () => {
  const stack = new Stack(new App(), 'Support');
  const wrong = { baseURL: 'https://a.example.com', credential: 'abc' };
  expect(() => new HttpConnector(stack, 'Tickets', untyped(wrong))).toThrow(
    [
      'Support/Tickets: 3 values are refused:',
      '  - props.baseURL is unknown; did you mean "baseUrl"?',
      "  - props.baseUrl is missing; it must be a string, such as 'https://tickets.example.com'.",
      "  - props.credential must be a Credential, such as Credential.bearer('tickets-api'); got a string.",
    ].join('\n'),
  );
});

test('an error leaves nothing behind: the id is still free', () => {
  const stack = new Stack(new App(), 'Support');
  expect(() => new IsolatedNetwork(stack, 'Network', untyped({ maxAzs: '2' }))).toThrow('props.maxAzs must be');
  expect(() => new AwsConnector(stack, 'Network')).not.toThrow();
});
