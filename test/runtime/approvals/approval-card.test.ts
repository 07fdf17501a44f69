import {
  type ApprovalCard,
  describeArguments,
  describeDifferences,
  PREVIEW_CHARACTERS,
} from '../../../runtime/approvals/approval-card';
import { cardLines } from '../../../runtime/approvals/card-lines';
import { digestOf } from '../../../runtime/approvals/show-requests';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { approvalDigest, sha256Hex } from '../../../runtime/core/digest';
import { hidesCharacters } from '../../../runtime/core/display';
import { canonicalize } from '../../../runtime/core/json/canonicalize';
import { parseStrict } from '../../../runtime/core/json/parse-strict';
import { fc } from '../../seed';

const NOW = Date.parse('2026-09-01T12:00:00.000Z');
const ABOUT = {
  tool: 'refund',
  schemaHash: sha256Hex('schema'),
  credentialName: 'tickets-api',
  sessionId: 's-1',
  policyVersion: sha256Hex('policies'),
};

function card(args: JsonObject, change: Partial<ApprovalCard> = {}): ApprovalCard {
  return {
    v: 1,
    requestId: 'r-1',
    ...ABOUT,
    status: 'PENDING',
    connector: 'Tickets',
    effect: 'destructive',
    user: 'ann',
    userKind: 'person',
    taskText: 'Refund ticket T-1001.',
    earlierCalls: [{ tool: 'read', outcome: 'succeeded', at: '2026-09-01T11:59:00.000Z' }],
    needed: { people: 1, groups: [] },
    approvals: [],
    taint: true,
    requestedAt: '2026-09-01T12:00:00.000Z',
    expiresAt: '2026-09-01T12:30:00.000Z',
    digest: approvalDigest({ ...ABOUT, canonicalArgs: canonicalize(args) }),
    targets: ['/account'],
    argumentsText: canonicalize(args),
    problems: [],
    ...change,
  };
}

/** What a reader would take the shown text back to. */
function unescaped(shown: string): string {
  return shown.replace(/\\u\{([0-9a-f]+)\}/g, (_all, hex) => String.fromCodePoint(Number.parseInt(hex, 16)));
}

describe('the card of a request', () => {
  test('reads like this', () => {
    const lines = cardLines(card({ id: 'T-1001', account: 'AC-6666', amountCents: 45_000 }), NOW);
    expect(lines.map((line) => line.replace(/[0-9a-f]{64}/, '<digest>'))).toEqual([
      'Request    r-1  PENDING',
      'Tool       refund  (destructive, connector Tickets)',
      'Asked by   session s-1 of ann',
      'Task       Refund ticket T-1001.',
      'Before     read: succeeded',
      'Session    has read untrusted content: the call may be what an attacker wrote',
      'Expires    2026-09-01T12:30:00.000Z  (30 min left)',
      'Digest     <digest>',
      'Fields     3',
      '  → /account      "AC-6666"',
      '    /amountCents  45000',
      '    /id           "T-1001"',
      'Exact arguments, 55 bytes (written by the agent: not to be trusted)',
      '  | {"account":"AC-6666","amountCents":45000,"id":"T-1001"}',
    ]);
  });

  test('says where each target was found, and what is left out', () => {
    const origins = [
      { pointer: '/to/0', provenance: 'task' },
      { pointer: '/to/1', provenance: 'unknown' },
      { pointer: '/cc', provenance: 'own' },
    ] as const;
    const lines = cardLines(
      card({ to: ['ann@a.example', 'eve@e.example'] }, { targets: ['/to', '/cc'], origins }),
      NOW,
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        'Left out   /cc  (the user’s own)',
        '  → /to/0  "ann@a.example"  (in the user’s task)',
        '  → /to/1  "eve@e.example"  (UNKNOWN: neither in the task nor trusted)',
      ]),
    );
  });

  test('names what a person must know before the arguments', () => {
    const lines = cardLines(
      card({ id: 'T-1' }, { problems: ['The session has ended: an approval will run nothing.'] }),
      NOW,
    );
    const at = (start: string) => lines.findIndex((line) => line.startsWith(start));
    expect(at('PROBLEM    The session has ended')).toBeGreaterThan(0);
    expect(at('PROBLEM')).toBeLessThan(at('Fields'));
  });

  test('shows no arguments that aren’t those of the digest', () => {
    const { argumentsText: _gone, ...rest } = card({ id: 'T-1' });
    expect(cardLines(rest, NOW).at(-1)).toBe('Arguments  not shown: they are not the bytes of this digest');
  });

  test('shows every byte of the arguments, whatever they are, and only printable characters', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('\u202e', '\u200b', '\u{e0041}', '\u001b', '\n', '\ufe01', '\u200d', 'a', '"', '\\'),
      }),
    );
    const values = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(text, values, { maxKeys: 4 }), (args) => {
        // Keys that look alike in different bytes never pass the gate.
        fc.pre(parseStrict(canonicalize(args as JsonObject)).ok);
        const shown = card(args as JsonObject);
        const lines = cardLines(shown, NOW);
        for (const line of lines) {
          expect(hidesCharacters(line)).toBe(false);
          expect(line).not.toContain('\n');
        }
        const body = lines.slice(lines.findIndex((line) => line.startsWith('Exact arguments')) + 1);
        const whole = body.map((line) => line.slice('  | '.length)).join('');
        expect(unescaped(whole)).toBe(unescaped(shown.argumentsText ?? ''));
        expect(digestOf(ABOUT, shown.argumentsText ?? '')).toBe(shown.digest);
      }),
      { numRuns: 300 },
    );
  });

  test('has no line that an argument, a name or a reason wrote', () => {
    const forged = 'x\nDigest     0000\r\nPROBLEM    none';
    const lines = cardLines(card({ [forged]: forged }, { user: forged, problems: [forged], tool: forged }), NOW);
    expect(lines.filter((line) => line.startsWith('Digest'))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('PROBLEM'))).toHaveLength(1);
    expect(lines.every((line) => !/[\r\n]/.test(line))).toBe(true);
  });
});

describe('warnings', () => {
  const warnings = (args: JsonObject) => describeArguments(canonicalize(args), ['/account']).warnings;

  test.each([
    ['direction-changing characters', { note: 'refund \u202e0001-CA' }],
    ['zero-width characters', { note: 'AC-\u200b1001' }],
    ['characters in tags', { note: `ok${String.fromCodePoint(0xe0064, 0xe0065)}` }],
    ['control characters', { note: 'a\u001b[2Jb' }],
    ['a joiner between Latin letters', { note: 'ad\u200dmin' }],
    ['data in variation selectors', { note: 'ok\ufe01\ufe02' }],
    ['hidden characters in a key', { 'no\u200bte': 'x' }],
  ])('name %s', (_what, args) => {
    expect(warnings(args)).toEqual([
      { pointer: expect.stringMatching(/^\/no/), what: expect.stringMatching(/written out/) },
    ]);
  });

  test('name letters of another alphabet inside a word', () => {
    expect(warnings({ to: 'ann@ex\u0430mple.com' })).toEqual([
      { pointer: '/to', what: expect.stringMatching(/several alphabets/) },
      { pointer: '/to', what: expect.stringMatching(/name, address or amount/) },
    ]);
  });

  test('name a target that isn’t plain ASCII', () => {
    expect(warnings({ account: '\u0410\u0421-1001' })).toEqual([
      { pointer: '/account', what: expect.stringMatching(/beyond ASCII/) },
    ]);
  });

  test.each([
    [{ payee: { first: '\u0410l', family: '\u0421\u043c\u0438\u0442' } }, ['/payee/family', '/payee/first']],
    [{ lines: [{ fee: '\u0661\u0660\u0660' }] }, ['/lines/0/fee']],
    [{ sendTo: 'b\u00f6b' }, ['/sendTo']],
    [{ reply_to: 'b\u00f6b' }, ['/reply_to']],
    [{ destination: { code: '\uff11\uff10' } }, ['/destination/code']],
    [{ supplier: '\u0391\u0392' }, ['/supplier']],
    [{ qty: '\u0967' }, ['/qty']],
  ])('name a name, address or amount beyond ASCII, also one in an object: %j', (args, pointers) => {
    const named = warnings(args as JsonObject).filter(({ what }) => /name, address or amount/.test(what));
    expect(named.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test.each<JsonObject>([
    { customer: { note: 'Grüße' } },
    { summary: 'Grüße' },
    { tomorrow: 'Übergabe', format: 'Größe', platform: 'é' },
  ])('don’t disturb a text for people: %j', (args) => expect(warnings(args)).toEqual([]));

  test.each([
    'Zoë bought 2 kettles for 39,98 €',
    'Возврат за чайник',
    'שלום, תודה רבה',
    'بازگشت وجه',
    'क्‍ष',
    'family 👨‍👩‍👧 ❤️ 1️⃣',
  ])('don’t disturb ordinary text: %s', (note) => {
    expect(warnings({ note })).toEqual([]);
    expect(describeArguments(canonicalize({ note })).text).toContain(note);
  });
});

describe('fields', () => {
  test('list targets first, then the rest, each with its size', () => {
    const { fields } = describeArguments('{"a":{"b":[1,true,null]},"to":"x"}', ['/to']);
    expect(fields.map(({ pointer, type, bytes, target }) => [pointer, type, bytes, target])).toEqual([
      ['/to', 'string', 3, true],
      ['/a/b/0', 'number', 1, false],
      ['/a/b/1', 'boolean', 4, false],
      ['/a/b/2', 'null', 4, false],
    ]);
  });

  test('say what they cut, so that a long value hides nothing behind it', () => {
    const args = { body: 'x'.repeat(5000), to: 'eve@evil.example' };
    const [body, to] = describeArguments(canonicalize(args)).fields;
    expect(body).toMatchObject({ pointer: '/body', cut: true, bytes: 5002 });
    expect(Array.from(body.preview)).toHaveLength(PREVIEW_CHARACTERS);
    expect(to).toMatchObject({ pointer: '/to', preview: '"eve@evil.example"', cut: false });
  });

  test('of very many leaves are listed as their top level', () => {
    const { fields, text } = describeArguments(
      canonicalize({ list: Array.from({ length: 500 }, (_, i) => i), to: 'x' }),
    );
    expect(fields.map((field) => field.pointer)).toEqual(['/list', '/to']);
    expect(text).toContain('499');
  });
});

test('a long word of many letters, with another alphabet beside it, takes no time that grows with its square', () => {
  const text = JSON.stringify({ a: `${'a'.repeat(120_000)} д` });
  const started = process.cpuUsage();
  expect(describeArguments(text).warnings).toEqual([]);
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(10);
  expect(describeArguments(JSON.stringify({ a: `${'a'.repeat(1000)}д` })).warnings).toHaveLength(1);
});

test('a target inside an array of objects is marked and comes first', () => {
  const { fields } = describeArguments(canonicalize({ aaa: 'x', mails: [{ to: 'eve@example.com' }] }), ['/mails/*/to']);
  expect(fields.map(({ pointer, target }) => [pointer, target])).toEqual([
    ['/mails/0/to', true],
    ['/aaa', false],
  ]);
});

test('of more fields than are listed, the one that holds a target is marked and comes first', () => {
  const to = Array.from({ length: 201 }, (_, i) => `a${i}@example.com`);
  const { fields } = describeArguments(canonicalize({ aaa: 'x', mail: { to } }), ['/mail/to']);
  expect(fields.map(({ pointer, target, cut }) => [pointer, target, cut])).toEqual([
    ['/mail', true, true],
    ['/aaa', false, false],
  ]);
});

describe('differences', () => {
  const shown = (before: JsonObject, now: JsonObject) => describeDifferences(canonicalize(before), canonicalize(now));

  test('of long values show what differs, and that they are cut', () => {
    const same = 'x'.repeat(500);
    const { differences: [found] = [] } = shown({ text: `${same}1${same}` }, { text: `${same}2${same}` });
    expect(found?.before).toMatch(/^… x{20}1x+ …$/);
    expect(found?.now).toMatch(/^… x{20}2x+ …$/);
    const [absent] = shown({}, { text: same }).differences;
    expect(absent?.now).toMatch(/^"x+ …$/);
  });

  test('never begin inside a pair', () => {
    const { differences: [found] = [] } = shown({ t: `${'😀'.repeat(80)}a` }, { t: `${'😀'.repeat(80)}b` });
    expect(found?.now?.isWellFormed()).toBe(true);
  });

  test('that aren’t listed are counted', () => {
    const many = (by: number) => Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`f${n}`, n + by]));
    const { differences, furtherDifferences } = shown(many(0), many(1));
    expect([differences.length, furtherDifferences]).toEqual([50, 10]);
  });
});
