import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

const ROOT = path.join(__dirname, '../..');
const PACKAGE = path.join(ROOT, 'node_modules/@sparticuz/chromium');
const UNPACKED = path.join(ROOT, 'node_modules/.cache/chromium');

/**
 * A real browser. It is unpacked once, from the package that the lock file pins. The package's own start isn't used: it takes any file of
 * that name in the temporary folder, and switches the browser's security off.
 *
 * @param args further options of its command line
 * @throws Error if it can't start: a test that needs it must fail, and never be skipped
 */
export async function launchBrowser(...args: string[]): Promise<Browser> {
  const { version } = require(path.join(PACKAGE, 'package.json')) as { version: string };
  const executablePath = path.join(UNPACKED, `chromium-${version}`);
  if (!existsSync(executablePath)) await unpack(executablePath);
  return chromium.launch({ executablePath, args: ['--no-sandbox', ...args] });
}

async function unpack(target: string): Promise<void> {
  mkdirSync(UNPACKED, { recursive: true });
  const unfinished = `${target}.new-${process.pid}`;
  await pipeline(
    createReadStream(path.join(PACKAGE, 'bin/chromium.br')),
    createBrotliDecompress(),
    createWriteStream(unfinished, { mode: 0o755 }),
  );
  if (statSync(unfinished).size < 50_000_000) throw new Error('The unpacked browser is too small.');
  renameSync(unfinished, target);
}
