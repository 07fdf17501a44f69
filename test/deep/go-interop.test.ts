import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseCheckpoint } from '../../runtime/core/merkle/checkpoint';
import { hashLeaf, leafIndex, treeHash, treeSize } from '../../runtime/core/merkle/hash';
import { checkNote, formatVerifierKey, parseNote, parseVerifierKey } from '../../runtime/core/merkle/note';
import { proveInclusion, verifyConsistency, verifyInclusion } from '../../runtime/core/merkle/proof';
import { decodeTile, tilePath, tileWidth } from '../../runtime/core/merkle/tile';
import { entry, SealedLedger } from '../runtime/ledger/sealed-ledger';

/** Go's own packages, golang.org/x/mod/sumdb/tlog and note, are the other side. Needs `go`, and its module once. */
const scratch = mkdtempSync(path.join(tmpdir(), 'go-interop-'));
const binary = path.join(scratch, 'interop');
const interop = (...args: string[]) => execFileSync(binary, args, { encoding: 'utf8', stdio: 'pipe' }).trim();

beforeAll(() => {
  execFileSync('go', ['build', '-o', binary, '.'], { cwd: path.join(__dirname, 'go-interop'), stdio: 'pipe' });
}, 300_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What the sealer published, as files. */
async function publishedLedger(entries: number): Promise<{ folder: string; key: string }> {
  const world = new SealedLedger();
  await world.write(...Array.from({ length: entries }, (_, i) => entry('s-a', i + 1, { actor: `übung ${i}` })));
  await world.sealer().run();
  const folder = mkdtempSync(path.join(scratch, 'ours-'));
  for (const [key, { text }] of world.publication.objects) {
    mkdirSync(path.dirname(path.join(folder, key)), { recursive: true });
    writeFileSync(path.join(folder, key), text);
  }
  return { folder, key: formatVerifierKey(world.signing.key) };
}

describe('Go reads what the sealer publishes', () => {
  test.each([1, 255, 256, 257, 5000])(
    '%i entries: signature, tiles, bundles and every inclusion proof',
    async (size) => {
      const { folder, key } = await publishedLedger(size);
      expect(interop('check', folder, key)).toBe(String(size));
    },
    120_000,
  );

  test('and refuses it where a tile, an entry or the signature was changed', async () => {
    for (const [name, message] of [
      ['tile/0/000', /tile|inconsistent/i],
      ['tile/entries/000', /record/],
      ['checkpoint', /note|signature/i],
    ] as const) {
      const { folder, key } = await publishedLedger(300);
      const file = path.join(folder, name);
      const bytes = readFileSync(file);
      bytes[Math.floor(bytes.length / 2)] ^= 1;
      writeFileSync(file, bytes);
      expect(() => interop('check', folder, key)).toThrow(message);
    }
  }, 120_000);
});

describe('we read what Go publishes', () => {
  test.each([3, 256, 1000, 70_000])(
    'a log of %i records',
    async (size) => {
      const folder = mkdtempSync(path.join(scratch, 'theirs-'));
      const key = parseVerifierKey(interop('make', folder, String(size)));
      const note = parseNote(readFileSync(path.join(folder, 'checkpoint'), 'utf8'));
      expect(checkNote(note, key)).toBe('valid');
      const tree = parseCheckpoint(note.text);
      expect(tree).toMatchObject({ origin: 'example.com/go', size });

      const records = readFileSync(path.join(folder, 'records'), 'utf8').split('\n');
      for (let i = 0; i < size; i += Math.ceil(size / 200)) {
        const index = leafIndex(i);
        const proof = await proveInclusion(index, tree.size, async (level, tile) => {
          const width = tileWidth(level, tile, tree.size);
          return decodeTile(readFileSync(path.join(folder, tilePath({ level, index: tile, width }))));
        });
        expect(verifyInclusion(proof, { index, hash: hashLeaf(records[i]) }, tree)).toBe(true);
        expect(verifyInclusion(proof, { index, hash: hashLeaf(`${records[i]}!`) }, tree)).toBe(false);
      }

      const [old, ...proof] = readFileSync(path.join(folder, 'consistency'), 'utf8')
        .split('\n')
        .map((hash) => treeHash(Buffer.from(hash, 'base64')));
      const first = { size: treeSize(Math.floor(size / 3)), root: old };
      expect(verifyConsistency(proof, first, tree)).toBe(true);
      expect(verifyConsistency(proof, first, { ...tree, root: old })).toBe(false);
    },
    120_000,
  );
});
