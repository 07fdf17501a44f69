import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { AuditedCopy } from '../commands/audit/audited-copy';

let audited: AuditedCopy;
beforeAll(async () => {
  audited = await AuditedCopy.make();
});
afterAll(() => audited.remove());

test('the copy has the tiles of the tree that is shown, and nothing of the sealer’s state', () => {
  const published = readdirSync(path.join(audited.folder, 'publication'), { recursive: true }).map(String);
  expect(published).toContain('tile/0/000.p/7');
  expect(published).not.toContain('tile/0/000.p/5');
  expect(existsSync(path.join(audited.folder, 'publication', 'state'))).toBe(false);
});
