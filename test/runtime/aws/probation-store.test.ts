import { ProbationStore } from '../../../runtime/aws/probation-store';
import { AGENT_ID } from '../agent-id';
import { FakeDynamoDb } from './fake-dynamodb';

const NOW = 1_800_000_000;
const DAY = 86_400;
const key = 'a'.repeat(64);

let table: FakeDynamoDb;
/** A function that has just started, so its memory is empty. */
const fresh = () => new ProbationStore('state', AGENT_ID, table.client);
beforeEach(() => {
  table = new FakeDynamoDb();
});

describe('a probation', () => {
  test('of calls is over after as many different calls, also when they are counted at once and twice', async () => {
    const probation = { key, calls: 3 };
    const store = fresh();
    await Promise.all(['r-1', 'r-1', 'r-2', 'r-1', 'r-2'].map((id) => store.countRun(probation, id)));
    expect(await store.isOver(probation, NOW)).toBe(false);
    await store.countRun(probation, 'r-3');
    expect(await store.isOver(probation, NOW)).toBe(true);
    expect(await fresh().isOver(probation, NOW)).toBe(true);
  });

  test('keeps no more than its calls', async () => {
    const probation = { key, calls: 2 };
    for (let i = 0; i < 10; i++) await fresh().countRun(probation, `r-${i}`);
    expect([...table.items.values()].map((item) => item.runs?.SS)).toEqual([['r-0', 'r-1']]);
  });

  test('of time starts with the first call', async () => {
    const probation = { key, seconds: DAY };
    expect(await fresh().isOver(probation, NOW)).toBe(false);
    expect(await fresh().isOver(probation, NOW + DAY - 1)).toBe(false);
    expect(await fresh().isOver(probation, NOW + DAY)).toBe(true);
  });

  test('of calls and time needs both', async () => {
    const probation = { key, calls: 1, seconds: DAY };
    expect(await fresh().isOver(probation, NOW)).toBe(false);
    expect(await fresh().isOver(probation, NOW + DAY)).toBe(false);
    await fresh().countRun(probation, 'r-1');
    expect(await fresh().isOver(probation, NOW + DAY - 1)).toBe(false);
    expect(await fresh().isOver(probation, NOW + DAY)).toBe(true);
  });

  test('starts again for a tool that changed', async () => {
    await fresh().countRun({ key, calls: 1 }, 'r-1');
    expect(await fresh().isOver({ key: 'b'.repeat(64), calls: 1 }, NOW)).toBe(false);
  });

  test('that is over is asked about once only', async () => {
    const store = fresh();
    await store.countRun({ key, calls: 1 }, 'r-1');
    await store.isOver({ key, calls: 1 }, NOW);
    table.items.clear();
    expect(await store.isOver({ key, calls: 1 }, NOW)).toBe(true);
    expect(table.items.size).toBe(0);
  });
});
