import type { AddressBookEntry, JsonObject, TargetManifest, ToolManifest } from '../../../runtime/core/contracts';
import { isTrusted, type TargetSession, TrustedDirectory } from '../../../runtime/core/target-provenance';
import { toolManifest } from '../gate/gate-world';

const TASK = 'Pay invoice AC-12 (ann@example.com), then see https://example.com/a. Not AC-3! ...';
const text = { type: 'string', maxLength: 100 };
const list = (items: JsonObject) => ({ type: 'array', maxItems: 200_000, items });

interface Declared {
  readonly trusted?: string[];
  readonly book?: AddressBookEntry[];
  readonly own?: 'trusted';
  readonly properties?: JsonObject;
}

function toolWith(
  targets: (string | TargetManifest)[],
  { trusted, book, own, properties }: Declared = {},
): ToolManifest {
  const made = toolManifest({ name: 'do', effect: 'outbound', properties: properties ?? { to: text }, targets });
  return {
    ...made,
    ...(trusted ? { trustedTargets: trusted } : {}),
    ...(book ? { addressBook: book } : {}),
    ...(own ? { own } : {}),
  };
}

function found(
  args: JsonObject,
  targets: (string | TargetManifest)[],
  session: Partial<TargetSession> = {},
  declared: Declared = {},
): string {
  const tool = toolWith(targets, declared);
  return new TrustedDirectory({}).provenanceOf(tool, args, { taskText: TASK, ...session });
}

const at = (kind: TargetManifest['kind'], more: Partial<TargetManifest> = {}): TargetManifest => ({
  pointer: '/to',
  kind,
  ...more,
});

describe('where the targets of a call were found', () => {
  test('finds in each task what that task names, in any order of tasks', () => {
    const of = (taskText: string) => found({ to: 'AC-1' }, ['/to'], { taskText });
    expect(['Pay AC-1', 'Pay AC-2', 'Pay AC-1', '', 'Pay AC-1'].map(of)).toEqual([
      'task',
      'unknown',
      'task',
      'unknown',
      'task',
    ]);
  });

  test('looks at every element of the longest list that a call can hold', () => {
    const properties = { to: list(text) };
    const to = Array.from({ length: 130_000 }, () => 'a1');
    expect(found({ to }, ['/to'], { taskText: 'Write to a1' }, { properties })).toBe('task');
    expect(found({ to: [...to, 'a2'] }, ['/to'], { taskText: 'Write to a1' }, { properties })).toBe('unknown');
  });

  test('is the least trusted of all targets, however deep they lie', () => {
    const properties = { mail: { type: 'object', properties: { to: list(text) } } };
    const of = (...to: string[]) =>
      found({ mail: { to } }, ['/mail/to'], {}, { properties, trusted: ['bob@example.com'] });
    expect(of('ann@example.com')).toBe('task');
    expect(of('ann@example.com', 'bob@example.com')).toBe('directory');
    expect(of('ann@example.com', 'bob@example.com', 'eve@example.com')).toBe('unknown');
  });

  test('is looked for in each element of a list', () => {
    const properties = { mails: list({ type: 'object', properties: { to: text } }) };
    const of = (...to: string[]) =>
      found({ mails: to.map((each) => ({ to: each })) }, ['/mails/*/to'], {}, { properties });
    expect(of('ann@example.com', 'AC-12')).toBe('task');
    expect(of('ann@example.com', 'eve@example.com')).toBe('unknown');
  });

  test('is said of each value', () => {
    const tool = toolWith(['/to', '/cc', '/bcc'], { properties: { to: list(text), cc: text, bcc: text } });
    const args = { to: ['ann@example.com', 'eve@example.com'], bcc: 'AC-12' };
    expect(new TrustedDirectory({}).originsOf(tool, args, { taskText: TASK })).toEqual([
      { pointer: '/to/0', provenance: 'task' },
      { pointer: '/to/1', provenance: 'unknown' },
      { pointer: '/cc', provenance: 'unknown' },
      { pointer: '/bcc', provenance: 'task' },
    ]);
  });

  test('trusts no call of a tool with a target that its schema can’t reach', () => {
    for (const pointer of ['/too', '/to/0', '/to/*', '/to/address']) {
      expect(found({ to: 'AC-12' }, ['/to', pointer])).toBe('unknown');
    }
  });
});

describe('a target that is left out', () => {
  const optional = (absent?: 'nobody' | 'own') => [at('email', absent ? { absent } : {})];

  test.each([[{}], [{ to: '' }], [{ to: [] }], [{ to: {} }], [{ to: null }]] as [JsonObject][])(
    'is unknown: %j',
    (args) => {
      expect(found(args, optional())).toBe('unknown');
      expect(found(args, optional('own'))).toBe('own');
      expect(found(args, optional('nobody'))).toBe('constant');
    },
  );

  test('is unknown in one element of a list, and in an empty list', () => {
    const properties = { mails: list({ type: 'object', properties: { to: text } }) };
    const of = (mails: JsonObject[]) => found({ mails }, ['/mails/*/to'], {}, { properties });
    expect(of([])).toBe('unknown');
    expect(of([{ to: 'ann@example.com' }, {}])).toBe('unknown');
  });

  test('makes no other target trusted', () => {
    const properties = { to: text, cc: text };
    const targets = [at('email'), { pointer: '/cc', kind: 'email', absent: 'nobody' } as const];
    expect(found({ to: 'eve@example.com' }, targets, {}, { properties })).toBe('unknown');
    expect(found({ to: 'ann@example.com' }, targets, {}, { properties })).toBe('task');
    expect(found({ to: 'ann@example.com', cc: 'eve@example.com' }, targets, {}, { properties })).toBe('unknown');
  });

  test('doesn’t matter to a tool without targets', () => {
    expect(found({ to: 'x' }, [])).toBe('constant');
  });
});

describe('trusted values', () => {
  const declared: Declared = { trusted: ['desk@example.com', 'DE89 3704 0044 0532 0130 00'] };

  test('are compared by kind', () => {
    expect(found({ to: 'desk@EXAMPLE.com' }, [at('email')], {}, declared)).toBe('directory');
    expect(found({ to: 'DESK@example.com' }, [at('email')], {}, declared)).toBe('unknown');
    expect(found({ to: 'DE89370400440532013000' }, [at('account')], {}, declared)).toBe('directory');
    expect(found({ to: 'DE89370400440532013000' }, [at('exact')], {}, declared)).toBe('unknown');
  });

  test('hold for the tool that declares them, and those of the deployment for each', () => {
    const directory = new TrustedDirectory({ trustedDirectory: ['all@example.com'] });
    const mail = { ...toolWith([at('email')], declared), name: 'mail' };
    const chat = { ...toolWith([at('email')]), name: 'chat' };
    const of = (tool: ToolManifest, to: string) => directory.provenanceOf(tool, { to }, { taskText: TASK });
    expect(of(mail, 'desk@example.com')).toBe('directory');
    expect(of(chat, 'desk@example.com')).toBe('unknown');
    expect(of(chat, 'all@example.com')).toBe('directory');
    expect(of(mail, 'all@example.com')).toBe('directory');
  });

  test('are matched as a whole: no part, no name of an object’s own', () => {
    for (const to of ['esk@example.com', 'desk@example.com ', 'constructor', '__proto__'])
      expect(found({ to }, [at('email')], {}, declared)).toBe('unknown');
  });
});

describe('the user’s own address', () => {
  const mail = [at('email')];
  const own = ['ann@own.example'];

  test('is neither trusted nor unknown, whatever a directory says', () => {
    expect(found({ to: 'ann@own.example' }, mail, { own })).toBe('own');
    expect(found({ to: 'ann@own.example' }, mail, { own }, { trusted: own })).toBe('own');
    expect(found({ to: 'ann@own.example.evil.example' }, mail, { own })).toBe('unknown');
  });

  test('is of the task where the task names it', () => {
    expect(found({ to: 'ann@own.example' }, mail, { own, taskText: 'Send it to ann@own.example.' })).toBe('task');
  });

  test('is that of the user who launched the session', () => {
    const book = [{ name: 'Ann Lee', targets: own, user: 'ann' }];
    expect(found({ to: 'ann@own.example' }, mail, { user: 'ann' }, { book })).toBe('own');
    expect(found({ to: 'ann@own.example' }, mail, { user: 'bob' }, { book })).toBe('unknown');
    expect(found({ to: 'ann@own.example' }, mail, {}, { book })).toBe('unknown');
  });

  test('runs without a person only where the tool says so', () => {
    expect(isTrusted({}, 'own')).toBe(false);
    expect(isTrusted({ own: 'trusted' }, 'own')).toBe(true);
    expect(isTrusted({ own: 'trusted' }, 'unknown')).toBe(false);
    for (const each of ['task', 'directory', 'derived', 'constant'] as const) expect(isTrusted({}, each)).toBe(true);
  });
});

describe('ids that a read of the session returned', () => {
  test('are known for targets of the same noun, and for no other', () => {
    const ids = ['order\nO-7', 'order\n17'];
    const of = (to: string, target: TargetManifest) => found({ to }, [target], { ids });
    expect(of('O-7', at('id', { of: 'order' }))).toBe('derived');
    expect(of('17', at('id', { of: 'Order' }))).toBe('derived');
    expect(of('17', at('id', { of: 'invoice' }))).toBe('unknown');
    expect(of('17', at('id'))).toBe('unknown');
    expect(of('1', at('id', { of: 'order' }))).toBe('unknown');
    // A kind that declares no noun takes no ids.
    expect(of('O-7', at('exact'))).toBe('unknown');
  });
});
