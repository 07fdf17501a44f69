import { readingsOf } from '../../../../runtime/core/guard/readings';
import { randomFrom } from '../../../seed';

const readings = (content: string) => [...readingsOf(content)].map(({ text }) => text);

describe('readingsOf', () => {
  const text = 'a text that somebody encoded';
  test.each([
    ['base64', Buffer.from(text).toString('base64')],
    ['base64 after a name', `value=${Buffer.from(text).toString('base64')}`],
    ['base64 inside base64 text', `Zg${Buffer.from(text).toString('base64')}`],
    ['reversed base64', [...Buffer.from(text).toString('base64').replace(/=/g, '')].reverse().join('')],
    [
      'base64 in pieces of one length',
      (
        Buffer.from(text)
          .toString('base64')
          .match(/.{1,8}/g) ?? []
      ).join('\n'),
    ],
    ['hexadecimal', Buffer.from(text).toString('hex')],
    ['hexadecimal after 0x', `0x${Buffer.from(text).toString('hex')}`],
    ['an array of numbers', JSON.stringify([...Buffer.from(text)])],
    ['base85', "@3BZ'G]Y'MBOQ!*F)Po,@W,e&+D#G#De*Ei"],
    ['base85 after a name', 'value="@3BZ\'G]Y\'MBOQ!*F)Po,@W,e&+D#G#De*Ei"'],
  ])('decodes %s', (_, content) => {
    expect(readings(content).join('\n')).toContain(text);
  });

  test('reads short values in order, also those beyond Latin-1', () => {
    expect(readings('["ab","cd","中1","ef"]')).toContainEqual(expect.stringContaining('cd中1ef'));
  });

  test('stops when the texts that are to be read already cost too much', () => {
    const random = randomFrom(1);
    const below128 = () => Math.floor(random() * 128);
    const content = Array.from({ length: 27_000 }, () => `${below128()},`).join('');
    const made = readingsOf(content);
    let length = 0;
    let next = made.next();
    for (; !next.done; next = made.next()) length += next.value.text.length;
    expect(next.value).toBe(false);
    expect(length).toBeLessThan(3.3 * content.length);
  });
});
