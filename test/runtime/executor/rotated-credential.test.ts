import type { ExecutorConfig } from '../../../runtime/core/executor-config';
import { NotSentError, OutcomeUnknownError } from '../../../runtime/executor/target-answer';
import { CONFIG, ExecutorWorld, NOW, SECRET, TOOL } from './executor-world';

const OTHER = { value: 'tk-Xy55bQ0aZr81LmNp', version: 'v4' };
const REFUSED = { ok: false, content: 'no', targetStatus: 401, reason: 'The target answered with status 401.' };
const DONE = { ok: true, content: 'done', targetStatus: 200 };

let world: ExecutorWorld;
beforeEach(() => {
  world = new ExecutorWorld();
});

/** A target that accepts these values, in the order in which calls arrive; the last one stays. */
function accepts(...values: string[]): void {
  world.answer = () => {
    const accepted = values.length > 1 ? values.shift() : values[0];
    return world.reached.at(-1)?.credential === accepted ? DONE : REFUSED;
  };
}

const sent = () => world.reached.map(({ credential }) => credential);

test('a call whose credential was refused runs once, with the secret’s other value', async () => {
  world.others.push(OTHER);
  accepts(OTHER.value);
  const reply = await world.run(world.prepare());
  expect(reply).toMatchObject({ status: 'succeeded', content: 'done', credentialVersion: 'v4' });
  expect(sent()).toEqual([SECRET, OTHER.value]);
  expect(world.logs).toEqual([{ event: 'credential_refused', requestId: 'r-1', status: 401, from: 'v3', to: 'v4' }]);
});

test('a credential that was refused before the call, as by a server with a greeting, is replaced as well', async () => {
  world.others.push(OTHER);
  world.answer = () => {
    if (world.reached.at(-1)?.credential === OTHER.value) return DONE;
    return Promise.reject(new NotSentError('The server refused it.', { targetStatus: 401 }));
  };
  expect(await world.run(world.prepare())).toMatchObject({ status: 'succeeded', credentialVersion: 'v4' });
  expect(sent()).toEqual([SECRET, OTHER.value]);
});

test('and with the first one again, if the target changes over in between', async () => {
  world.others.push(OTHER, { value: SECRET, version: 'v3' });
  accepts('nothing', 'nothing', SECRET);
  expect(await world.run(world.prepare())).toMatchObject({ status: 'succeeded', credentialVersion: 'v3' });
  expect(sent()).toEqual([SECRET, OTHER.value, SECRET]);
});

test('a target that refuses everything is asked three times at most', async () => {
  for (let i = 0; i < 9; i++) world.others.push({ ...OTHER, version: `v${i}` });
  world.answer = () => REFUSED;
  expect(await world.run(world.prepare())).toMatchObject({ status: 'target_failed', targetStatus: 401 });
  expect(sent()).toHaveLength(3);
});

test.each([
  ['without another value', () => undefined, REFUSED],
  ['after an answer that isn’t 401 or 403', () => world.others.push(OTHER), { ...REFUSED, targetStatus: 400 }],
  [
    'after an answer that may have run',
    () => world.others.push(OTHER),
    { ...REFUSED, targetStatus: 500, mayHaveRun: true },
  ],
  ['after a redirect', () => world.others.push(OTHER), { ...REFUSED, targetStatus: 302, mayHaveRun: true }],
  ['after a success', () => world.others.push(OTHER), { ...DONE, targetStatus: 401 }],
])('nothing is sent again %s', async (_, prepare, answer) => {
  prepare();
  world.answer = () => answer;
  await world.run(world.prepare());
  expect(sent()).toEqual([SECRET]);
});

test.each([
  [new OutcomeUnknownError('lost'), 'outcome_unknown'],
  [new NotSentError('The target could not be reached. Nothing took effect.'), 'target_failed'],
] as const)('nothing is sent again after %s', async (error, status) => {
  world.others.push(OTHER);
  world.answer = () => Promise.reject(error);
  expect((await world.run(world.prepare())).status).toBe(status);
  expect(sent()).toEqual([SECRET]);
});

test('a second answer that is lost is unknown, not the first refusal', async () => {
  world.others.push(OTHER);
  world.answer = () => {
    if (world.reached.length === 1) return REFUSED;
    throw new OutcomeUnknownError('lost');
  };
  expect(await world.run(world.prepare())).toMatchObject({ status: 'outcome_unknown', credentialVersion: 'v4' });
});

test.each([SECRET, OTHER.value])('neither value comes back in the result: %s', async (echoed) => {
  world.others.push(OTHER);
  world.answer = () => (world.reached.length === 1 ? REFUSED : { ...DONE, content: `you sent ${echoed}` });
  const reply = await world.run(world.prepare());
  expect(reply).toMatchObject({ status: 'output_blocked', content: '' });
  expect(JSON.stringify([reply, world.logs])).not.toContain(echoed);
});

test.each(['short', ' tk-Xy55bQ0aZr81LmNp'])(
  'a value that the output check couldn’t find isn’t sent: "%s"',
  async (value) => {
    world.others.push({ ...OTHER, value });
    world.answer = () => REFUSED;
    expect(await world.run(world.prepare())).toMatchObject({ status: 'target_failed', targetStatus: 401 });
    expect(sent()).toEqual([SECRET]);
    expect(JSON.stringify(world.logs)).not.toContain(value);
  },
);

test('a secret that can’t be read again leaves the refusal as it is', async () => {
  world.ports = { ...world.ports, rotated: () => Promise.reject(new Error(`throttled ${SECRET}`)) };
  world.answer = () => REFUSED;
  expect(await world.run(world.prepare())).toMatchObject({ status: 'target_failed', targetStatus: 401 });
  expect(JSON.stringify(world.logs)).not.toContain(SECRET);
});

test('both tries together have the time of one', async () => {
  world.others.push(OTHER, OTHER);
  let now = NOW;
  const times: number[] = [];
  world.ports = {
    ...world.ports,
    now: () => now,
    target: async (tool, args, credential) => {
      world.reached.push({ args, credential: credential?.value });
      times.push(tool.timeoutMs);
      now += 600;
      return REFUSED;
    },
  };
  await world.run(world.prepare());
  expect(times).toEqual([TOOL.timeoutMs, TOOL.timeoutMs - 600]);
});

describe('a secret that is a JSON object', () => {
  const config: ExecutorConfig = {
    ...CONFIG,
    credential: { name: 'tickets-api', kind: 'bearer', field: 'pro:duction.token' },
  };
  const object = (value: unknown) => JSON.stringify({ user: 'support', 'pro:duction.token': value });

  test('gives the member that was declared, and keeps it out of the result', async () => {
    world.credential = object(SECRET);
    await world.run(world.prepare(), config);
    expect(sent()).toEqual([SECRET]);
    world.requests.clear();
    world.answer = () => ({ ok: true, content: `you sent ${SECRET}` });
    expect((await world.run(world.prepare(), config)).status).toBe('output_blocked');
  });

  test.each([
    ['a plain text', SECRET],
    ['an object without the member', JSON.stringify({ token: SECRET })],
    ['a member that is no text', object({ token: SECRET })],
    ['a list', JSON.stringify([SECRET])],
    ['the member twice', `{"pro:duction.token":"${SECRET}","pro:duction.token":"${SECRET}x"}`],
    ['an object without its end', object(SECRET).slice(0, -1)],
    ['a member of its prototype', JSON.stringify({ ['__proto__']: SECRET })],
  ])('is refused where it is %s, and nothing is sent or repeated', async (_, text) => {
    world.credential = text;
    const reply = await world.run(world.prepare(), config);
    expect(reply).toMatchObject({ status: 'refused' });
    expect(reply.reason).toMatch(/isn’t a JSON object whose member “pro:duction.token” is a text/);
    expect(world.reached).toEqual([]);
    expect(JSON.stringify([reply, world.logs])).not.toContain(SECRET);
  });

  test('keeps the value before the rotation out too, whether it was an object or not', async () => {
    for (const previous of [object('tk-Xy55bQ0aZr81LmNp'), 'tk-Xy55bQ0aZr81LmNp']) {
      world = new ExecutorWorld();
      world.credential = object(SECRET);
      world.previous = previous;
      world.answer = () => ({ ok: true, content: 'you sent tk-Xy55bQ0aZr81LmNp' });
      expect((await world.run(world.prepare(), config)).status).toBe('output_blocked');
    }
  });
});
