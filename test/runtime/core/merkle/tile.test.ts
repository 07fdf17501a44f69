import { decodeEntryBundle, encodeEntryBundle, entryBundlePath, tilePath } from '../../../../runtime/core/merkle/tile';
import { fc } from '../../../seed';

describe('tiles', () => {
  test.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, index: 1234067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 1, index: 1000, width: 17 }, 'tile/1/x001/000.p/17'],
  ])('are named as C2SP tlog-tiles says: %j', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
  });

  test('entry bundles are length-prefixed and survive a round trip', () => {
    expect(entryBundlePath(273, 112)).toBe('tile/entries/273.p/112');
    expect(encodeEntryBundle(['ab', '']).toString('hex')).toBe('000261620000');
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (entries) => {
        expect(decodeEntryBundle(encodeEntryBundle(entries))).toEqual(entries);
      }),
    );
    expect(() => decodeEntryBundle(Buffer.from('00036162', 'hex'))).toThrow('ends in the middle');
    expect(() => encodeEntryBundle(['x'.repeat(65_536)])).toThrow('at most');
  });
});
