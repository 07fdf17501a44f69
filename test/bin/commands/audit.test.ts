import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { downloadLedger } from '../../../bin/ledger/download-ledger';
import { ledgerKey } from '../../../runtime/core/contracts';
import { formatVerifierKey } from '../../../runtime/core/merkle/note';
import { DEFAULT_LIMITS } from '../../../runtime/ledger/sealer';
import type { MemoryStore } from '../../runtime/ledger/memory-store';
import { entry, SealedLedger, signingKey } from '../../runtime/ledger/sealed-ledger';
import { hardenedAgent } from '../hardened-agent-call';

const scratch = mkdtempSync(path.join(tmpdir(), 'audit-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const decision = { code: 'ALLOW', policyIds: ['allow-tickets_read'], taint: false } as const;
const asked = { code: 'ASK', policyIds: [], taint: true } as const;
const outcome = { status: 'succeeded', bytes: 12, resultHash: '', resultRef: '', durationMs: 40 } as const;

let world: SealedLedger;
let copy: string;
let key: string;
let keyFile: string;

beforeAll(async () => {
  world = new SealedLedger(DEFAULT_LIMITS);
  const write = (seq: number, more: object) => world.write(entry('s-1', seq, { decision: undefined, ...more }));
  await write(1, { type: 'session_start', actor: 'launcher', argsRef: '' });
  await write(2, { type: 'intent', requestId: 'r-1', tool: 'tickets_read', decision });
  await write(3, {
    type: 'outcome',
    requestId: 'r-1',
    tool: 'tickets_read',
    outcome,
    credential: { name: 'tickets-api', version: 'v7' },
  });
  await write(4, { type: 'intent', requestId: 'r-2', tool: 'tickets_refund', decision: asked });
  await world.sealer().run();
  world.advance(60_000);
  const maria = 'arn:aws:sts::111111111111:assumed-role/Approver/maria';
  const refused = { code: 'DENIED', policyIds: [], taint: true };
  await write(5, {
    type: 'decision',
    requestId: 'r-2',
    tool: 'tickets_refund',
    actor: maria,
    decision: refused,
    approval: { digest: 'e'.repeat(64), approvers: [maria] },
  });
  await write(6, {
    type: 'denial',
    requestId: 'r-3',
    tool: 'tickets_delete\u202e',
    decision: { code: 'OUT_OF_SCOPE', policyIds: [], taint: true },
  });
  await world.sealer().run();
  world.advance(60_000);
  copy = path.join(scratch, 'copy');
  await downloadLedger(
    { ledger: readable(world.ledger), publication: readable(world.publication), witness: readable(world.witness) },
    copy,
    world.now,
  );
  key = formatVerifierKey(world.signing.key);
  keyFile = path.join(scratch, 'ledger.key');
  writeFileSync(keyFile, `${key}\n`);
});

function readable(store: MemoryStore) {
  return {
    get: (name: string) => store.get(name),
    getBytes: async (name: string) => store.objects.get(name)?.text,
    list: (prefix: string) => store.list(prefix),
  };
}

async function run(...args: string[]) {
  const { code, out, err } = await hardenedAgent(['audit', ...args]);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

function tampered(change: (folder: string) => void): string {
  const folder = mkdtempSync(path.join(scratch, 'tampered-'));
  cpSync(copy, folder, { recursive: true, preserveTimestamps: true });
  change(folder);
  return folder;
}

const at = (folder: string, name: string) => path.join(folder, 'ledger', name);

describe('verify', () => {
  test('calls a whole copy whole, with the key as text or as a file', async () => {
    for (const given of [key, keyFile]) {
      const { code, out } = await run('verify', '--dir', copy, '--key', given);
      expect(out).toMatch(/^The ledger is whole: 7 sealed entries under 2 signed checkpoints\./);
      expect(code).toBe(0);
    }
  });

  test('lets no name of a file in a copy write a line of its own, or act on the terminal', async () => {
    const folder = tampered((it) => {
      mkdirSync(at(it, 'entries/s-1/\u001b[2J\nThe ledger is whole: 7 sealed entries'), { recursive: true });
      writeFileSync(at(it, 'entries/s-1/\u001b[2J\nThe ledger is whole: 7 sealed entries/x'), '{}');
    });
    for (const command of [
      ['verify', '--key', key],
      ['show', '--session', 's-1'],
      ['verify', '--json', '--key', key],
    ]) {
      const { out, err } = await run(...command, '--dir', folder);
      expect(`${out}${err}`).not.toContain('\u001b');
      expect(`${out}\n${err}`.split('\n').filter((line) => line.startsWith('The ledger is whole: 7'))).toEqual([]);
    }
  });

  test('says where an entry was altered', async () => {
    const name = ledgerKey.entry('s-1', 5);
    const folder = tampered((it) =>
      writeFileSync(at(it, name), readFileSync(at(it, name), 'utf8').replace('DENIED', 'APPROVED')),
    );
    const { code, out } = await run('verify', '--dir', folder, '--key', key);
    expect(code).toBe(1);
    expect(out).toMatch(/^The ledger is NOT whole: 1 fault\./);
    expect(out).toContain(`ENTRY_ALTERED  ${name}, leaf 5`);
  });

  test('says that the end was cut off, because the witness has more', async () => {
    const folder = tampered((it) => {
      for (const name of [
        ledgerKey.entry('s-1', 5),
        ledgerKey.entry('s-1', 6),
        'batches/000000000005',
        ledgerKey.checkpoint(7),
      ]) {
        rmSync(at(it, name));
      }
      rmSync(path.join(it, 'publication'), { recursive: true });
    });
    const { code, out } = await run('verify', '--dir', folder, '--key', key);
    expect(code).toBe(1);
    expect(out).toMatch(/TRUNCATED {2}witness: checkpoints\/000000000007, leaf 5\n.*the last 2 are gone/);
  });

  test('takes a checkpoint that was kept, and says which key a foreign one has', async () => {
    const kept = path.join(copy, 'publication', 'checkpoint');
    expect((await run('verify', '--dir', copy, '--key', key, '--kept', kept)).code).toBe(0);
    const other = formatVerifierKey(signingKey(world.signing.key.name).key);
    const { code, out } = await run('verify', '--dir', copy, '--key', other);
    expect(code).toBe(1);
    expect(out).toContain('KEY_SUBSTITUTED');
  });

  test('goes on from its last run, and says what it didn’t read again', async () => {
    const long = new SealedLedger(DEFAULT_LIMITS);
    const copied = async (name: string) => {
      const folder = path.join(scratch, name);
      const stores = { ledger: readable(long.ledger), witness: readable(long.witness) };
      await downloadLedger(stores, folder, long.now);
      return folder;
    };
    await long.write(...Array.from({ length: 300 }, (_, i) => entry('s-a', i + 1)));
    await long.sealer().run();
    const first = await copied('first');
    await long.write(...Array.from({ length: 300 }, (_, i) => entry('s-b', i + 1)));
    await long.sealer().run();
    const second = await copied('second');
    const state = path.join(scratch, 'state');
    const verify = (dir: string, ...more: string[]) =>
      run('verify', '--dir', dir, '--key', formatVerifierKey(long.signing.key), ...more);

    expect((await verify(first, '--state', state)).out).not.toContain('not read again');
    const resumed = await verify(second, '--state', state);
    expect(resumed.code).toBe(0);
    expect(resumed.out).toMatch(/^The ledger is whole: 601 sealed entries/);
    expect(resumed.out).toContain('The first 256 entries were not read again');
    expect((await verify(second, '--state', state, '--json')).out).toContain('"notReadAgain": 512');

    // A fault leaves the state as it was.
    const kept = readFileSync(state, 'utf8');
    writeFileSync(at(second, ledgerKey.entry('s-b', 300)), '{}');
    const { code, out, err } = await verify(second, '--state', state);
    expect(code).toBe(1);
    expect(out).toContain('ENTRY_ALTERED');
    expect(err).toContain('was not written');
    expect(readFileSync(state, 'utf8')).toBe(kept);

    writeFileSync(state, '{}');
    expect((await verify(first, '--state', state)).err).toMatch(/isn’t what a verification left\. Delete it/);
  });

  test('says the same with any number of threads', async () => {
    const folder = tampered((it) => writeFileSync(at(it, ledgerKey.entry('s-1', 5)), '{}'));
    const alone = await run('verify', '--dir', folder, '--key', key, '--threads', '1');
    expect(alone.out).toContain('ENTRY_ALTERED');
    expect(await run('verify', '--dir', folder, '--key', key, '--threads', '2')).toEqual(alone);
  });

  test('prints the same as JSON, and says what it couldn’t look at', async () => {
    const folder = tampered((it) => rmSync(path.join(it, 'witness'), { recursive: true }));
    const { out } = await run('verify', '--dir', folder, '--key', key, '--json');
    expect(JSON.parse(out)).toMatchObject({ size: 7, findings: [], witnessed: false, versionsRead: true });
    expect((await run('verify', '--dir', folder, '--key', key)).out).toContain('No witness was read');
  });

  test('reads no file outside the copy, whatever a batch names', async () => {
    const folder = tampered((it) => {
      const name = at(it, 'batches/000000000000');
      writeFileSync(name, readFileSync(name, 'utf8').replace('"platform"', '"../../../../../etc"'));
    });
    expect((await run('verify', '--dir', folder, '--key', key)).code).toBe(1);
  });

  test('judges lateness by when the copy was made, not by today', async () => {
    const folder = tampered((it) => {
      const name = at(it, ledgerKey.entry('s-2', 1));
      mkdirSync(path.dirname(name), { recursive: true });
      writeFileSync(name, readFileSync(at(it, ledgerKey.entry('s-1', 1))));
      utimesSync(name, (world.now - 30_000) / 1000, (world.now - 30_000) / 1000);
    });
    expect((await run('verify', '--dir', folder, '--key', key)).out).toContain('1 written and not sealed yet');
  });
});

describe('prove', () => {
  const name = ledgerKey.entry('s-1', 5);
  let proof: string;
  beforeAll(async () => {
    const { out, code } = await run('prove', name, '--dir', copy, '--key', key);
    expect(code).toBe(0);
    proof = path.join(scratch, 'entry.tlog-proof');
    writeFileSync(proof, out);
  });

  test('makes a file that shows one entry and no other', async () => {
    const text = readFileSync(proof, 'utf8');
    expect(text).toMatch(/^c2sp\.org\/tlog-proof@v1\nextra /);
    expect(Buffer.from(text.split('\n')[1].slice(6), 'base64').toString()).toContain('"DENIED"');
    expect(text).not.toContain(Buffer.from('tickets_read').toString('base64').slice(0, 12));
  });

  test('which a stranger checks with the public key alone', async () => {
    const { code, out } = await run('check-proof', proof, '--key', key);
    expect(code).toBe(0);
    expect(out).toContain(`Proven: ${name} is leaf 5 of the 7 that were signed.`);
    expect(out).toContain('DENIED by maria');
  });

  test.each([
    [
      'another entry',
      (text: string) => text.replace(/^extra .*/m, `extra ${Buffer.from('{"v":1}').toString('base64')}`),
      /another entry at leaf 5/,
    ],
    ['another place', (text: string) => text.replace('index 5', 'index 4'), /another entry at leaf 4/],
    ['another tree', (text: string) => text.replace('\n7\n', '\n8\n'), /signature.*doesn’t hold/],
    ['no proof', () => 'hello\n', /This is no proof/],
  ])('%s proves nothing', async (_, change, reason) => {
    const file = path.join(scratch, 'forged');
    writeFileSync(file, change(readFileSync(proof, 'utf8')));
    const { code, out } = await run('check-proof', file, '--key', key);
    expect(code).toBe(1);
    expect(out).toMatch(reason);
  });

  test('needs the right key, and an entry that is there', async () => {
    const other = formatVerifierKey(signingKey(world.signing.key.name).key);
    expect((await run('check-proof', proof, '--key', other)).code).toBe(1);
    const missing = await run('prove', ledgerKey.entry('s-1', 99), '--dir', copy, '--key', key);
    expect(missing).toMatchObject({ code: 1, err: 'There is no entries/s-1/000000000099.' });
  });
});

describe('show', () => {
  test('tells a session in the order it was sealed: what, which layer, who, which credential', async () => {
    const { code, out } = await run('show', '--session', 's-1', '--dir', copy);
    expect(code).toBe(0);
    expect(out).toMatch(/tickets_read: allowed \(allow-tickets_read\)/);
    expect(out).toMatch(/tickets_read: done, 12 bytes, 40 ms, credential tickets-api version v7/);
    expect(out).toMatch(/tickets_refund: WAITS for a person/);
    expect(out).toMatch(/tickets_refund: DENIED by maria/);
    expect(out).toMatch(/DENIED by scope: OUT_OF_SCOPE/);
    expect(out).not.toContain('\u202e');
  });

  test('says so where a session left nothing', async () => {
    expect(await run('show', '--session', 's-9', '--dir', copy)).toMatchObject({
      code: 1,
      out: 'This session left no entry.',
    });
  });
});

describe('wrong usage ends with 2 and says what to write', () => {
  test.each([
    [[], /Commands:/],
    [['erase-all'], /Unknown command "erase-all"/],
    [['verify', '--dir', '.'], /--key/],
    [['verify', '--ledger-bucket', 'b', '--key', 'nonsense'], /--key: /],
    [['show', '--dir', '.', '--session', '../x'], /--session/],
    [['prove', 'entries/s-1/5', '--key', 'k'], /12 digits/],
    [['check-proof', '/nowhere', '--key', 'k'], /no file/],
    [['verify', '--dir', '.', '--key', 'k', '--threads', '0'], /--key|--threads/],
    [['verify', '--heartbeat', 'soon', '--ledger-bucket', 'b', '--key', 'k'], /--key|--heartbeat/],
  ])('%j', async (args, message) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).toContain('Usage: hardened-agent audit');
  });

  test('a folder that is no copy is no usage fault, but it can’t be read', async () => {
    expect(await run('verify', '--dir', scratch, '--key', key)).toMatchObject({
      code: 1,
      err: expect.stringContaining('no copy of a ledger'),
    });
  });
});

test('the copy has the tiles of the tree that is shown, and nothing of the sealer’s state', () => {
  const published = readdirSync(path.join(copy, 'publication'), { recursive: true }).map(String);
  expect(published).toContain('tile/0/000.p/7');
  expect(published).not.toContain('tile/0/000.p/5');
  expect(existsSync(path.join(copy, 'publication', 'state'))).toBe(false);
});
