import { writeFileSync } from 'node:fs';
import { ledgerKey } from '../../../../runtime/core/contracts';
import { AuditedCopy, audit, lockedFile } from './audited-copy';

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
    out: 'This session left no entry.',
  });
});

test('a damaged entry ends with 1 and the whole command that verifies the ledger', async () => {
  const folder = audited.tampered((it) => writeFileSync(lockedFile(it, ledgerKey.entry('s-1', 5)), '{}'));
  const { code, err } = await audit('show', '--session', 's-1', '--dir', folder);
  expect(code).toBe(1);
  expect(err).toContain(`hardened-agent audit verify --dir ${folder} --key KEY`);
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
