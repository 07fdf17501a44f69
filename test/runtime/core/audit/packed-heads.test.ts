import { type PackedHead, PackedHeads } from '../../../../runtime/core/audit/packed-heads';
import { hashLeaf } from '../../../../runtime/core/merkle/hash';
import { fc } from '../../../seed';

const holders = ['ledger', 'witness', 'publication', 'auditor'] as const;

function packed(heads: readonly PackedHead[]): PackedHeads {
  const store = new PackedHeads();
  for (const head of heads) store.push(head);
  store.sort();
  return store;
}

describe('packed heads', () => {
  test('are returned by size, and heads of one size in the order they came', () => {
    const anyHead = fc.record({
      size: fc.integer({ min: 0, max: 40 }),
      root: fc.string().map((text) => hashLeaf(text)),
      holder: fc.constantFrom(...holders),
      signer: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(anyHead, { maxLength: 300 }), fc.integer({ min: -1, max: 41 }), (heads, size) => {
        const store = packed(heads);
        expect(store.at(size).map((position) => store.get(position))).toEqual(
          heads.filter((head) => head.size === size),
        );
        expect([...store.above(size)].map((position) => store.get(position))).toEqual(
          heads.filter((head) => head.size > size).sort((one, other) => one.size - other.size),
        );
        expect(store.largest).toBe(heads.length === 0 ? undefined : Math.max(...heads.map((head) => head.size)));
      }),
    );
  });

  test('keep their roots when the buffer grows', () => {
    const heads = Array.from({ length: 1000 }, (_, i) => ({
      size: 1000 - i,
      root: hashLeaf(String(i)),
      holder: holders[i % 4],
      signer: i % 3,
    }));
    const store = packed(heads);
    expect(heads.map(({ size }) => store.at(size).map((position) => store.get(position)))).toEqual(
      heads.map((head) => [head]),
    );
  });
});
