import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { downloadLedger } from '../../../../bin/ledger/download-ledger';
import { ledgerKey } from '../../../../runtime/core/contracts';
import { formatVerifierKey } from '../../../../runtime/core/merkle/note';
import { DEFAULT_LIMITS } from '../../../../runtime/ledger/sealer-ports';
import { entry, SealedLedger, signingKey } from '../../../runtime/ledger/sealed-ledger';
import { AT, AuditedCopy, audit, lockedFile, storesOf, verify } from './audited-copy';

let audited: AuditedCopy;
beforeAll(async () => {
  audited = await AuditedCopy.make();
});
afterAll(() => audited.remove());

test('reports that a complete copy is whole, with the key as text or as a file', async () => {
  for (const given of [audited.key, audited.keyFile]) {
    const { code, out } = await verify('--dir', audited.folder, '--key', given);
    expect(out).toMatch(/^The ledger is whole: 7 sealed entries under 2 signed checkpoints\./);
    expect(code).toBe(0);
  }
});

test('escapes file names of a copy, so that they can’t forge lines or control the terminal', async () => {
  const folder = audited.tampered((it) => {
    mkdirSync(lockedFile(it, 'entries/s-1/\u001b[2J\nThe ledger is whole: 7 sealed entries'), { recursive: true });
    writeFileSync(lockedFile(it, 'entries/s-1/\u001b[2J\nThe ledger is whole: 7 sealed entries/x'), '{}');
  });
  for (const command of [
    ['verify', '--at', AT, '--key', audited.key],
    ['show', '--session', 's-1'],
    ['verify', '--at', AT, '--json', '--key', audited.key],
  ]) {
    const { out, err } = await audit(...command, '--dir', folder);
    expect(`${out}${err}`).not.toContain('\u001b');
    expect(`${out}\n${err}`.split('\n').filter((line) => line.startsWith('The ledger is whole: 7'))).toEqual([]);
  }
});

test('says where an entry was altered', async () => {
  const name = ledgerKey.entry('s-1', 5);
  const folder = audited.tampered((it) =>
    writeFileSync(lockedFile(it, name), readFileSync(lockedFile(it, name), 'utf8').replace('DENIED', 'APPROVED')),
  );
  const { code, out } = await verify('--dir', folder, '--key', audited.key);
  expect(code).toBe(1);
  expect(out).toMatch(/^The ledger is NOT whole: 1 fault\./);
  expect(out).toContain(`ENTRY_ALTERED  ${name}, leaf 5`);
});

test('says that the end was cut off, because the witness has more', async () => {
  const folder = audited.tampered((it) => {
    for (const name of [
      ledgerKey.entry('s-1', 5),
      ledgerKey.entry('s-1', 6),
      'batches/000000000005',
      ledgerKey.checkpoint(7),
    ]) {
      rmSync(lockedFile(it, name));
    }
    rmSync(path.join(it, 'publication'), { recursive: true });
  });
  const { code, out } = await verify('--dir', folder, '--key', audited.key);
  expect(code).toBe(1);
  expect(out).toMatch(/TRUNCATED {2}witness: checkpoints\/000000000007, leaf 5\n.*the last 2 are gone/);
});

test('takes a checkpoint that was kept, and says which key a foreign one has', async () => {
  const kept = path.join(audited.folder, 'publication', 'checkpoint');
  expect((await verify('--dir', audited.folder, '--key', audited.key, '--kept', kept)).code).toBe(0);
  const other = formatVerifierKey(signingKey(audited.world.signing.key.name).key);
  const { code, out } = await verify('--dir', audited.folder, '--key', other);
  expect(code).toBe(1);
  expect(out).toContain('KEY_SUBSTITUTED');
});

test('continues from its last run, and says what it didn’t read again', async () => {
  const long = new SealedLedger(DEFAULT_LIMITS);
  const copied = async (name: string) => {
    const folder = path.join(audited.scratch, name);
    const { ledger, witness } = storesOf(long);
    const stores = { ledger, witness };
    await downloadLedger(stores, folder, long.now);
    return folder;
  };
  await long.write(...Array.from({ length: 300 }, (_, i) => entry('s-a', i + 1)));
  await long.sealer().run();
  const first = await copied('first');
  await long.write(...Array.from({ length: 300 }, (_, i) => entry('s-b', i + 1)));
  await long.sealer().run();
  const second = await copied('second');
  const state = path.join(audited.scratch, 'state');
  const verifyLong = (dir: string, ...more: string[]) =>
    verify('--dir', dir, '--key', formatVerifierKey(long.signing.key), ...more);

  expect((await verifyLong(first, '--state', state)).out).not.toContain('not read again');
  const resumed = await verifyLong(second, '--state', state);
  expect(resumed.code).toBe(0);
  expect(resumed.out).toMatch(/^The ledger is whole: 601 sealed entries/);
  expect(resumed.out).toContain('The first 256 entries were not read again');
  expect((await verifyLong(second, '--state', state, '--json')).out).toContain('"notReadAgain": 512');

  // A fault leaves the state as it was.
  const kept = readFileSync(state, 'utf8');
  writeFileSync(lockedFile(second, ledgerKey.entry('s-b', 300)), '{}');
  const { code, out, err } = await verifyLong(second, '--state', state);
  expect(code).toBe(1);
  expect(out).toContain('ENTRY_ALTERED');
  expect(err).toContain('was not written');
  expect(readFileSync(state, 'utf8')).toBe(kept);

  writeFileSync(state, '{}');
  expect((await verifyLong(first, '--state', state)).err).toMatch(
    /not the result of an earlier verification\. Delete it/,
  );
});

test('reports the same with any number of threads', async () => {
  const folder = audited.tampered((it) => writeFileSync(lockedFile(it, ledgerKey.entry('s-1', 5)), '{}'));
  const alone = await verify('--dir', folder, '--key', audited.key, '--threads', '1');
  expect(alone.out).toContain('ENTRY_ALTERED');
  expect(await verify('--dir', folder, '--key', audited.key, '--threads', '2')).toEqual(alone);
});

test('prints the same as JSON, and says what it couldn’t look at', async () => {
  const folder = audited.tampered((it) => rmSync(path.join(it, 'witness'), { recursive: true }));
  const { out } = await verify('--dir', folder, '--key', audited.key, '--json');
  expect(JSON.parse(out)).toMatchObject({ size: 7, findings: [], witnessed: false, versionsRead: true });
  expect((await verify('--dir', folder, '--key', audited.key)).out).toContain('No witness was read');
});

test('reads no file outside the copy, even if a batch names one', async () => {
  const folder = audited.tampered((it) => {
    const name = lockedFile(it, 'batches/000000000000');
    writeFileSync(name, readFileSync(name, 'utf8').replace('"platform"', '"../../../../../etc"'));
  });
  expect((await verify('--dir', folder, '--key', audited.key)).code).toBe(1);
});

test('judges lateness by when the copy was made, not by today', async () => {
  const folder = audited.tampered((it) => {
    const name = lockedFile(it, ledgerKey.entry('s-2', 1));
    mkdirSync(path.dirname(name), { recursive: true });
    writeFileSync(name, readFileSync(lockedFile(it, ledgerKey.entry('s-1', 1))));
    utimesSync(name, (audited.world.now - 30_000) / 1000, (audited.world.now - 30_000) / 1000);
  });
  expect((await verify('--dir', folder, '--key', audited.key)).out).toContain('1 written and not sealed yet');
});

test.each([
  [['verify', '--dir', '.'], /--key/],
  [['verify', '--ledger-bucket', 'b', '--key', 'nonsense'], /--key: /],
  [['verify', '--dir', '.', '--key', 'k', '--threads', '0'], /--key|--threads/],
  [['verify', '--heartbeat', 'soon', '--ledger-bucket', 'b', '--key', 'k'], /--key|--heartbeat/],
])('%j is wrong usage', async (args, message) => {
  const { code, err } = await audit(...args);
  expect(code).toBe(2);
  expect(err).toMatch(message);
  expect(err).toContain('Usage: hardened-agent audit');
});

test('a folder that is not a copy ends with exit code 1, not 2', async () => {
  expect(await verify('--dir', audited.scratch, '--key', audited.key)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/not a copy of a ledger.*hardened-agent audit download --dir /),
  });
});
