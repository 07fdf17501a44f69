import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { ledgerKey } from '../../../../runtime/core/contracts';
import { START } from '../../../runtime/ledger/sealed-ledger';
import { AT, AuditedCopy, audit, lockedFile, verify } from './audited-copy';

let audited: AuditedCopy;
beforeAll(async () => {
  audited = await AuditedCopy.make();
});
afterAll(() => audited.remove());

const ENTRY = ledgerKey.entry('s-1', 5);
const CHECKPOINT = ledgerKey.checkpoint(7);
const BATCH = 'batches/000000000005';

async function report(change: (folder: string) => void, ...more: string[]) {
  const folder = audited.tampered(change);
  const { code, out, err } = await verify('--dir', folder, '--key', audited.key, '--json', ...more);
  if (out === '') throw new Error(err);
  const parsed = JSON.parse(out) as { findings: { code: string; where: string; message: string }[] };
  return { ...parsed, code, faults: parsed.findings.map(({ code, where }) => `${code} ${where}`) };
}

function replaced(file: string, by: (file: string) => void): void {
  rmSync(file);
  by(file);
}

describe('what is no regular file is named and not read', () => {
  test.each([
    ['a link to a device without end', (file: string) => symlinkSync('/dev/zero', file), 'symbolic link'],
    [
      'a link to the same content',
      (file: string) => {
        const other = `${file}-elsewhere`;
        writeFileSync(other, '{}');
        renameSync(other, path.join(path.dirname(file), '../../../elsewhere'));
        symlinkSync('../../../elsewhere', file);
      },
      'symbolic link',
    ],
    ['a FIFO', (file: string) => execFileSync('mkfifo', [file]), 'FIFO'],
    ['a folder', (file: string) => mkdirSync(file), 'folder'],
  ] as const)('%s in the place of an entry', async (_, make, kind) => {
    const { faults, findings, code } = await report((it) => replaced(lockedFile(it, ENTRY), make));
    expect(code).toBe(1);
    expect(faults).toEqual([`NOT_A_FILE ${ENTRY}`]);
    expect(findings[0].message).toContain(kind);
  });

  test.each([
    ['a checkpoint', CHECKPOINT, [`NOT_A_FILE ${CHECKPOINT}`]],
    ['a batch', BATCH, [`NOT_A_FILE ${BATCH}`, 'TRUNCATED publication: checkpoint']],
    ['an object beside the entries', 'entries/s-1/x', ['NOT_A_FILE entries/s-1/x']],
  ])('a link in the place of %s', async (_, key, expected) => {
    const { faults } = await report((it) => {
      rmSync(lockedFile(it, key), { force: true });
      symlinkSync('/dev/zero', lockedFile(it, key));
    });
    expect(faults).toEqual(expected);
  });

  test('a link in the place of the witness’s checkpoint', async () => {
    const { faults } = await report((it) =>
      replaced(path.join(it, 'witness', CHECKPOINT), (file) => symlinkSync('/dev/zero', file)),
    );
    expect(faults).toEqual([`NOT_A_FILE witness: ${CHECKPOINT}`]);
  });

  test('a link in the place of a published tile', async () => {
    const { faults } = await report((it) =>
      replaced(path.join(it, 'publication/tile/0/000.p/7'), (file) => symlinkSync('/dev/zero', file)),
    );
    expect(faults).toEqual(['TILE_ALTERED tile/0/000.p/7']);
  });

  test.each(['ledger', 'witness', 'publication'])('a link in the place of the folder %s is refused', async (part) => {
    const folder = audited.tampered((it) => {
      renameSync(path.join(it, part), path.join(it, `${part}-moved`));
      symlinkSync(`${part}-moved`, path.join(it, part));
    });
    const { code, err } = await verify('--dir', folder, '--key', audited.key);
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`${part} is not a folder. Links are not followed`));
  });

  test('a link in the place of the copy’s facts', async () => {
    const folder = audited.tampered((it) =>
      replaced(path.join(it, 'copy.json'), (file) => symlinkSync('/dev/zero', file)),
    );
    expect((await verify('--dir', folder, '--key', audited.key)).err).toMatch(/not a copy of a ledger/);
  });
});

test.each([
  ['an entry', ENTRY, `ENTRY_ALTERED ${ENTRY}`],
  ['a checkpoint', CHECKPOINT, `CHECKPOINT_ALTERED ${CHECKPOINT}`],
  ['a batch', BATCH, `BATCH_ALTERED ${BATCH}`],
])('%s of 100 GB is not read to its end', async (_, key, expected) => {
  // A sparse file takes no space. Zeros that follow the content would not change a note or JSON with white space.
  const { faults } = await report((it) => truncateSync(lockedFile(it, key), 100e9));
  expect(faults).toEqual([expected]);
});

test.each([
  'entries/s-1/odd\u0007name',
  'entries/s-1/x y',
  'entries/s-1/1',
  'entries/S 1/000000000001',
  'entries/000000000009',
])('an object under the key %j is still inserted', async (key) => {
  const { faults } = await report((it) => {
    mkdirSync(path.dirname(lockedFile(it, key)), { recursive: true });
    writeFileSync(lockedFile(it, key), '{}');
  });
  expect(faults).toEqual([`ENTRY_INSERTED ${key}`]);
});

test.each([
  ['entries/s-1/.DS_Store.bak', 'ENTRY_INSERTED'],
  ['batches/000000000005.bak', 'BATCH_ALTERED'],
  ['checkpoints/copy of 7', 'CHECKPOINT_ALTERED'],
])('a file like %s is no file of an operating system', async (key, code) => {
  expect((await report((it) => writeFileSync(lockedFile(it, key), '{}'))).faults).toEqual([`${code} ${key}`]);
});

test('a file whose name is not UTF-8 is reported among checkpoints too', async () => {
  const { faults } = await report((it) =>
    writeFileSync(Buffer.concat([Buffer.from(lockedFile(it, 'checkpoints/')), Buffer.from([0xff])]), '{}'),
  );
  expect(faults).toEqual(['CHECKPOINT_ALTERED checkpoints/\ufffd']);
});

test('what the download could not copy is a fault, and is not called deleted', async () => {
  const { faults } = await report((it) => {
    rmSync(lockedFile(it, ENTRY));
    const file = path.join(it, 'copy.json');
    const facts = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...facts, notCopied: [{ key: ENTRY, why: 'It was too large.' }] }));
  });
  expect(faults).toEqual([`NOT_COPIED ${ENTRY}`]);
});

test.each([
  ['batches/000000000003', 0, 'Proven'],
  [BATCH, 1, `${BATCH} is not a batch`],
])('with a damaged object at %s, a proof is made where it can be', async (key, code, says) => {
  const folder = audited.tampered((it) => writeFileSync(lockedFile(it, key), '{}'));
  const made = await audit('prove', ENTRY, '--dir', folder, '--key', audited.key);
  expect(made.code).toBe(code);
  if (code === 1) expect(made.err).toContain(says);
});

describe('a program that converted the copy', () => {
  const textFiles = (folder: string) =>
    readdirSync(folder, { recursive: true })
      .map((name) => path.join(folder, String(name)))
      .filter((file) => statSync(file).isFile() && !/publication\/tile/.test(file));
  const convert = (change: (text: string) => string) => (it: string) => {
    for (const file of textFiles(it)) writeFileSync(file, change(readFileSync(file, 'utf8')));
  };

  test('to CRLF leaves the ledger whole: entries have no line ends, and signatures hold', async () => {
    const folder = audited.tampered(convert((text) => text.replaceAll('\n', '\r\n')));
    const { code, out } = await verify('--dir', folder, '--key', audited.key);
    expect(out).toMatch(/^The ledger is whole/);
    expect(out).toContain('A program changed line ends or added byte order marks in 5 checkpoints');
    expect(code).toBe(0);
    const proven = await audit('prove', ENTRY, '--dir', folder, '--key', audited.key);
    expect(proven.code).toBe(0);
    expect(proven.out).not.toContain('\r');
  });

  test('with byte order marks changed the entries', async () => {
    const { faults } = await report(convert((text) => `\ufeff${text}`));
    expect(new Set(faults.map((fault) => fault.split(' ')[0]))).toEqual(new Set(['ENTRY_ALTERED']));
  });

  test('a checkpoint with another change stays altered', async () => {
    const { faults } = await report((it) => {
      const file = lockedFile(it, CHECKPOINT);
      writeFileSync(file, readFileSync(file, 'utf8').replace('\n7\n', '\r\n8\r\n'));
    });
    expect(faults).toEqual([`CHECKPOINT_ALTERED ${CHECKPOINT}`]);
  });
});

describe('how old the last seal is', () => {
  const MONTH = 31 * 24 * 3600_000;

  test('is judged by today, so an old copy is not called whole', async () => {
    const { code, out } = await audit('verify', '--dir', audited.folder, '--key', audited.key);
    expect(code).toBe(1);
    expect(out).toMatch(/HEARTBEAT_MISSING {2}the end of the log\n.*The last seal is \d+ (?:days|hours) old/);
    expect(out).toContain(`hardened-agent audit verify --dir ${audited.folder} --key KEY --at ${AT}`);
  });

  test('is judged by --at, and always printed', async () => {
    const late = await audit(
      'verify',
      '--dir',
      audited.folder,
      '--key',
      audited.key,
      '--at',
      new Date(START + MONTH).toISOString(),
    );
    expect(late.code).toBe(1);
    expect(late.out).toContain('The last seal is 30 days old');
    const { code, out } = await verify('--dir', audited.folder, '--key', audited.key);
    expect(code).toBe(0);
    expect(out).toContain('The last seal is 60 seconds old: it was made at 2026-11-25T12:01:00.000Z');
    const early = await audit('verify', '--dir', audited.folder, '--key', audited.key, '--at', '2026-11-25');
    expect(early).toMatchObject({ code: 0, out: expect.stringContaining('after 2026-11-25T00:00:00.000Z') });
  });

  test('is not judged by what the copy says', async () => {
    const folder = audited.tampered((it) => {
      const file = path.join(it, 'copy.json');
      writeFileSync(file, readFileSync(file, 'utf8').replace(/"at": ".*?"/, '"at": "1999-01-01T00:00:00Z"'));
    });
    expect((await audit('verify', '--dir', folder, '--key', audited.key)).code).toBe(1);
  });

  test('is in the JSON too', async () => {
    const { out } = await verify('--dir', audited.folder, '--key', audited.key, '--json');
    expect(JSON.parse(out)).toMatchObject({ sealedAt: '2026-11-25T12:01:00.000Z', judgedAt: AT });
  });

  test.each(['yesterday', '1', '2026-13-01', '2026-11-25 12:00', '2026-11-25T12:00', ''])(
    '--at %j is wrong usage',
    async (at) => {
      const { code, err } = await audit('verify', '--dir', audited.folder, '--key', audited.key, '--at', at);
      expect(code).toBe(2);
      expect(err).toContain('2026-03-31T18:00Z');
    },
  );
});
