import { SymbolPlaces } from '../../../../runtime/core/guard/symbol-places';

const abc = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0) - 97);

describe('SymbolPlaces', () => {
  const skeleton = abc(`xaxbx${'y'.repeat(90)}cxa`);
  const places = new SymbolPlaces(skeleton);

  test('counts how many symbols stand in order, over several words of bits', () => {
    expect(places.countForwards(abc('abc'), 0, skeleton.length)).toBe(3);
    expect(places.countForwards(abc('acb'), 0, skeleton.length)).toBe(2);
    expect(places.countForwards(abc('aa'), 0, skeleton.length)).toBe(2);
  });

  test('counts the end of a sequence backwards', () => {
    expect(places.countBackwards(abc('zbc'), 0, skeleton.length)).toBe(2);
    expect(places.countBackwards(abc('ac'), 0, skeleton.length)).toBe(2);
  });

  test('looks at no place outside of the part', () => {
    expect(places.countForwards(abc('abc'), 0, 95)).toBe(2);
    expect(places.countForwards(abc('abc'), 2, skeleton.length)).toBe(1);
    expect(places.countBackwards(abc('bc'), 4, skeleton.length)).toBe(1);
    expect(places.countBackwards(abc('xb'), 3, 4)).toBe(1);
  });

  test('stays right when another skeleton is looked at in between', () => {
    new SymbolPlaces(abc('zzz')).countForwards(abc('z'), 0, 3);
    expect(places.countForwards(abc('abc'), 0, skeleton.length)).toBe(3);
  });
});
