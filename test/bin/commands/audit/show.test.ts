import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ledgerKey } from '../../../../runtime/core/contracts';
import { AT, AuditedCopy, audit, lockedFile } from './audited-copy';

let audited: AuditedCopy;
beforeAll(async () => {
  audited = await AuditedCopy.make();
});
afterAll(() => audited.remove());

test('prints a session in the order it was sealed: tool, layer, person, credential', async () => {
  const { code, out } = await audit('show', '--session', 's-1', '--dir', audited.folder);
  expect(code).toBe(0);
  expect(out).toMatch(/tickets_read: allowed \(allow-tickets_read\)/);
  expect(out).toMatch(/tickets_read: done, 12 bytes, 40 ms, credential tickets-api version v7/);
  expect(out).toMatch(/tickets_refund: WAITS for a person/);
  expect(out).toMatch(/tickets_refund: DENIED by maria/);
  expect(out).toMatch(/DENIED by scope: OUT_OF_SCOPE/);
  expect(out).not.toContain('\u202e');
});

test('says that a session left no entry', async () => {
  expect(await audit('show', '--session', 's-9', '--dir', audited.folder)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^This session left no entry\.\n/),
  });
});

test('a damaged entry ends with 1 and the whole command that verifies the ledger', async () => {
  const folder = audited.tampered((it) => writeFileSync(lockedFile(it, ledgerKey.entry('s-1', 5)), '{}'));
  const { code, err } = await audit('show', '--session', 's-1', '--dir', folder);
  expect(code).toBe(1);
  expect(err).toContain(`hardened-agent audit verify --dir ${folder} --key KEY`);
});

test('a damaged entry doesn’t keep the others from being shown', async () => {
  const folder = audited.tampered((it) => writeFileSync(lockedFile(it, ledgerKey.entry('s-1', 5)), '{}'));
  const { out } = await audit('show', '--session', 's-1', '--dir', folder);
  expect(out).toContain('tickets_refund: WAITS for a person');
  expect(out).not.toContain('DENIED by maria');
});

test('files of an operating system are passed over', async () => {
  const folder = audited.tampered((it) => writeFileSync(lockedFile(it, 'entries/s-1/.DS_Store'), 'x'));
  expect(await audit('show', '--session', 's-1', '--dir', folder)).toEqual(
    await audit('show', '--session', 's-1', '--dir', audited.folder),
  );
});

test('names entries that a delete marker hides, and no others', async () => {
  const hidden = ledgerKey.entry('s-1', 5);
  const folder = audited.tampered((it) => {
    rmSync(lockedFile(it, hidden));
    const file = path.join(it, 'copy.json');
    const history = [hidden, ledgerKey.entry('s-1', 4), ledgerKey.entry('s-12', 1)].map((key) => ({
      key,
      what: 'DELETE_MARKER',
    }));
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), history }));
  });
  const { code, out, err } = await audit('show', '--session', 's-1', '--dir', folder);
  expect(code).toBe(1);
  expect(out.split('\n').filter((line) => line.startsWith('HIDDEN'))).toEqual([
    `HIDDEN: ${hidden}. A delete marker hides this entry. Its locked version still exists.`,
  ]);
  expect(err).toContain(`hardened-agent audit verify --dir ${folder} --key KEY`);
  const json = await audit('show', '--session', 's-1', '--dir', folder, '--json');
  expect(JSON.parse(json.out)).toHaveLength(5);
  expect(json.err).toContain(`HIDDEN: ${hidden}`);
});

test('says that a copy doesn’t know later delete markers', async () => {
  const { code, out } = await audit('show', '--session', 's-1', '--dir', audited.folder);
  expect(code).toBe(0);
  expect(out).toContain(`hidden after it was made (${AT})`);
});

test('names entries that are no files of the copy', async () => {
  const key = ledgerKey.entry('s-1', 5);
  const folder = audited.tampered((it) => {
    rmSync(lockedFile(it, key));
    symlinkSync('/dev/zero', lockedFile(it, key));
  });
  const { code, out } = await audit('show', '--session', 's-1', '--dir', folder);
  expect(code).toBe(1);
  expect(out).toContain(`MISSING: ${key}. The copy has a symbolic link here.`);
});

test.each([
  [['show', '--dir', '.', '--session', '../x'], /--session/],
  [['show', '--dir', '.'], /--session/],
  [['show', '--session', 's-1'], /--ledger-bucket/],
  [['show', '--session', 's-1', '--dir', '.', '--content'], /--evidence-bucket/],
])('%j is wrong usage', async (args, message) => {
  const { code, err } = await audit(...args);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});
