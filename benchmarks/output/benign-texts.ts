import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dojo, SUITES } from '../agentdojo/suites';
import type { Random } from './random';

const ROOT = path.join(__dirname, '../..');
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const WORDS =
  'the of and to in a is for on that with as by at from this be are was it or an have has not which we you they will can order invoice customer payment delivery report meeting project ticket account service change request team quarter budget contract review update issue support release status open closed urgent pending shipped refund amount total price tax discount address street city country phone email name date number please thank regards attached find below confirm schedule tomorrow monday morning office manager sales finance legal engineering product design operations warehouse supplier shipment tracking warranty policy renewal subscription license agreement'.split(
    ' ',
  );
const NAMES = ['Maria Lopez', 'Jürgen Müller', 'Ann O’Brien', 'Li Wei', 'Zoë Novák', 'Kofi Mensah', 'Søren Ø.'];

const sentence = (random: Random) => {
  const words = Array.from({ length: 6 + random.below(14) }, () => random.of(WORDS)).join(' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
};
const paragraph = (random: Random) => Array.from({ length: 3 + random.below(5) }, () => sentence(random)).join(' ');
const amount = (random: Random) => (random.below(1_000_000) / 100).toFixed(2);
const day = (random: Random) => new Date(1.75e12 + random.below(3e10)).toISOString();
const uuid = (random: Random) =>
  random
    .bytes(16)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const many = (random: Random, least: number, more: number, make: (index: number) => string) =>
  Array.from({ length: least + random.below(more) }, (_, index) => make(index));
const person = (random: Random) => random.of(NAMES);

/** Texts of business systems, by kind. */
const TEMPLATES: Readonly<Record<string, (random: Random) => string>> = {
  mail: (random) =>
    `From: ${random.text(6, LETTERS)}@example.com\nTo: support@example.com\nDate: ${day(random)}\nMessage-ID: <${random.text(24, LETTERS)}.${random.below(10 ** 9)}@mail.example.com>\n\nDear ${person(random)},\n\n${paragraph(random)}\n\n${paragraph(random)}\n\nBest regards,\n${person(random)}`,
  orders: (random) =>
    JSON.stringify(
      many(random, 3, 30, (index) => `${index}`).map((index) => ({
        id: `ORD-${100_000 + Number(index)}`,
        uuid: uuid(random),
        customer: { name: person(random), email: `${random.text(8, LETTERS)}@example.org` },
        amountCents: random.below(100_000),
        createdAt: day(random),
        tags: many(random, 0, 4, () => random.of(WORDS)),
      })),
      null,
      random.of([0, 2]),
    ),
  log: (random) =>
    many(
      random,
      10,
      60,
      () =>
        `${day(random)} ${random.of(['INFO', 'WARN', 'DEBUG'])} [${random.text(8, '0123456789abcdef')}] req=${uuid(random)} ${sentence(random)} took=${random.below(900)}ms`,
    ).join('\n'),
  table: (random) =>
    [
      '| id | name | amount | when |',
      '|---|---|---|---|',
      ...many(random, 5, 40, (index) => `| ${index + 1} | ${person(random)} | ${amount(random)} | ${day(random)} |`),
    ].join('\n'),
  csv: (random) =>
    [
      'id;date;account;amount;text',
      ...many(
        random,
        5,
        80,
        (i) => `${i};${day(random)};DE${random.text(20, '0123456789')};${amount(random)};${sentence(random)}`,
      ),
    ].join('\n'),
  image: (random) =>
    `{"name":"logo.png","type":"image/png","data":"data:image/png;base64,iVBORw0KGgo${random.bytes(600 + random.below(6000)).toString('base64')}"}`,
  hashes: (random) =>
    many(random, 5, 40, () => `${random.bytes(32).toString('hex')}  dist/${random.text(8, LETTERS)}.js`).join('\n'),
  lockFile: (random) =>
    JSON.stringify(
      Object.fromEntries(
        many(random, 3, 20, () => random.text(7, LETTERS)).map((name) => [
          name,
          {
            version: `${random.below(20)}.${random.below(20)}.${random.below(9)}`,
            integrity: `sha512-${random.bytes(64).toString('base64')}`,
          },
        ]),
      ),
      null,
      2,
    ),
  numbers: (random) =>
    JSON.stringify({
      series: many(random, 20, 300, () => '').map(() => random.below(random.of([10, 200, 256, 100_000]))),
    }),
  html: (random) =>
    `<html><head><style>p{color:#${random.text(6, '0123456789abcdef')}}</style></head><body>${many(random, 3, 12, () => `<h2>${sentence(random)}</h2><p class="c${random.below(99)}">${paragraph(random)}&nbsp;&copy; ${amount(random)}&euro;</p>`).join('')}</body></html>`,
  xml: (random) =>
    `<?xml version="1.0"?>\n<invoices>${many(random, 2, 15, (i) => `\n  <invoice id="${i}" ref="${uuid(random)}"><to>${person(random)}</to><total currency="EUR">${amount(random)}</total></invoice>`).join('')}\n</invoices>`,
  yaml: (random) =>
    many(
      random,
      5,
      25,
      (i) =>
        `item_${i}:\n  title: ${sentence(random)}\n  owner: ${person(random)}\n  count: ${random.below(900)}\n  flag: ${random.of(['true', 'false'])}`,
    ).join('\n'),
  links: (random) =>
    many(
      random,
      3,
      15,
      () =>
        `- [${sentence(random)}](https://www.example.com/${random.text(6, LETTERS)}/${random.below(9999)}?utm_source=${random.text(5, LETTERS)}&id=${random.text(16, '0123456789abcdef')}&page=${random.below(20)})`,
    ).join('\n'),
  pages: (random) =>
    JSON.stringify({
      items: many(random, 2, 10, () => sentence(random)),
      nextToken: random.bytes(90).toString('base64'),
      etag: `"${random.bytes(16).toString('hex')}"`,
      cursor: Buffer.from(JSON.stringify({ offset: random.below(999), after: uuid(random) })).toString('base64'),
    }),
  nested: (random) =>
    JSON.stringify({
      event: 'ticket.updated',
      body: JSON.stringify({
        id: uuid(random),
        note: `${sentence(random)} "${sentence(random)}"\n${paragraph(random)}`,
      }),
    }),
  masked: (random) =>
    JSON.stringify({
      key: `sk_live_…${random.text(4, LETTERS)}`,
      card: `**** **** **** ${random.text(4, '0123456789')}`,
      password: '********',
      token: '<redacted>',
      api_key: 'YOUR_API_KEY',
    }),
  calendar: (random) =>
    many(
      random,
      2,
      8,
      () =>
        `BEGIN:VEVENT\nUID:${uuid(random)}@example.com\nDTSTART:20260901T120000Z\nSUMMARY:${sentence(random)}\nEND:VEVENT`,
    ).join('\n'),
  dump: (random) =>
    many(
      random,
      4,
      30,
      (i) =>
        `${(i * 16).toString(16).padStart(8, '0')}: ${(random.bytes(16).toString('hex').match(/.{4}/g) ?? []).join(' ')}`,
    ).join('\n'),
  commits: (random) =>
    many(
      random,
      4,
      20,
      () =>
        `commit ${random.bytes(20).toString('hex')}\nAuthor: ${person(random)} <${random.text(5, LETTERS)}@example.com>\n\n    ${sentence(random)}\n`,
    ).join('\n'),
  traces: (random) =>
    `Error: ${sentence(random)}\n${many(random, 4, 20, () => `    at ${random.text(6, LETTERS)}.${random.text(8, LETTERS)} (/srv/app/node_modules/${random.text(7, LETTERS)}/lib/${random.text(6, LETTERS)}.js:${random.below(900)}:${random.below(80)})`).join('\n')}`,
  large: (random) => many(random, 60, 60, () => paragraph(random)).join('\n\n'),
};

/** Generated texts, parts of this repository's files, and the task data of AgentDojo: texts without any credential. */
export function benignTexts(random: Random, count: number): string[] {
  const files = execFileSync('git', ['ls-files', '*.md', '*.ts', '*.json', '*.yml', '*.py', '*.mjs'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file !== '' && !MADE_OF_CREDENTIALS.test(file));
  const templates = Object.values(TEMPLATES);
  const repository = Math.floor(count * 0.3);
  const suites = Math.floor(count * 0.1);
  return [
    ...Array.from({ length: repository }, () =>
      partOf(readFileSync(path.join(ROOT, random.of(files)), 'utf8'), random),
    ),
    ...Array.from({ length: suites }, () =>
      partOf(JSON.stringify(dojo.suites[random.of(SUITES)], null, random.of([0, 1])), random),
    ),
    ...Array.from({ length: count - repository - suites }, (_, i) => templates[i % templates.length]?.(random) ?? ''),
  ];
}

/** Files that hold made-up credentials on purpose, or the forms of credentials. */
const MADE_OF_CREDENTIALS = /package-lock|test\/|benchmarks\/output|credential-shapes/;

function partOf(text: string, random: Random): string {
  const length = 500 + random.below(12_000);
  const start = random.below(Math.max(1, text.length - length));
  return text.slice(start, start + length);
}
