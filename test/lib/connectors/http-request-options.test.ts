import {
  Credential,
  Effect,
  HttpBody,
  HttpConnector,
  HttpMethod,
  type HttpToolOptions,
  ListFormat,
  Pages,
} from '../../../lib';
import { PAGE_ARGUMENT } from '../../../lib/connectors/pages';
import { AgentStack, ID, inputOf } from '../agent-stack';

const LIST = { type: 'array', maxItems: 5, items: ID };

function added(options: Partial<HttpToolOptions>) {
  const { tickets } = new AgentStack();
  return tickets.addTool('new', {
    description: 'x',
    method: HttpMethod.POST,
    path: '/t/{id}',
    input: inputOf({ id: ID, tags: LIST, match: ID, dry: { type: 'boolean' } }),
    ...options,
  });
}

test('the executor learns where arguments go', () => {
  const { _operation } = added({
    lists: { tags: ListFormat.COMMA },
    headers: { match: 'If-Match' },
    query: ['dry', 'tags'],
    body: HttpBody.FORM,
  });
  expect(_operation.http).toEqual({
    method: 'POST',
    path: '/t/{id}',
    body: 'form',
    arguments: [
      { argument: 'tags', in: 'query', name: 'tags', style: 'comma' },
      { argument: 'dry', in: 'query', name: 'dry' },
      { argument: 'match', in: 'header', name: 'If-Match', style: 'comma' },
    ],
  });
});

test('a tool without these options is deployed as before', () => {
  expect(added({})._operation.http).toEqual({ method: 'POST', path: '/t/{id}' });
});

test('pages add the argument that leads to the next one', () => {
  const tool = added({ method: HttpMethod.GET, effect: Effect.READ, pages: Pages.cursor('/meta/next', 'cursor') });
  expect(tool._operation.http).toMatchObject({
    pages: { kind: 'cursor', at: '/meta/next', cursor: { in: 'query', name: 'cursor' }, argument: PAGE_ARGUMENT },
  });
  expect(tool._options.input._document.properties).toHaveProperty(PAGE_ARGUMENT);
  expect(tool._options.input._document.required).not.toContain(PAGE_ARGUMENT);
});

test.each([
  [{ lists: { none: ListFormat.COMMA } }, 'lists names "none", which is no argument'],
  [{ lists: { toString: ListFormat.COMMA } }, 'lists names "toString", which is no argument'],
  [{ lists: { match: ListFormat.COMMA } }, 'neither a list nor an object'],
  [{ lists: { id: ListFormat.COMMA } }, 'fills a placeholder'],
  [{ query: ['none'] }, 'query names "none"'],
  [{ query: ['dry'], body: HttpBody.NONE }, 'so all arguments go there'],
  [{ query: ['match'], headers: { match: 'If-Match' } }, 'goes into a header'],
  [{ headers: { match: 'Host' } }, 'headers sends "match" as "Host", which is refused'],
  [{ headers: { match: 'Authorization' } }, 'is refused'],
  [{ headers: { match: 'a\r\nb' } }, 'no name of a header'],
  [{ headers: { match: 'If-Match', dry: 'if-match' } }, 'twice'],
  [{ method: HttpMethod.GET, body: HttpBody.JSON }, 'a GET has no body'],
  [{ pages: Pages.linkHeader() }, 'the effect isn’t Effect.READ'],
  [{ effect: Effect.READ, pages: Pages.cursor('/next', 'match') }, 'pages sets "match"'],
  [{ effect: Effect.READ, method: HttpMethod.GET, pages: Pages.cursorInBody('/next', 'start') }, 'write Pages.cursor'],
  [{ effect: Effect.READ, pages: Pages.nextUrl('next') }, 'is not a JSON Pointer'],
  [{ effect: Effect.READ, pages: Pages.nextUrl('') }, 'names the whole answer'],
  [{ effect: Effect.READ, pages: Pages.linkHeader(), input: inputOf({ id: ID, [PAGE_ARGUMENT]: ID }) }, 'rename it'],
] as [Partial<HttpToolOptions>, string][])('%j is refused: %s', (options, expected) => {
  expect(() => added(options)).toThrow(expected);
});

test('a target is internal only where nothing confines its executor to the internet', () => {
  const made = new AgentStack();
  const internal = new HttpConnector(made.stack, 'Crm', { baseUrl: 'https://crm.example.com', internal: true });
  expect(internal._settings()).toEqual({ baseUrl: 'https://crm.example.com', internal: true });
  expect(made.tickets._settings()).not.toHaveProperty('internal');
});

test('a credential in the query', () => {
  expect(Credential.query('maps', 'key')._http).toEqual({ name: 'maps', kind: 'query', parameterName: 'key' });
  const { stack } = new AgentStack();
  const credential = Credential.query('maps', 'a&b');
  expect(() => new HttpConnector(stack, 'New', { baseUrl: 'https://a.example.com', credential })).toThrow(
    'other characters',
  );
});
