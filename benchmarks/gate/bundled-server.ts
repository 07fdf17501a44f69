import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';

const root = path.join(__dirname, '../..');

/** The measured servers, bundled as functions are deployed: what TypeScript's loader adds to our own files would count too. */
export class BundledServer {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'bench-server-'));
  readonly file = path.join(this.folder, 'index.js');

  constructor() {
    buildSync({
      absWorkingDir: root,
      entryPoints: ['benchmarks/gate/http-server.ts'],
      outfile: this.file,
      bundle: true,
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      mainFields: ['module', 'main'],
      logLevel: 'warning',
    });
    const wasm = 'cedar_wasm_bg.wasm';
    copyFileSync(path.join(root, 'node_modules/@cedar-policy/cedar-wasm/nodejs', wasm), path.join(this.folder, wasm));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
