import { metricsOf } from '../../../runtime/core/gate-metrics';
import { call, GateWorld, NOW } from '../gate/gate-world';

describe('the gate’s metrics', () => {
  it('count each denial and each question of its log, and nothing else', async () => {
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

  it('are in the embedded metric format: each name in the directive is a member of the record', () => {
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
