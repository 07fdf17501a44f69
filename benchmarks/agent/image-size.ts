import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CLAUDE_AGENT, installExample } from '../../examples/quickstart/demo/installed-example';
import { bytesOf, claudeDockerfile, layOutImage } from '../../test/examples/image/image-tree';
import type { BenchResult } from '../bench-report';

/** Bytes that the Dockerfile of the Claude example copies onto its base, for this machine's architecture. */
export async function imageSize(): Promise<BenchResult[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardened-agent-image-'));
  try {
    layOutImage(claudeDockerfile(), await installExample(CLAUDE_AGENT), folder);
    return [{ name: 'image MB', value: bytesOf(folder) / 1e6, unit: 'MB, without the base' }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
