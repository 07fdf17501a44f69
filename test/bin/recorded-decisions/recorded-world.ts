import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JsonObject, LedgerEntry, Manifest } from '../../../runtime/core/contracts';
import { canonicalize } from '../../../runtime/core/json/canonicalize';
import { buildEntry } from '../../../runtime/core/ledger/build-entry';
import { encodeEntry } from '../../../runtime/core/ledger/entry';
import { call, GateWorld, MANIFEST, NOW, SESSION, TASK } from '../../runtime/gate/gate-world';
import { hardenedAgent } from '../hardened-agent-call';

/** A ledger and its evidence in folders, written by the gate itself. */
export class RecordedWorld {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'recorded-'));
  readonly world: GateWorld;
  readonly out: string[] = [];
  readonly err: string[] = [];
  private sessionId = SESSION;
  private begun = 0;

  constructor(
    private readonly manifest: Manifest = MANIFEST,
    session: ConstructorParameters<typeof GateWorld>[0] = {},
  ) {
    this.world = new GateWorld(session);
  }

  /** Begins another session, as the launcher does. Later calls are made in it. */
  async begin(taskText: string): Promise<void> {
    this.begun += 1;
    const sessionId = `${SESSION.slice(0, -4)}${String(1000 + this.begun)}`;
    this.world.sessions.set(sessionId, {
      ...this.world.session(SESSION),
      ...{ sessionId, taskText, seq: 0, calls: 0, denials: 0, taint: false },
    });
    this.world.tasks.set(TASK, sessionId);
    this.sessionId = sessionId;
    const { runsFor } = this.world.session(sessionId);
    const person: JsonObject = runsFor ? { runsFor: { ...runsFor } as unknown as JsonObject } : {};
    const args = { text: canonicalize({ user: 'ann', taskText, ...person }), key: `args/${sessionId}/session_start` };
    this.world.evidence.set(args.key, args.text);
    await this.world.ports.ledger.appendNext(
      () => this.world.ports.sessions.nextSeq(sessionId),
      (seq) =>
        buildEntry({ type: 'session_start', sessionId, actor: 'launcher', seq, at: NOW, salt: 'ab'.repeat(16), args }),
    );
  }

  call(tool: string, args: unknown) {
    return call(this.world.gate(this.manifest), tool, args);
  }

  /** A person decides a waiting call. */
  async decided(tool: string, args: unknown, code: 'APPROVED' | 'DENIED'): Promise<void> {
    const { requestId } = await this.call(tool, args);
    const [asked] = this.world.entries(this.sessionId).filter((entry) => entry.requestId === requestId);
    const decision: LedgerEntry = {
      ...asked,
      type: 'decision',
      decision: { code, policyIds: [], taint: false },
      argsHash: '',
      argsRef: '',
    };
    await this.world.ports.ledger.appendNext(
      () => this.world.ports.sessions.nextSeq(this.sessionId),
      (seq) => ({ ...decision, seq }),
    );
  }

  /** Calls a command, keeps its lines, and returns its exit code. */
  async hardenedAgent(command: string, options: readonly string[]): Promise<number> {
    const { code, out, err } = await hardenedAgent([command, ...options]);
    this.out.push(...out);
    this.err.push(...err);
    return code;
  }

  /** Writes ledger, evidence and manifest, and returns the options that name them. */
  options(manifest: Manifest = this.manifest): string[] {
    const write = (file: string, text: string) => {
      mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
      writeFileSync(path.join(this.folder, file), text);
    };
    for (const [key, entry] of this.world.ledger) write(`copy/ledger/${key}`, encodeEntry(entry));
    for (const [key, text] of this.world.evidence) write(`evidence/${key}`, text);
    write('copy/copy.json', JSON.stringify({ v: 1, at: '2026-01-01T00:00:00.000Z', history: [] }));
    mkdirSync(path.join(this.folder, 'evidence/args'), { recursive: true });
    write('manifest.json', JSON.stringify(manifest));
    const at = (name: string) => path.join(this.folder, name);
    return ['--dir', at('copy'), '--evidence', at('evidence'), '--manifest', at('manifest.json')];
  }

  file(text: string, name = 'new.cedar'): string {
    writeFileSync(path.join(this.folder, name), text);
    return path.join(this.folder, name);
  }
}
