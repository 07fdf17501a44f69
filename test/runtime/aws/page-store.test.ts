import { GetItemCommand, type UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PageStore, type StoredPage } from '../../../runtime/aws/page-store';

const PAGE: StoredPage = { tool: 'list', argsHash: 'a'.repeat(64), kind: 'query', place: 'page=2' };

/** Keeps items as the table does, by key. */
function table() {
  const items = new Map<string, Record<string, unknown>>();
  const sent: (GetItemCommand | UpdateItemCommand)[] = [];
  const send = async (command: GetItemCommand | UpdateItemCommand) => {
    sent.push(command);
    const key = JSON.stringify(command.input.Key);
    if (command instanceof GetItemCommand) return { Item: items.get(key) };
    const {
      ':tool': tool,
      ':hash': argsHash,
      ':kind': kind,
      ':place': place,
    } = command.input.ExpressionAttributeValues ?? {};
    items.set(key, { tool, argsHash, kind, place });
    return {};
  };
  return { items, sent, store: new PageStore('state', { send } as never) };
}

test('a page is kept in its session’s own partition, once, for a day', async () => {
  const { sent, store } = table();
  await store.put('agent-s1', 'ref', PAGE, 1000);
  const [{ input }] = sent as UpdateItemCommand[];
  expect(input).toMatchObject({
    TableName: 'state',
    Key: { pk: { S: 'SESSION#agent-s1' }, sk: { S: 'PAGE#ref' } },
    ConditionExpression: 'attribute_not_exists(pk)',
    ExpressionAttributeValues: { ':ttl': { N: String(1000 + 24 * 3600) } },
  });
  expect(await store.get('agent-s1', 'ref')).toEqual(PAGE);
  expect(sent[1].input).toMatchObject({ ConsistentRead: true });
});

test('nothing of another session, and nothing that is no page', async () => {
  const { items, store } = table();
  await store.put('agent-s1', 'ref', PAGE, 1000);
  expect(await store.get('agent-s2', 'ref')).toBeUndefined();
  expect(await store.get('agent-s1', 'other')).toBeUndefined();
  for (const [key, item] of items) items.set(key, { ...item, kind: { S: 'address' } });
  expect(await store.get('agent-s1', 'ref')).toBeUndefined();
});
