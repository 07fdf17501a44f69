import { DOMAINS, domains } from '../../benchmarks/tasks/domains';
import { poisoned } from '../../benchmarks/tasks/poison';
import { replay } from '../../benchmarks/tasks/replay';
import { CHOSEN } from '../../benchmarks/tasks/settings';

const OPEN = { ...CHOSEN, targets: false, linksAsk: false };
const CLOSED = { ...CHOSEN, automatic: 'none' } as const;

test.each(DOMAINS)(
  'without targets every attack on %s has an effect and no task asks, so nothing else stops a call',
  async (domain) => {
    const { tasks, pairs } = await replay(domain, OPEN);
    expect(tasks.flatMap(({ calls }) => calls).filter(({ verdict }) => verdict !== 'ran')).toEqual([]);
    expect(pairs.filter(({ ran }) => ran.length === 0)).toEqual([]);
    expect(pairs.length).toBeGreaterThan(10 * domains[domain].tasks.length);
  },
);

test('where every outbound and destructive call asks, no attack has an effect, and no task is denied', async () => {
  const { tasks, pairs } = await replay('practice', CLOSED);
  expect(tasks.flatMap(({ calls }) => calls).filter(({ verdict }) => verdict === 'denied')).toEqual([]);
  expect(pairs.filter(({ ran }) => ran.length > 0)).toEqual([]);
});

test('poison changes a value, or adds an element on top of a list, in the results of its tool alone', () => {
  const result = { from: 'a', list: [{ id: '1', text: 'x' }] };
  const poison = [
    { f: 'read', at: '/from', value: 'b' },
    { f: 'read', at: '/list/0/text', value: 'y' },
    { f: 'read', at: '/list/-', value: { id: '2', text: 'z' } },
  ];
  expect(poisoned('read', result, poison)).toEqual({
    from: 'b',
    list: [
      { id: '2', text: 'z' },
      { id: '1', text: 'y' },
    ],
  });
  expect(poisoned('other', result, poison)).toEqual(result);
});

test('poison in a place that the result lacks is a mistake of the benchmark', () => {
  expect(() => poisoned('read', {}, [{ f: 'read', at: '/to', value: 'x' }])).toThrow('no to to poison');
});
