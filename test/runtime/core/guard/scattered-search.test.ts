import { blocksOf, ScatteredSearch } from '../../../../runtime/core/guard/scattered-search';
import { SymbolPlaces } from '../../../../runtime/core/guard/symbol-places';
import { randomFrom } from '../../../seed';

/** The definition, without any of the search's shortcuts. */
function isScattered(skeleton: Uint8Array, symbols: Uint8Array, window: number, losses: number): boolean {
  const holdsAt = (start: number, sought: Uint8Array) => {
    let place = 0;
    for (let at = start; at < Math.min(skeleton.length, start + window); at += 1) {
      if (skeleton[at] === sought[place]) place += 1;
    }
    return place === sought.length;
  };
  const variants = losses === 0 ? [symbols] : [...symbols].map((_, lost) => symbols.filter((_, at) => at !== lost));
  return variants.some((sought) => skeleton.some((symbol, start) => symbol === sought[0] && holdsAt(start, sought)));
}

let random: () => number;
function below(limit: number): number {
  return Math.floor(random() * limit);
}
const randomSymbols = (length: number) => Uint8Array.from({ length }, () => below(36));

/** The symbols of the spelling but some, with up to `most` random symbols before each. */
function scatter(symbols: Uint8Array, most: number, lost: number): number[] {
  const missing = new Set(Array.from({ length: lost }, () => below(symbols.length)));
  return [...symbols].flatMap((symbol, at) => [
    ...randomSymbols(below(most + 1)),
    ...(missing.has(at) ? [] : [symbol]),
  ]);
}

describe('ScatteredSearch', () => {
  test.each([
    { length: 14, window: 28, losses: 0 },
    { length: 24, window: 108, losses: 1 },
    { length: 70, window: 210, losses: 0 },
  ])('finds a spelling of $length symbols exactly when a window of $window holds it', ({ length, window, losses }) => {
    random = randomFrom(1);
    const found = { yes: 0, no: 0 };
    const few = () => found.yes <= 5 || found.no <= 5;
    for (let run = 0; run < 40 || (few() && run < 1000); run += 1) {
      const symbols = randomSymbols(length);
      const most = Math.round((2 * window) / length) - 2;
      const skeleton = Uint8Array.from([
        ...randomSymbols(below(700)),
        ...scatter(symbols, below(most + 2), below(3)),
        ...randomSymbols(below(700)),
      ]);
      const expected = isScattered(skeleton, symbols, window, losses);
      found[expected ? 'yes' : 'no'] += 1;
      expect(
        new ScatteredSearch(symbols, false, false).holds(skeleton, blocksOf(skeleton), new SymbolPlaces(skeleton)),
      ).toBe(expected);
    }
    expect(found.yes).toBeGreaterThan(5);
    expect(found.no).toBeGreaterThan(5);
  });
});
