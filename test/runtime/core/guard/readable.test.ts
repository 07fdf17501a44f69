import { textRuns } from '../../../../runtime/core/guard/readable';

function runsIn(bytes: Uint8Array, length = bytes.length): string[] {
  const runs: string[] = [];
  textRuns(bytes, length, (start, end) => runs.push(Buffer.from(bytes.subarray(start, end)).toString('utf8')));
  return runs;
}

describe('textRuns', () => {
  test.each([
    { name: 'eight characters between other data', bytes: '\x01\x02plain te\x03\x04', runs: ['plain te'] },
    { name: 'seven characters', bytes: '\x01\x02plain t\x03\x04', runs: [] },
    { name: 'two runs', bytes: 'first run\x01second run', runs: ['first run', 'second run'] },
    { name: 'characters beyond ASCII count as one', bytes: '\x01caf\xc3\xa9 bar\x01', runs: ['café bar'] },
    { name: 'half of such a character ends a run', bytes: 'abcdefg\xc3abcdefg', runs: [] },
  ])('$name', ({ bytes, runs }) => {
    expect(runsIn(Buffer.from(bytes, 'latin1'))).toEqual(runs);
  });

  test('bytes after the length, such as those of an earlier word, are not read', () => {
    expect(runsIn(Buffer.from('abcdefg\xc3\xa9', 'latin1'), 8)).toEqual([]);
  });
});
