import { NotSentError, OutcomeUnknownError } from '../../../runtime/executor/target-answer';

import { CONFIG, ExecutorWorld, SECRET, TOOL } from './executor-world';

let world: ExecutorWorld;
beforeEach(() => {
  world = new ExecutorWorld();
});

describe('what the target does', () => {
  test.each([
    [new OutcomeUnknownError('x'), 'destructive', 'outcome_unknown'],
    [new OutcomeUnknownError('x'), 'read', 'target_failed'],
    [new NotSentError('Not sent.'), 'destructive', 'target_failed'],
    [new Error(`odd failure with Bearer ${SECRET}`), 'destructive', 'outcome_unknown'],
    [new Error(`odd failure with Bearer ${SECRET}`), 'read', 'target_failed'],
  ] as const)('%s of a tool that is %s ends as %s', async (error, effect, status) => {
    world.answer = () => Promise.reject(error);
    const reply = await world.run(world.prepare(), { ...CONFIG, tools: [{ ...TOOL, effect }] });
    expect(reply.status).toBe(status);
    expect(JSON.stringify([reply, world.logs])).not.toContain(SECRET);
  });

  test.each([
    ['as it is', SECRET],
    ['in base64', Buffer.from(`x${SECRET}`).toString('base64')],
    ['in hexadecimal', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['reversed', [...SECRET].reverse().join('')],
  ])('an answer that repeats the credential %s is withheld', async (_, echoed) => {
    world.answer = () => ({ ok: true, content: `you sent ${echoed}`, targetStatus: 200 });
    const reply = await world.run(world.prepare());
    expect(reply).toMatchObject({ status: 'output_blocked', content: '' });
    expect(JSON.stringify(reply)).not.toContain(echoed);
  });

  test('an error answer is guarded as well', async () => {
    world.answer = () => ({ ok: false, content: `bad token ${SECRET}`, targetStatus: 401, reason: 'Status 401.' });
    expect((await world.run(world.prepare())).status).toBe('output_blocked');
  });

  test('a tool that the target changed wasn’t sent; what differs is in the log and in the evidence', async () => {
    const more = { changed: { differences: ['/description: was A, is B'] }, evidence: 'all of it' };
    world.answer = () => Promise.reject(new NotSentError('The server changed this tool.', more));
    expect(await world.run(world.prepare())).toMatchObject({
      status: 'target_failed',
      code: 'DEFINITION_CHANGED',
      notSent: true,
      content: '',
      evidence: 'all of it',
    });
    expect(world.logs).toContainEqual({
      event: 'tool_definition_changed',
      tool: TOOL.name,
      requestId: 'r-1',
      differences: '/description: was A, is B',
    });
  });

  test('a change that is found after the call doesn’t undo it', async () => {
    const changed = { differences: ['/description: was A, is B'] };
    world.answer = () => ({
      ok: false,
      content: '',
      reason: 'Changed.',
      mayHaveRun: true,
      changed,
      evidence: 'all of it',
    });
    const reply = await world.run(world.prepare());
    expect(reply).toMatchObject({ status: 'outcome_unknown', evidence: 'all of it' });
    expect(reply.code).toBeUndefined();
    expect(world.logs).toContainEqual(expect.objectContaining({ event: 'tool_definition_changed' }));
  });

  test('evidence and log don’t repeat the credential either', async () => {
    const said = `You sent ${Buffer.from(SECRET).toString('base64')}`;
    const more = { changed: { differences: [said] }, evidence: said };
    world.answer = () => Promise.reject(new NotSentError('The server changed this tool.', more));
    const reply = await world.run(world.prepare());
    expect(JSON.stringify([reply, world.logs])).not.toContain(said);
    expect(reply.evidence).toContain('withheld');
    world.answer = () => ({ ok: false, content: '', reason: 'No.', evidence: said });
    expect(JSON.stringify(await world.run(world.prepare()))).not.toContain(said);
  });

  test('nor the beginning of the credential, where they show parts of what the target said', async () => {
    const part = `You sent ${SECRET.slice(0, -1)}`;
    const more = { changed: { differences: [part] }, evidence: part, said: `You sent ${SECRET}, and more` };
    const seen = async () => JSON.stringify([await world.run(world.prepare()), world.logs]);
    world.answer = () => Promise.reject(new NotSentError('The server changed this tool.', more));
    expect(await seen()).not.toContain(SECRET.slice(0, 8));
    world.answer = () => ({ ok: false, content: '', reason: 'No.', ...more });
    expect(await seen()).not.toContain(SECRET.slice(0, 8));
  });

  test('evidence beyond its size is left out', async () => {
    world.answer = () => ({ ok: false, content: '', reason: 'No.', evidence: 'x'.repeat(100_000) });
    expect((await world.run(world.prepare())).evidence).toContain('withheld');
  });

  test('of user:password the password alone is withheld too', async () => {
    world.credential = 'support:correct-horse';
    world.answer = () => ({ ok: true, content: 'hello correct-horse' });
    const basic = { ...CONFIG, credential: { name: 'tickets-api', kind: 'basic' as const } };
    expect((await world.run(world.prepare(), basic)).status).toBe('output_blocked');
  });

  const spelled: [string, (text: string) => string][] = [
    ['as it is', (text) => text],
    ['with tags inside', (text) => text.replace(/(...)/g, '<b>$1</b>')],
    ['in entities', (text) => text.replace(/./g, (c) => `&#${c.charCodeAt(0)};`)],
    ['as an array of numbers', (text) => JSON.stringify([...Buffer.from(text)])],
    ['in base64 of hexadecimal', (text) => Buffer.from(Buffer.from(text).toString('hex')).toString('base64')],
    ['split over fields', (text) => JSON.stringify({ a: text.slice(0, 8), b: text.slice(8, 14), c: text.slice(14) })],
    ['with a character missing', (text) => text.slice(0, 9) + text.slice(10)],
  ];

  test.each(spelled)('the value before a rotation is withheld too, %s', async (_, write) => {
    world.previous = 'tk-Xy55bQ0aZr81LmNp';
    world.answer = () => ({ ok: true, content: `you sent ${write('tk-Xy55bQ0aZr81LmNp')}` });
    expect(await world.run(world.prepare())).toMatchObject({ status: 'output_blocked', content: '' });
    world.previous = undefined;
    expect((await world.run(world.prepare())).status).toBe('succeeded');
  });

  test('a previous value that is too short or has white space around it stops nothing', async () => {
    world.previous = ' abc\n';
    world.answer = () => ({ ok: true, content: 'abc' });
    expect((await world.run(world.prepare())).status).toBe('succeeded');
  });

  test('the previous password alone is withheld as well', async () => {
    world.credential = 'support:correct-horse';
    world.previous = 'support:battery-staple';
    world.answer = () => ({ ok: false, content: 'wrong: batterystaple', targetStatus: 401, reason: 'Status 401.' });
    const basic = { ...CONFIG, credential: { name: 'tickets-api', kind: 'basic' as const } };
    expect((await world.run(world.prepare(), basic)).status).toBe('output_blocked');
  });

  test('a failure before sending repeats no credential', async () => {
    world.answer = () => Promise.reject(new NotSentError(`bad header ${SECRET}`));
    const reply = await world.run(world.prepare());
    expect(reply).toMatchObject({
      status: 'target_failed',
      reason: 'The call could not be sent. Nothing took effect.',
    });
  });

  test('more than the tool may return is withheld', async () => {
    world.answer = () => ({ ok: true, content: 'é'.repeat(501) });
    expect((await world.run(world.prepare())).status).toBe('output_blocked');
  });

  test.each([
    ['write', 'outcome_unknown'],
    ['read', 'target_failed'],
  ] as const)('a gateway’s error after a %s call is told as %s', async (effect, status) => {
    world.answer = () => ({
      ok: false,
      content: 'timed out',
      targetStatus: 504,
      mayHaveRun: true,
      reason: 'Status 504.',
    });
    const config = { ...CONFIG, tools: CONFIG.tools.map((tool) => ({ ...tool, effect })) };
    expect(await world.run(world.prepare(), config)).toMatchObject({
      status,
      targetStatus: 504,
      content: 'timed out',
      reason: expect.stringMatching(
        status === 'outcome_unknown' ? /may have taken effect.*person must look/ : /^Status 504\.$/,
      ),
    });
  });

  test('a refusal of the target is told with its status', async () => {
    world.answer = () => ({ ok: false, content: 'no such ticket', targetStatus: 404, reason: 'Status 404.' });
    expect(await world.run(world.prepare())).toMatchObject({
      status: 'target_failed',
      targetStatus: 404,
      content: 'no such ticket',
      reason: 'Status 404.',
    });
  });
});
