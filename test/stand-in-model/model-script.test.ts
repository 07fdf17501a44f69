import { type Move, progressOf, readScript } from './model-script';

const SCRIPT = readScript(`
turns:
  - call: get_task
    expect: T-1
  - say: I refund.
    call: tickets_refund
    with: { account: AC-6666, lines: [{ amount: 1 }] }
    keep: { refund: requestId }
  - call: get_request
    with: { requestId: '\${refund}' }
    until: decided
  - call: tickets_comment
    when: denied
    with: { text: 'It was \${refund}.' }
  - call: respond
    with: { text: hi }
  - say: Bye.
`);

const move = (...results: string[]): Move => progressOf(SCRIPT, results).move;
const PENDING = '{"requestId": "r-7", "status":"pending_approval"}';

test('plays one turn for each result, and fills in what it kept', () => {
  expect(move()).toEqual({ say: '', call: { tool: 'get_task', args: {} } });
  expect(move('T-1')).toEqual({
    say: 'I refund.',
    call: { tool: 'tickets_refund', args: { account: 'AC-6666', lines: [{ amount: 1 }] } },
  });
  expect(move('T-1', PENDING).call).toEqual({ tool: 'get_request', args: { requestId: 'r-7' } });
  expect(Object.fromEntries(progressOf(SCRIPT, ['T-1', PENDING]).kept)).toEqual({ refund: 'r-7' });
});

test('repeats a call until its result says so', () => {
  expect(move('T-1', PENDING, 'pending', 'pending').call?.tool).toBe('get_request');
  expect(move('T-1', PENDING, 'pending', 'pending', 'decided').call?.tool).toBe('respond');
});

test('takes a turn only if the last result contains its text', () => {
  expect(move('T-1', PENDING, 'decided: denied').call).toEqual({
    tool: 'tickets_comment',
    args: { text: 'It was r-7.' },
  });
  expect(move('T-1', PENDING, 'decided: denied', 'done').call?.tool).toBe('respond');
  expect(move('T-1', PENDING, 'decided: approved').call?.tool).toBe('respond');
});

test('says its last text, also when it is asked again', () => {
  const results = ['T-1', PENDING, 'decided', 'done'];
  expect(move(...results)).toEqual({ say: 'Bye.' });
  expect(move(...results, 'more')).toEqual({ say: 'Bye.' });
});

test.each<[string, string[], string]>([
  ['an unexpected result', ['T-2'], 'Turn 1: the result of get_task doesn\'t contain "T-1". It begins: T-2'],
  ['a field that isn’t there', ['T-1', '{}'], 'Turn 2: the result of tickets_refund has no "requestId".'],
  [
    'polls without end',
    ['T-1', PENDING, ...Array<string>(201).fill('pending')],
    'Turn 3: after 201 calls no result contained "decided".',
  ],
])('fails on %s', (_, results, message) => expect(() => move(...results)).toThrow(message));

test.each([
  ['', 'The script has no turns. Write a list under `turns`.'],
  ['turns: []', 'The script has no turns. Write a list under `turns`.'],
  ['turns: [{ calls: x }]', 'Turn 1 has "calls". A turn has: '],
  [
    'turns: [{ say: x }, { call: y }]',
    'Turn 1 calls no tool, so the model would end there. Only the last turn may do that.',
  ],
  ['turns: [{ call: 5 }]', 'Turn 1: "call" is not a text.'],
])('refuses the script %j', (text, message) => expect(() => readScript(text)).toThrow(message));

test('fails on a value that nothing kept', () =>
  expect(() => progressOf(readScript(`turns: [{ call: x, with: { id: '\${none}' } }]`), [])).toThrow(
    'Turn 1: no earlier turn kept "none".',
  ));
