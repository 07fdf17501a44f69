import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LedgerEntry } from '../../../runtime/core/contracts';
import type { LocalDeployment } from './local-deployment';

const COMMAND_LINE = path.join(__dirname, '../../../build/bin/hardened-agent.js');

/** What the sealer adds on its own. */
const MEANING = 'the sealer records each deployed policy version, and an hourly sign of life';

/** A person who may read the buckets and runs the real `hardened-agent audit`. */
export class Auditor {
  private readonly scratch = mkdtempSync(path.join(tmpdir(), 'hardened-agent-audit-'));
  readonly copy = path.join(this.scratch, 'copy');
  readonly tampered = path.join(this.scratch, 'tampered');
  private readonly env: NodeJS.ProcessEnv;
  private key = '';

  constructor(private readonly deployment: LocalDeployment) {
    const { emulator, outputs } = deployment;
    this.env = {
      PATH: process.env.PATH,
      AWS_REGION: emulator.region,
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      HARDENED_AGENT_LEDGER_BUCKET: outputs.LedgerBucket,
      HARDENED_AGENT_PUBLICATION_BUCKET: outputs.PublicationBucket,
      HARDENED_AGENT_WITNESS_BUCKET: outputs.WitnessBucket,
      HARDENED_AGENT_EVIDENCE_BUCKET: outputs.EvidenceBucket,
    };
  }

  /** Keeps the public key. An auditor does that once, after the deployment. */
  async keepKey(): Promise<string> {
    const { SigningKeyArn, LedgerOrigin } = this.deployment.outputs;
    const [key] = await this.mustRun('key', '--signing-key', SigningKeyArn, '--origin', LedgerOrigin);
    if (key === undefined) throw new Error('audit key printed nothing.');
    this.key = key;
    return key;
  }

  download(): Promise<string[]> {
    return this.mustRun('download', '--dir', this.copy);
  }

  verify(directory: string): Promise<{ code: number; lines: string[] }> {
    return this.run('verify', '--dir', directory, '--key', this.key);
  }

  show(sessionId: string): Promise<string[]> {
    return this.mustRun('show', '--session', sessionId, '--dir', this.copy, '--content');
  }

  /** Which entries the copy has: those of the session, and those of other streams by their types. */
  streamLines(sessionId: string): string[] {
    const entries = path.join(this.copy, 'ledger/entries');
    const streams = readdirSync(entries).sort((a, b) => Number(b === sessionId) - Number(a === sessionId));
    return streams.map((stream) => {
      const files = readdirSync(path.join(entries, stream));
      const types = files.map((name) => {
        const text = readFileSync(path.join(entries, stream, name), 'utf8');
        return (JSON.parse(text) as LedgerEntry).type;
      });
      return stream === sessionId
        ? `${files.length} entries of this session`
        : `${files.length} entries of ${stream}, not of a session: ${types.join(', ')} (${MEANING})`;
    });
  }

  /** In a second copy, changes a person's first denial into an approval. Returns the entry's key. */
  tamper(sessionId: string): string {
    cpSync(this.copy, this.tampered, { recursive: true, preserveTimestamps: true });
    const folder = path.join(this.tampered, 'ledger/entries', sessionId);
    for (const name of readdirSync(folder).sort()) {
      const file = path.join(folder, name);
      const entry = JSON.parse(readFileSync(file, 'utf8')) as LedgerEntry;
      if (entry.decision?.code === 'DENIED') {
        writeFileSync(file, readFileSync(file, 'utf8').replace('"DENIED"', '"APPROVED"'));
        return `entries/${sessionId}/${name}`;
      }
    }
    throw new Error('The copy contains no denial by a person.');
  }

  /** Removes the copies. */
  leave(): void {
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private async mustRun(...args: string[]): Promise<string[]> {
    const { code, lines } = await this.run(...args);
    if (code !== 0) throw new Error(`audit ${args[0]} ended with ${code}: ${lines.join(' ')}`);
    return lines;
  }

  private run(...args: string[]): Promise<{ code: number; lines: string[] }> {
    return new Promise((resolve) => {
      execFile(process.execPath, [COMMAND_LINE, 'audit', ...args], { env: this.env }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, lines: `${stdout}${stderr}`.split('\n').filter(Boolean) });
      });
    });
  }
}
