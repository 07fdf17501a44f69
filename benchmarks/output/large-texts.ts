import { benignTexts } from './benign-texts';
import type { Random } from './random';

const LENGTH = 100_000;

/** Texts of 100 KB: business texts, and texts made to cost the check much work. */
export function largeTexts(random: Random): { readonly benign: string[]; readonly hostile: string[] } {
  const texts = benignTexts(random, 400);
  const benign: string[] = [];
  for (let text = ''; texts.length > 0; ) {
    text += `${texts.pop()}\n`;
    if (text.length < LENGTH) continue;
    benign.push(text.slice(0, LENGTH));
    text = '';
  }
  return { benign, hostile: HOSTILE.map((make) => make(random).slice(0, LENGTH)) };
}

const filled = (piece: () => string) => {
  let text = '';
  while (text.length < LENGTH) text += piece();
  return text;
};

const HOSTILE: readonly ((random: Random) => string)[] = [
  () => filled(() => '%2525+'),
  () => filled(() => '\\\\u005c'),
  () => filled(() => '&amp;'),
  () => `&${filled(() => 'amp;')}`,
  () => filled(() => '<a '),
  () => filled(() => '<!--'),
  () => filled(() => '"\\'),
  () => filled(() => 'a!b#c$d%e&f('),
  () => filled(() => '[['),
  () => filled(() => '/*'),
  () => filled(() => '=3D'),
  () => filled(() => '://a:'),
  () => filled(() => 'secret='),
  () => filled(() => 'eyJ'),
  () => filled(() => 'x, '),
  () => filled(() => '日本語、'),
  (random) => filled(() => `${random.below(128)},`),
  (random) => filled(() => `${Buffer.from(random.text(9, 'abcdef ')).toString('base64')} `),
  (random) => filled(() => random.bytes(999).toString('base64')),
  (random) => filled(() => random.bytes(999).toString('hex')),
  (random) => filled(() => `H4sI${random.bytes(18).toString('base64')} `),
  (random) => filled(() => `eJ${random.bytes(18).toString('base64')} `),
  (random) => filled(() => `${random.text(40, 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789')} `),
  (random) =>
    filled(
      () =>
        `${random.text(60, '!"#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstu')} `,
    ),
  () => {
    let text = 'plain text that is encoded again and again ';
    while (text.length < LENGTH) text = text.length < LENGTH / 8 ? text + text : Buffer.from(text).toString('base64');
    return text;
  },
];
