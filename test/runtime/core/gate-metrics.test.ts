import { metricsOf } from '../../../runtime/core/gate-metrics';
import { call, GateWorld, MANIFEST, NOW, SESSION } from '../gate/gate-world';

describe('the gate’s metrics', () => {
  test('count each denial and each question of its log, and nothing else', async () => {
    const world = new GateWorld();
    const gate = world.gate();
    await call(gate, 'read', { id: 'T-1' });
    await call(gate, 'read', { id: 'T-13' });
    await call(gate, 'wipe', { id: 'T-1' });
    await call(gate, 'refund', { id: 'T-1', cents: 5 });
    const counted = world.logs.map((record) => metricsOf(record, NOW, 'gate-1'));
    expect(counted.map(({ Denials = 0 }) => Denials).reduce((sum: number, n) => sum + Number(n), 0)).toBe(2);
    expect(counted.filter(({ Questions }) => Questions === 1)).toHaveLength(1);
    expect(metricsOf({ event: 'executor_lost' }, NOW, 'gate-1')).toEqual({});
    expect(metricsOf({ event: 'constructor' }, NOW, 'gate-1')).toEqual({});
  });

  test('count a session once that ends for its denials', async () => {
    const world = new GateWorld();
    const gate = world.gate();
    const stopped = () => world.logs.filter(({ event }) => event === 'session_stopped');
    const { maxDenialsPerSession } = MANIFEST;
    for (let denial = 1; denial < maxDenialsPerSession; denial += 1) await call(gate, 'wipe', { id: `T-${denial}` });
    expect(stopped()).toEqual([]);
    for (const id of ['T-91', 'T-92', 'T-93']) await call(gate, 'wipe', { id });
    expect(stopped()).toEqual([{ event: 'session_stopped', sessionId: SESSION, requestId: expect.any(String) }]);
    expect(metricsOf(stopped()[0], NOW, 'gate-1')).toMatchObject({ SessionsStopped: 1 });
  });

  test('are in the embedded metric format: each name in the directive is a member of the record', () => {
    const record = metricsOf({ event: 'denied', code: 'OUT_OF_SCOPE' }, NOW, 'gate-1');
    expect(record).toEqual({
      _aws: {
        Timestamp: NOW,
        CloudWatchMetrics: [
          { Namespace: 'HardenedAgent', Dimensions: [['Gate']], Metrics: [{ Name: 'Denials', Unit: 'Count' }] },
        ],
      },
      Gate: 'gate-1',
      Denials: 1,
    });
  });
});
