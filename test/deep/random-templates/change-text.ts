import type { Random } from './random';

/** What a text may get anywhere: the signs of YAML and JSON, tags, anchors, and characters that editors leave. */
const PIECES = [
  '!Ref ',
  '!GetAtt A.Arn',
  '!Sub ',
  '!Odd ',
  '!!binary ',
  '!!set ',
  '&a ',
  '*a',
  '<<: *a',
  '<<: ',
  ': ',
  ':',
  '- ',
  '-',
  '? ',
  '|',
  '>-',
  '[',
  ']',
  '{',
  '}',
  ',',
  '"',
  "'",
  '#',
  ' #',
  '%YAML 1.2',
  '---\n',
  '...\n',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '  ',
  '\u00a0',
  '\ufeff',
  '\u2028',
  '\u0000',
  '\u{1F600}',
  '~',
  'yes',
  'N',
  '010',
  '1e3',
  '12:30:45',
  '0x1F',
  '2012-10-17',
  '.inf',
  '.nan',
  '__proto__: ',
  'constructor: ',
  'Fn::Transform: ',
  'Fn::ForEach::A: ',
  '\\',
  '\\u0000',
];

/** Changes a text in a few places, as a person, an editor or a bad merge does. */
export function changeText(random: Random, text: string): string {
  let changed = text;
  for (let i = 1 + random.below(2); i > 0; i -= 1) changed = changeOnce(random, changed);
  return changed;
}

function changeOnce(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const length = random.below(12);
  const lines = text.split('\n');
  const line = random.below(lines.length);
  switch (random.below(8)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
    case 2:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
    case 3:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at + length);
    case 4:
      return [...lines.slice(0, line), lines[line], ...lines.slice(line)].join('\n');
    case 5:
      return [...lines.slice(0, line), ...lines.slice(line + 1)].join('\n');
    case 6:
      return [...lines.slice(0, line), `${' '.repeat(random.below(5))}${lines[line]}`, ...lines.slice(line + 1)].join(
        '\n',
      );
    default:
      return [...lines.slice(0, line), lines[line]?.replace(/^ {2}/, ''), ...lines.slice(line + 1)].join('\n');
  }
}
