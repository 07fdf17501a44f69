import { createHash } from 'node:crypto';
import { hashLeaf, hashRow } from '../../../../runtime/core/merkle/hash';
import { TreeEdge } from '../../../../runtime/core/merkle/tree';
import { fc } from '../../../seed';

describe('leaf and node hashes', () => {
  test('match the published vectors of RFC 6962', () => {
    expect(hashRow([]).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hashLeaf('').toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    // The eight leaves of the certificate transparency test suite.
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const edge = new TreeEdge();
    for (const input of inputs) edge.append(hashLeaf(Buffer.from(input, 'hex')));
    expect(edge.root().toString('hex')).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
  });

  test('are equal for a text and for its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) =>
        hashLeaf(text).equals(hashLeaf(Buffer.from(text, 'utf8'))),
      ),
    );
  });

  test.each([
    ['nothing', ''],
    ['half a character', 'a\ud83d'],
    ['the longest input with a cached view', 'x'.repeat(2047)],
    ['three bytes for each unit, at the limit of the shared input', '\uffff'.repeat(21_845)],
    ['longer than the shared input', '\u00fc'.repeat(100_000)],
    ['a short one after all these', 'short'],
  ])('are SHA-256 of the prefix and the bytes: %s', (_, text) => {
    const bytes = Buffer.from(text, 'utf8');
    const wanted = createHash('sha256')
      .update(Buffer.from([0]))
      .update(bytes)
      .digest();
    expect(hashLeaf(text).equals(wanted)).toBe(true);
    expect(hashLeaf(bytes).equals(wanted)).toBe(true);
  });
});
