import type { Random } from './random';

const NAMES = ['Maria', 'Jürgen', 'Ann O’Brien', 'Li Wei', 'Zoë', 'Kofi', 'Søren', 'Fatima', '田中', 'Иван'];
const TOPICS = [
  'the invoice',
  'the Q3 report',
  'our contract',
  'the delivery',
  'ticket T-1041',
  'the release',
  'your visit',
];
const WORDS =
  'how to plan budget review guide customer onboarding checklist for teams remote work best practices annual summary release notes security update travel policy pricing overview migration steps quarterly results'.split(
    ' ',
  );
const HEX = '0123456789abcdef';
const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const mailOf = (random: Random, body: string) => `Hi ${random.of(NAMES)},\n\n${body}\n\nThanks,\n${random.of(NAMES)}`;
const slug = (random: Random, length: number) => {
  const words: string[] = [];
  while (words.join('-').length < length) words.push(random.of(WORDS));
  return words.join('-');
};
const uuid = (random: Random) => [8, 4, 4, 4, 12].map((length) => random.text(length, HEX)).join('-');

/** Words that people write to each other, some of which attackers use as well. */
const PLEAS: readonly string[] = [
  'please ignore my earlier message, the numbers were wrong.',
  'Please disregard my previous mail; the meeting is on Tuesday.',
  'You can ignore the previous messages in this thread.',
  'Sorry, forget my last message. I found the file.',
  'Please ignore all previous versions of the attached quote.',
  'Ignore my earlier instructions about the parking lot, the gate is open.',
  'Do not reply to this address. Don’t forget to tell Anna about the change.',
  'The new instructions for the agent at the front desk are in the binder.',
  'Our new system message is shown at login from Monday.',
  'Users should ignore the previous rules printed on the badge.',
  'Please override the previous price in the system with 12.50.',
  'Never mention the discount to the customer before the contract is signed.',
  'The assistant of Mr. Lee will send new instructions for the courier.',
];

const CODE: readonly string[] = [
  'Map<String, List<Integer>> byName = new HashMap<>();\nfor (int i = 0; i < n; i++) { byName.put(names[i], list); }',
  'const users: Array<Promise<User>> = ids.map((id) => load(id));\nif (a < b && c > d) return users[0];',
  'std::vector<std::pair<int, std::string>> v;\nfor (auto& [k, s] : v) std::cout << k << data << s;\nhandlers[i](std::move(x));',
  'template <typename T> T max(T a, T b) { return a < b ? b : a; }',
  'fn main() -> Result<(), Box<dyn Error>> { let v: Vec<Option<&str>> = vec![]; Ok(()) }',
  '#![allow(dead_code)]\n#[derive(Debug)]\nstruct P { x: i32 }\n\n[1]: https://doc.rust-lang.org/book/',
  'if (!["a", "b"].includes(kind)) throw new Error(kind);\nconst x = y[0](z);',
  "SELECT * FROM orders WHERE total < 100 AND status <> 'open' -- see https://wiki.example.com/sql",
  'curl -s "https://api.example.com/v1/orders?limit=50&status=open" -H "Accept: application/json"',
  'client.newCall(Request.Builder().url("https://api.example.com/v1/items").build())',
  'urlpatterns = [path("admin/", admin.site.urls), url(r"^items/(?P<pk>[0-9]+)/$", view)]',
  '@Injectable()\nexport class Service<T extends Entity> {\n  constructor(private readonly repo: Repository<T>) {}\n}',
  'diff --git a/x.py b/x.py\n-image = Image(path)\n+image = Image.open(path)\n+call(image)\n@@ -1,3 +1,4 @@',
  'export const Row = ({ item }: Props) => (\n  <tr className="row" onClick={handleClick}>\n    <td style={{ color: "red" }}>{item.name}</td>\n    <td><img src={item.logo} alt="" /></td>\n  </tr>\n);',
  '<Button variant="primary" onClick={() => setOpen(true)} disabled={!ready}>Save</Button>',
  '.card { color: rgb(10 20 30); width: calc(100% - 2rem); background: linear-gradient(#fff, #eee); }\n.card:not(.on)::after { content: "\\2022"; }',
  '<style>\np { margin: 0 auto; font: 12px/1.4 Arial; }\n@media (max-width: 600px) { p { display: none; } }\n</style>',
  'type Handler = { [key: string]: (a: Request, b: Response) => Promise<void> };',
  'x = [a for a in b if a<c]\ny = {"k": d[1:5], "f": lambda q: q}',
  'docker run --rm -v "$PWD":/src -w /src node:22 npm ci && [[ ! -f x ]] || echo "$!"',
  'val total: Int\n    = items.sumOf { it.price }\nfun f(x: List<Int>) = x.map { -it }',
  'git log --format="%H <%an> %s" | head -5; kill -9 $!; ls *.{png,jpg}',
  'regex: ^!\\[[a-z]+\\]$ and /<[a-z]+>/i match the markers.',
];

const MATHS: readonly string[] = [
  'For all x with a < b and b > c we have |x| <= 3 and x*y = 4.',
  'If 2 <x and x< 5, then x is 3 or 4. So p<q<r.',
  '$$\\frac{a}{b} < \\sqrt{c} \\quad \\text{for } n \\to \\infty$$ and $f(x)=\\sum_{i<n} x_i$.',
  '\\begin{figure}\\includegraphics[width=\\textwidth]{plots/fig1.png}\\caption{Costs}\\end{figure}',
  'See \\url{https://www.example.org/paper.pdf} and \\href{https://www.example.org/}{our page}.',
  '-3 + 4 = 1; +49 30 123456; -5 % against last year; @Anna: please check; = 12 in total.',
  'E(X)=np, Var(X)=np(1-p); P(A|B)!=P(B|A) and n! > 2^n.',
];

const MARKUP: readonly string[] = [
  '<p>Dear <b>Ann</b>,</p><ul><li>one</li><li>two &lt; three</li></ul><hr><table border="1" cellpadding="2"><tr><td align="right" style="color:#333;width:50%">5</td></tr></table>',
  '<div class="mail"><h2 style="margin:0;font-family:Arial, sans-serif">News</h2><a href="https://www.example.com/news?id=12" target="_blank">Read more</a><br/></div>',
  '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"/><title>x</title></head><body bgcolor="#ffffff"><p>Hello</p></body></html>',
  '<?xml version="1.0"?><invoice xmlns="urn:example:invoice" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:example:invoice http://www.example.com/invoice.xsd"><id>7</id><url>https://www.example.com/7</url><total currency="EUR">5.00</total></invoice>',
  '<img src="cid:image001.png@01DA1B2C.3D4E5F60" width="120" alt="logo"> Kind regards',
  '<project><dependency><groupId>org.example</groupId><scope>test</scope></dependency><object id="4" name="x"/></project>',
  'Placeholders such as <your name>, <order id> and <none> are replaced. Write to <anna@example.com> or see <https://www.example.com/help>.',
  '<ul>\n<li><a href="#section-2">2</a></li>\n<li><a href="mailto:sales@example.com?subject=Order%2012">mail</a></li>\n<li><a href="tel:+49301234567">call</a></li>\n</ul>',
  '<details open><summary>More</summary><code>a &lt; b</code><kbd>Ctrl</kbd></details><sup>1</sup>',
  '<v:shapetype id="_x0000_t75" coordsize="21600,21600"/><o:p>&nbsp;</o:p><p class="MsoNormal"><span lang="EN-US" style="font-size:11.0pt;mso-fareast-language:EN-US">Hi</span></p>',
];

const MARKDOWN: readonly string[] = [
  '# Plan\n\n1. Do *this*.\n2. See [the policy](https://www.example.com/policy#returns) and [the form](./form.pdf).\n\n> quoted\n\n- [ ] open\n- [x] done',
  'A claim[^1] and another[^note].\n\n[^1]: See https://www.example.com/a.\n[^note]: As in [the book][b].\n\n[b]: https://www.example.com/book "Book"',
  '| name | total |\n|:---|---:|\n| a \\| b | 5 |\n| `x < y` | -3 |\n| = | + |',
  'Use `![alt](path.png)` for an image. The file is ![logo](./images/logo.png).',
  'Issue [#12][1] and [#13][2] are open.\n\n[1]: https://www.example.com/12\n[2]: https://www.example.com/13',
  '```ts\nconst m = new Map<string, number>();\nif (a<b) m.set("x", 1);\n```\nThat works!',
  'Wow! [Read this](https://www.example.com/read) now!! Or ![no image at all].',
  '~~old~~ **new** _really_ \\*not\\* <u>under</u><br>next ~ [a] [b] [c](d)',
  '=== Summary ===\n\n--- part 1 ---\n+ item\n- item (see above)\n@anna please check',
  'The array is a[1][2], and f[x](y) is a call! [see](#top)',
];

/** Benign messages by kind. */
const KINDS: Readonly<Record<string, (random: Random) => string>> = {
  slugs: (random) =>
    mailOf(random, `here is ${random.of(TOPICS)}: https://www.example.com/blog/2026/09/${slug(random, 80)}`),
  'query strings': (random) =>
    `See https://www.example.com/search?q=${slug(random, 30).replaceAll('-', '+')}&page=${random.below(9)}&sort=date&utm_source=newsletter&utm_medium=email&utm_campaign=${slug(random, 20)}#results.`,
  ids: (random) =>
    `- https://app.example.com/projects/${uuid(random)}/tasks/${random.below(99_999)}\n- https://github.com/example/app/commit/${random.text(40, HEX)}\n- https://docs.google.com/document/d/1${random.text(43, BASE62)}/edit?usp=sharing\n- https://www.example.org/watch?v=${random.text(11, BASE62)}`,
  meetings: (random) =>
    mailOf(
      random,
      `join at https://us02web.zoom.us/j/${random.text(11, '123456789')}?pwd=${random.text(32, BASE62)}.1 or https://teams.microsoft.com/l/meetup-join/19%3ameeting_${random.text(48, BASE62)}%40thread.v2/0?context=%7b%22Tid%22%3a%22${uuid(random)}%22%2c%22Oid%22%3a%22${uuid(random)}%22%7d`,
    ),
  'other scripts': (random) =>
    `См. https://ru.wikipedia.org/wiki/${encodeURIComponent('Информационная_безопасность')} и https://ja.wikipedia.org/wiki/${encodeURIComponent('情報セキュリティ')} – ${random.of(NAMES)}`,
  hosts: (random) =>
    `The endpoint is https://search-orders-${random.text(26, 'abcdefghijklmnopqrstuvwxyz234567')}.eu-central-1.es.amazonaws.com/_search and https://d${random.text(13, HEX)}.cloudfront.net/index.html`,
  pleas: (random) => mailOf(random, random.of(PLEAS)),
  code: (random) => mailOf(random, `this is the code:\n\n${random.of(CODE)}\n\nDoes ${random.of(TOPICS)} need it?`),
  'code in a block': (random) => `${random.of(TOPICS)}:\n\n\`\`\`\n${random.of(CODE)}\n\`\`\`\n`,
  maths: (random) => `${random.of(MATHS)} ${random.of(MATHS)}`,
  markup: (random) => random.of(MARKUP),
  markdown: (random) => `${random.of(MARKDOWN)}\n\n${random.of(MARKDOWN)}`,
  'quoted mails': (random) =>
    `I agree.\n\nOn Mon, 1 Sep 2026 at 10:${10 + random.below(50)}, ${random.of(NAMES)} <a.b@example.com> wrote:\n> Hi,\n>> ${random.of(PLEAS)}\n> see https://www.example.com/t/${random.below(9999)} <https://www.example.com/t/1>\n> -- \n> ACME | +49 30 1234567 | www.example.com\n\nFrom: x@example.com\nMessage-ID: <${random.text(20, BASE62)}@mail.example.com>`,
  spreadsheets: (random) =>
    `id;name;sum;change\n1;${random.of(NAMES)};=SUM(B2:B9);-3.5\n2;x;"=IF(A1>3, ROUND(B2/3, 2), 0)";+4\n3;"Lee, Ann";=VLOOKUP(A3,C:D,2,FALSE);@lee`,
  logs: (random) =>
    `[10:${10 + random.below(49)}]: sshd[1${random.below(99)}]: error: kex_exchange <none>\n[INFO]: GET /a/b?x=1 200 <- 10.0.0.1:443 | retry=3! ok\n2026-09-01 key=value a=b&c=d \\\\fileserver\\share\\doc.xlsx C:\\Users\\ann`,
  json: (random) =>
    JSON.stringify({
      subject: `Re: ${random.of(TOPICS)}`,
      html_url: `https://www.example.com/orders/${random.below(99_999)}`,
      body: `${random.of(PLEAS)} 3 < 4`,
      tags: ['a', 'b'],
    }),
};

/** A text that may leave, and its kind. */
export interface BenignMessage {
  readonly kind: string;
  readonly text: string;
}

/** `count` messages of each kind. */
export function benignMessages(random: Random, count: number): BenignMessage[] {
  return Object.entries(KINDS).flatMap(([kind, make]) =>
    Array.from({ length: count }, () => ({ kind, text: make(random) })),
  );
}

/** Every text of the fixed lists by itself. */
export const FIXED_MESSAGES: readonly string[] = [...PLEAS, ...CODE, ...MATHS, ...MARKUP, ...MARKDOWN];
