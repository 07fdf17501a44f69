import type { Gate } from '../../../runtime/gate/gate';
import { call, GateWorld, MANIFEST } from './gate-world';

/**
 * Takes one check away at a time and shows that its probe then fails, for the reason that the check exists: a probe that
 * still passed would test nothing.
 */
const probes = {
  scope: async (gate: Gate, world: GateWorld) => {
    await call(gate, 'refund', { id: 'T-1', cents: 50_001 });
    await call(gate, 'read', { id: 'T-13' });
    expect({ executed: world.executed.length, asked: world.asked.length }).toEqual({ executed: 0, asked: 0 });
  },
  schema: async (gate: Gate, world: GateWorld) => {
    await call(gate, 'read', { id: '../../admin' });
    expect({ executed: world.executed.length }).toEqual({ executed: 0 });
  },
  intent: async (gate: Gate, world: GateWorld) => {
    let loggedBefore: string[] = [];
    world.answer = () => {
      loggedBefore = world.entries().map((entry) => entry.type);
      return {};
    };
    await call(gate, 'read', { id: 'T-1' });
    expect({ loggedBefore }).toEqual({ loggedBefore: ['intent'] });
  },
};

/** The gate's code with one of its modules replaced. */
function gateWith(module: string, replacement: object): new (...args: ConstructorParameters<typeof Gate>) => Gate {
  let mutated: typeof import('../../../runtime/gate/gate') | undefined;
  jest.isolateModules(() => {
    jest.doMock(module, () => ({ ...jest.requireActual(module), ...replacement }));
    mutated = require('../../../runtime/gate/gate');
    jest.dontMock(module);
  });
  if (!mutated) throw new Error('The gate was not loaded.');
  return mutated.Gate;
}

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});

test.each(Object.entries(probes))('the real gate passes the probe of %s', async (_, probe) => {
  await probe(world.gate(), world);
});

test('without the scope check, calls that policies deny reach an executor or a person', async () => {
  class Permissive {
    decide = () => ({ decision: 'ALLOW', policyIds: [] });
  }
  const Mutated = gateWith('../../../runtime/core/authorizer', { Authorizer: Permissive });
  await expect(probes.scope(new Mutated(MANIFEST, world.ports), world)).rejects.toThrow(/"executed": 2/);
});

test('without the schema check, nonsense reaches an executor', async () => {
  const Mutated = gateWith('../../../runtime/core/schema/compile-schema', {
    compileSchema: () => () => ({ ok: true }),
  });
  await expect(probes.schema(new Mutated(MANIFEST, world.ports), world)).rejects.toThrow(/"executed": 1/);
});

test('without the intent, a call runs that no record announces', async () => {
  const gate = world.gate(MANIFEST, { ledger: { ...world.ports.ledger, appendNext: async () => 'nowhere' } });
  await expect(probes.intent(gate, world)).rejects.toThrow(/"intent"/);
});
