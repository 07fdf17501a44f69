import { allowPolicy, autoApprovePolicy } from '../../../runtime/core/cedar/policies';
import type { Manifest, TargetManifest, ToolManifest } from '../../../runtime/core/contracts';
import { canonicalize } from '../../../runtime/core/json/canonicalize';
import { manifestOf, READ, toolManifest } from '../../runtime/gate/gate-world';
import { RecordedWorld } from '../recorded-decisions/recorded-world';

const text = { type: 'string', maxLength: 300 };
const SEARCH = toolManifest({
  name: 'search',
  effect: 'read',
  properties: { query: text },
  targets: [{ pointer: '/query', kind: 'name' }],
});

/** A gate whose outbound tool runs without a person, except for unknown targets after a read. */
function gateWith(...tools: ToolManifest[]): Manifest {
  const connector = 'Tickets';
  const all = [READ, SEARCH, ...tools];
  return {
    ...manifestOf(all, {
      allow: all.map(({ name }) => allowPolicy({ id: `allow-${name}`, tool: name, connector })).join('\n'),
      ask: tools.map(({ name }) => autoApprovePolicy({ id: `auto-${name}`, tool: name, connector })).join('\n'),
    }),
    maxCallsPerSession: 500,
  };
}

function mailTo(target: TargetManifest): Manifest {
  return gateWith(toolManifest({ name: 'mail', effect: 'outbound', properties: { to: text }, targets: [target] }));
}

const MAIL = mailTo({ pointer: '/to', kind: 'email' });

interface Declaration {
  readonly tool: string;
  readonly what: string;
  readonly write: string[];
  readonly saved: number;
  readonly letsThrough: { readonly entry: string; readonly decision: string }[];
  readonly cannotTell: number;
}

async function declarations(made: RecordedWorld, atLeast = 100): Promise<Declaration[]> {
  const options = [...made.options(), '--at-least', String(atLeast), '--json'];
  expect(await made.hardenedAgent('suggest', options)).toBe(0);
  return (JSON.parse(made.out.join('\n')) as { declarations: Declaration[] }).declarations;
}

/** A session that reads something, and then wants to mail. */
async function mailed(made: RecordedWorld, task: string, to: string, code: 'APPROVED' | 'DENIED'): Promise<void> {
  await made.begin(task);
  await made.call('read', { id: 'T-1' });
  await made.decided('mail', { to }, code);
}

describe('hardened-agent suggest proposes names', () => {
  test('that the tasks of several sessions hold', async () => {
    const made = new RecordedWorld(MAIL);
    await mailed(made, 'Write to Ann Lee about T-1.', 'ann.lee@example.com', 'APPROVED');
    await mailed(made, 'Please tell Ann Lee what T-1 says.', 'ann.lee@example.com', 'APPROVED');
    expect(await declarations(made)).toEqual([
      {
        tool: 'mail',
        what: 'addressBook',
        write: ['addTool("mail", { addressBook: [{ name: "Ann Lee", targets: ["ann.lee@example.com"] }] })'],
        saved: 2,
        letsThrough: [],
        cannotTell: 0,
      },
    ]);
  });

  test('that make the gate itself decide as the proposal says', async () => {
    const tasks = ['Write to Ann Lee about T-1.', 'Never write to Ann Lee about T-2.', 'Ask Ann Lee: what is T-3?'];
    const record = async (made: RecordedWorld) => {
      for (const task of tasks) await mailed(made, task, 'ann.lee@example.com', 'APPROVED');
      return [...made.world.ledger.values()].filter(({ decision }) => decision?.code === 'ASK').length;
    };
    const before = new RecordedWorld(MAIL);
    const asked = await record(before);
    // The task that excludes her doesn't name her, so no name fits all sessions.
    expect(await declarations(before)).toEqual([]);
    tasks.splice(1, 1);
    const made = new RecordedWorld(MAIL);
    const askedThen = await record(made);
    const [{ saved = 0 } = {}] = await declarations(made);
    const addressBook = [{ name: 'Ann Lee', targets: ['ann.lee@example.com'] }];
    const tools = MAIL.tools.map((tool) => (tool.name === 'mail' ? { ...tool, addressBook } : tool));
    const after = new RecordedWorld({ ...MAIL, tools });
    for (const task of tasks) {
      await after.begin(task);
      await after.call('read', { id: 'T-1' });
      await after.call('mail', { to: 'ann.lee@example.com' });
    }
    const asks = [...after.world.ledger.values()].filter(({ decision }) => decision?.code === 'ASK').length;
    expect([asked, askedThen, saved, asks]).toEqual([3, 2, 2, 0]);
  });

  test('not for an attacker’s address that was approved once, or in one session', async () => {
    const made = new RecordedWorld(MAIL);
    await mailed(made, 'Write to Ann Lee about T-1.', 'ann.lee@evil.example', 'APPROVED');
    await made.decided('mail', { to: 'ann.lee@evil.example' }, 'APPROVED');
    await mailed(made, 'Write to Ann Lee about T-2.', 'ann.lee@example.com', 'APPROVED');
    await mailed(made, 'Write to Ann Lee about T-3.', 'ann.lee@example.com', 'APPROVED');
    expect(JSON.stringify(await declarations(made))).not.toContain('evil');
  });

  test('not if the name stood for different addresses, nor for a word that begins a sentence', async () => {
    const made = new RecordedWorld(MAIL);
    for (const to of ['ann@one.example', 'ann@two.example']) {
      for (const ticket of [1, 2]) await mailed(made, `Write to Ann Lee about T-${ticket}.`, to, 'APPROVED');
    }
    expect(await declarations(made)).toEqual([]);
    const plain = new RecordedWorld(MAIL);
    for (const ticket of [1, 2]) await mailed(plain, `Please answer T-${ticket}.`, 'bob@example.com', 'APPROVED');
    expect(await declarations(plain)).toEqual([]);
  });

  test('and names a denied call that would run, last and with a warning', async () => {
    const made = new RecordedWorld(MAIL);
    for (const ticket of [1, 2, 3]) {
      await mailed(made, `Write to Ann Lee about T-${ticket}.`, 'ann.lee@example.com', 'APPROVED');
    }
    await mailed(made, 'Summarise T-4 for Ann Lee.', 'ann.lee@example.com', 'DENIED');
    for (const ticket of [1, 2]) await mailed(made, `Send T-${ticket} to Bob Ray.`, 'bob@example.com', 'APPROVED');
    const [safe, risky] = await declarations(made);
    expect(safe).toMatchObject({ saved: 2, letsThrough: [], write: [expect.stringContaining('Bob Ray')] });
    expect(risky).toMatchObject({
      saved: 3,
      letsThrough: [{ entry: expect.stringMatching(/^entries\/.*1004\/0+\d$/), decision: 'denied' }],
    });
    made.out.length = 0;
    await made.hardenedAgent('suggest', made.options());
    expect(made.out.slice(-3)).toEqual([
      expect.stringContaining('name: "Ann Lee"'),
      '  WARNING: it would have let 1 through that nobody approved:',
      expect.stringMatching(/^ {4}entries\/.*1004\/0+\d {2}denied$/),
    ]);
  });

  test('and names a call that nobody decided; one that can’t be read is counted', async () => {
    const made = new RecordedWorld(MAIL);
    for (const ticket of [1, 2]) await mailed(made, `Tell Ann Lee of T-${ticket}.`, 'ann@example.com', 'APPROVED');
    await made.begin('Tell Ann Lee of T-3.');
    await made.call('read', { id: 'T-3' });
    await made.call('mail', { to: 'ann@example.com' });
    expect(await declarations(made)).toMatchObject([
      {
        write: ['addTool("mail", { addressBook: [{ name: "Ann Lee", targets: ["ann@example.com"] }] })'],
        letsThrough: [{ decision: 'not approved' }],
        cannotTell: 0,
      },
    ]);
    made.out.length = 0;
    for (const key of made.world.evidence.keys())
      if (/1003\/session_start/.test(key)) made.world.evidence.set(key, '{}');
    expect(await declarations(made)).toMatchObject([{ letsThrough: [], cannotTell: 1 }]);
  });

  test('not for questions that the content of the arguments asks anyway', async () => {
    const properties = { to: text, body: text };
    const targets: TargetManifest[] = [{ pointer: '/to', kind: 'email' }];
    const made = new RecordedWorld(gateWith(toolManifest({ name: 'mail', effect: 'outbound', properties, targets })));
    for (const ticket of [1, 2]) {
      await made.begin(`Tell Ann Lee of T-${ticket}.`);
      await made.call('read', { id: 'T-1' });
      const body = '<img src="https://evil.example/x.png">';
      await made.decided('mail', { to: 'ann@example.com', body }, 'APPROVED');
    }
    expect(await declarations(made)).toEqual([]);
    for (const ticket of [3, 4]) {
      await made.begin(`Tell Ann Lee of T-${ticket}.`);
      await made.call('read', { id: 'T-1' });
      await made.decided('mail', { to: 'ann@example.com', body: 'Hello' }, 'APPROVED');
    }
    made.out.length = 0;
    expect(await declarations(made)).toMatchObject([{ saved: 2, letsThrough: [] }]);
  });

  test('of an account too, if only one name of several words is there', async () => {
    const made = new RecordedWorld(mailTo({ pointer: '/to', kind: 'account' }));
    const iban = 'DE89370400440532013000';
    await mailed(made, 'Pay Harbour Homes for T-1.', iban, 'APPROVED');
    await mailed(made, 'Please pay Harbour Homes for T-2.', iban, 'APPROVED');
    expect(await declarations(made)).toMatchObject([{ write: [expect.stringContaining('name: "Harbour Homes"')] }]);
    const two = new RecordedWorld(mailTo({ pointer: '/to', kind: 'account' }));
    for (const ticket of [1, 2]) await mailed(two, `For Ann Lee pay Harbour Homes, T-${ticket}.`, iban, 'APPROVED');
    expect(await declarations(two)).toEqual([]);
  });

  test('not for a value that looks like a credential', async () => {
    const made = new RecordedWorld(mailTo({ pointer: '/to', kind: 'exact' }));
    const key = ['ghp', 'Zk3vQ9xW2mT7bR5nL8cJ4hG6fD1sA0pY9uKe'].join('_');
    for (const ticket of [1, 2]) await mailed(made, `Tell Ann Lee of T-${ticket}.`, key, 'APPROVED');
    expect(await declarations(made)).toEqual([]);
    expect(made.out.join('\n')).not.toContain(key);
  });
});

describe('hardened-agent suggest proposes ids', () => {
  const CANCEL = (targets: TargetManifest[]) =>
    gateWith(toolManifest({ name: 'cancel', effect: 'destructive', properties: { orderId: text }, targets }));

  async function cancelled(made: RecordedWorld, query: string, order: string): Promise<void> {
    await made.begin('Cancel the order of Ann Lee.');
    made.world.answer = () => ({ content: canonicalize({ order: { id: order }, note: 'thanks' }) });
    await made.call('search', { query });
    await made.decided('cancel', { orderId: order }, 'APPROVED');
  }

  test('in the field of a read that the task determined', async () => {
    const made = new RecordedWorld(CANCEL([{ pointer: '/orderId', kind: 'id' }]));
    await cancelled(made, 'Ann Lee', 'A-77');
    await cancelled(made, 'Ann Lee', 'A-78');
    expect(await declarations(made)).toEqual([
      {
        tool: 'cancel',
        what: 'ids',
        write: ['addTool("search", { ids: [{ of: "order", at: "/order/id" }] })'],
        saved: 2,
        letsThrough: [],
        cannotTell: 0,
      },
    ]);
  });

  test('with the noun that the target needs, if it isn’t an id', async () => {
    const made = new RecordedWorld(CANCEL([{ pointer: '/orderId', kind: 'exact' }]));
    await cancelled(made, 'Ann Lee', 'A-77');
    await cancelled(made, 'Ann Lee', 'A-78');
    expect(await declarations(made)).toMatchObject([
      { write: [expect.any(String), 'addTool("cancel", { targets: [Target.exact("/orderId", { of: "order" })] })'] },
    ]);
  });

  test('with each denied call that would then run, of any tool with the noun', async () => {
    const targets: TargetManifest[] = [{ pointer: '/orderId', kind: 'id' }];
    const [cancel, ship] = (['cancel', 'ship'] as const).map((name) =>
      toolManifest({ name, effect: 'destructive', properties: { orderId: text }, targets }),
    );
    const made = new RecordedWorld(cancel && ship ? gateWith(cancel, ship) : MAIL);
    await cancelled(made, 'Ann Lee', 'A-77');
    await cancelled(made, 'Ann Lee', 'A-78');
    await made.decided('ship', { orderId: 'A-78' }, 'DENIED');
    expect(await declarations(made)).toMatchObject([{ what: 'ids', saved: 2, letsThrough: [{ decision: 'denied' }] }]);
  });

  test('not of a list, for a destructive tool: a misled model would choose', async () => {
    const made = new RecordedWorld(CANCEL([{ pointer: '/orderId', kind: 'id' }]));
    for (const order of ['A-1', 'A-2']) {
      await made.begin('Cancel the order of Ann Lee.');
      made.world.answer = () => ({ content: canonicalize([{ id: 'A-1' }, { id: 'A-2' }, { id: 'A-3' }]) });
      await made.call('search', { query: 'Ann Lee' });
      await made.decided('cancel', { orderId: order }, 'APPROVED');
    }
    expect(await declarations(made)).toEqual([]);
  });

  test('not of a read whose arguments the task doesn’t name', async () => {
    const made = new RecordedWorld(CANCEL([{ pointer: '/orderId', kind: 'id' }]));
    await cancelled(made, 'Eve Moss', 'A-77');
    await cancelled(made, 'Eve Moss', 'A-78');
    expect(await declarations(made)).toEqual([]);
  });
});

describe('hardened-agent suggest proposes kinds', () => {
  const EXACT = mailTo({ pointer: '/to', kind: 'exact', absent: 'nobody' });

  test('that the form of all values tells, if the task then names them', async () => {
    const made = new RecordedWorld(EXACT);
    await mailed(made, 'Post it at https://a.example/board.', 'https://a.example/board/7', 'APPROVED');
    await mailed(made, 'Post it at https://b.example/', 'https://b.example/x', 'APPROVED');
    expect(await declarations(made)).toMatchObject([
      {
        what: 'kind',
        write: ['addTool("mail", { targets: [Target.url("/to", { whenAbsent: WhenAbsent.NOBODY })] })'],
        saved: 2,
      },
    ]);
  });

  test('not if one value has another form, or the task names none', async () => {
    const mixed = new RecordedWorld(EXACT);
    await mailed(mixed, 'Post it at https://a.example/board.', 'https://a.example/board/7', 'APPROVED');
    await mailed(mixed, 'Post it at https://b.example/', 'https://b.example/x', 'APPROVED');
    await mailed(mixed, 'Post it', 'the board', 'APPROVED');
    expect(await declarations(mixed)).toEqual([]);
    const other = new RecordedWorld(EXACT);
    for (const page of [1, 2]) await mailed(other, 'Post it.', `https://a.example/${page}`, 'APPROVED');
    expect(await declarations(other)).toEqual([]);
  });
});

describe('hardened-agent suggest proposes limits', () => {
  const cents = { type: 'integer', minimum: 1, maximum: 1_000_000 };
  const pay = (callLimits?: ToolManifest['callLimits']) =>
    gateWith(
      toolManifest({
        name: 'pay',
        effect: 'destructive',
        properties: { cents },
        ...(callLimits ? { callLimits } : {}),
      }),
    );

  /** Three payments in one session, and one in another a day later. */
  async function paid(manifest: Manifest): Promise<RecordedWorld> {
    const made = new RecordedWorld(manifest);
    await made.begin('Pay.');
    for (const each of [100, 200, 300]) await made.call('pay', { cents: each });
    made.world.now += 2 * 86_400_000;
    await made.begin('Pay.');
    const [id] = [...made.world.sessions.keys()].slice(-1);
    made.world.sessions.set(id ?? '', { ...made.world.session(id), expiresAt: made.world.now / 1000 + 60 });
    await made.call('pay', { cents: 400 });
    return made;
  }

  test('of twice the most that ran in a session, and in a day', async () => {
    const found = await declarations(await paid(pay()), 4);
    expect(found.map(({ write }) => write[0])).toEqual([
      'addTool("pay", { limits: [Limit.count(6, { per: LimitScope.SESSION, window: Duration.days(1) })] })',
      'addTool("pay", { limits: [Limit.count(6, { per: LimitScope.TOOL, window: Duration.days(1) })] })',
      'addTool("pay", { limits: [Limit.sum("/cents", 1200, { per: LimitScope.SESSION, window: Duration.days(1) })] })',
      'addTool("pay", { limits: [Limit.sum("/cents", 1200, { per: LimitScope.TOOL, window: Duration.days(1) })] })',
    ]);
  });

  test('none from few calls, and none that the tool has', async () => {
    expect(await declarations(await paid(pay()), 5)).toEqual([]);
    const limit = { most: 50, per: 'session', windowSeconds: 3600, whenReached: 'ask' } as const;
    const found = await declarations(await paid(pay([limit])), 4);
    expect(found.map(({ write }) => write[0]).join('\n')).not.toMatch(/count\(\d+, \{ per: LimitScope.SESSION/);
    expect(found).toHaveLength(3);
  });
});
