import { LimitStore } from '../../../runtime/aws/limit-store';
import type { CallLimit } from '../../../runtime/core/contracts';
import type { LimitUse } from '../../../runtime/core/limits/limit-uses';
import { randomFrom } from '../../seed';
import { AGENT_ID } from '../agent-id';
import { FakeDynamoDb } from './fake-dynamodb';

const NOW = 1_700_000_000_000;
let table: FakeDynamoDb;
let store: LimitStore;
function begin() {
  table = new FakeDynamoDb();
  store = new LimitStore('state', AGENT_ID, table.client);
}
beforeEach(begin);

const use = (amount = 1n, given: Partial<CallLimit> = {}, key = 'k'): LimitUse => ({
  limit: { most: 5, per: 'session', windowSeconds: 60, whenReached: 'ask', ...given },
  key,
  amount,
});
const take = (one: LimitUse | LimitUse[], requestId: string, nowMs = NOW, approved = false) =>
  store.takeAll([one].flat(), { requestId, nowMs, latestMs: nowMs + 22_000, approved });
const item = (key = 'k') => table.items.get(`LIMIT#${AGENT_ID}#${key}|LIMIT`);

test('many calls at once take exactly as much as there is', async () => {
  const taken = await Promise.all(Array.from({ length: 50 }, (_, index) => take(use(), `r-${index}`)));
  expect(taken.filter((reached) => reached === undefined)).toHaveLength(5);
  expect(item()).toMatchObject({ callCount: { N: '5' }, usedAmount: { N: '5' } });
});

test('amounts never add up to more than the maximum, whatever their order', async () => {
  // Tests of a range of seeds share what is made before each test.
  begin();
  const random = randomFrom(23);
  const amounts = Array.from({ length: 80 }, () => BigInt(Math.floor(random() * 40)));
  const most = 300;
  const taken = await Promise.all(amounts.map((amount, index) => take(use(amount, { most }), `r-${index}`)));
  const used = amounts.filter((_, index) => taken[index] === undefined).reduce((sum, amount) => sum + amount, 0n);
  expect(used).toBeLessThanOrEqual(BigInt(most));
  expect(item()?.usedAmount).toEqual({ N: String(used) });
  // Whatever is left is too little for each call that was refused.
  const refused = amounts.filter((_, index) => taken[index] !== undefined);
  for (const amount of refused) expect(used + amount).toBeGreaterThan(BigInt(most));
});

test('a request counts once, also if it is sent many times at once', async () => {
  const taken = await Promise.all(Array.from({ length: 9 }, () => take(use(), 'r-1')));
  expect(taken.every((reached) => reached === undefined)).toBe(true);
  expect(item()?.callCount).toEqual({ N: '1' });
});

test('a call that is taken back makes room, once', async () => {
  for (let index = 0; index < 5; index += 1) await take(use(), `r-${index}`);
  await Promise.all([
    store.releaseAll([use()], 'r-1'),
    store.releaseAll([use()], 'r-1'),
    store.releaseAll([use()], 'r-9'),
  ]);
  expect(item()).toMatchObject({ callCount: { N: '4' }, usedAmount: { N: '4' } });
  expect(await take(use(), 'r-6')).toBeUndefined();
  expect(await take(use(), 'r-7')).toEqual(use());
});

test('a call counts from its outcome for the period, or from the last moment at which it may take effect', async () => {
  const one = use(1n, { most: 1 });
  await take(one, 'r-1');
  expect(await take(one, 'r-2', NOW + 81_999)).toEqual(one);
  await store.settleAll([one], 'r-1', NOW + 100);
  expect(await take(one, 'r-2', NOW + 60_099)).toEqual(one);
  expect(await take(one, 'r-2', NOW + 60_100)).toBeUndefined();
  expect(item()).toMatchObject({ callCount: { N: '1' }, usedAmount: { N: '1' } });
});

test('calls that ended are removed where room is needed, however many they are', async () => {
  const wide = use(1n, { most: 300, windowSeconds: 1 });
  for (let index = 0; index < 300; index += 1) await take(wide, `r-${index}`);
  const later = NOW + 60_000;
  const all = use(300n, { most: 300, windowSeconds: 1 });
  expect(await take(all, 'r-all', later)).toBeUndefined();
  expect(item()).toMatchObject({ callCount: { N: '1' }, usedAmount: { N: '300' } });
});

test('many calls at once remove what ended once', async () => {
  const one = use(1n, { most: 20, windowSeconds: 1 });
  for (let index = 0; index < 20; index += 1) await take(one, `r-${index}`);
  const taken = await Promise.all(Array.from({ length: 40 }, (_, index) => take(one, `n-${index}`, NOW + 60_000)));
  expect(taken.filter((reached) => reached === undefined)).toHaveLength(20);
  expect(item()?.usedAmount).toEqual({ N: '20' });
});

test('an approved call counts beyond a limit that asks, and not beyond one that denies', async () => {
  const asks = use(1n, { most: 1 });
  const denies = use(1n, { most: 1, whenReached: 'deny' }, 'd');
  await take([asks, denies], 'r-1');
  expect(await take(asks, 'r-2', NOW, true)).toBeUndefined();
  expect(item()?.usedAmount).toEqual({ N: '2' });
  expect(await take([asks, denies], 'r-3', NOW, true)).toEqual(denies);
});

test('an item that doesn’t add up counts nothing', async () => {
  await take(use(1n, { most: 1 }), 'r-1');
  table.items.set(`LIMIT#${AGENT_ID}#k|LIMIT`, { ...item(), usedAmount: { N: '0' } });
  await expect(store.read('k')).rejects.toThrow('add up');
});

test('an item is kept a week longer than it counts', async () => {
  await take(use(), 'r-1');
  expect(item()?.ttl).toEqual({ N: String((NOW + 82_000) / 1000 + 7 * 24 * 3600) });
});
