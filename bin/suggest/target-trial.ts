import type { Manifest, TargetManifest, TargetProvenance, ToolManifest } from '../../runtime/core/contracts';
import { isObject } from '../../runtime/core/json/is-object';
import { pointerTokens } from '../../runtime/core/json/pointer';
import { TrustedDirectory } from '../../runtime/core/target-provenance';
import { derivedIds, MAX_SESSION_IDS } from '../../runtime/core/targets/derived-ids';
import { hasArguments, type KnownCall, type Recorded, type Verdict } from '../recorded-decisions/recorded-calls';
import type { RecordedResult, RecordedSessions } from '../recorded-decisions/recorded-sessions';
import { Replay } from '../recorded-decisions/replay-calls';

/** A value that the gate found nowhere. */
export interface UnknownTarget {
  readonly target: TargetManifest;
  readonly value: string;
}

/** A recorded call, decided again. */
export interface TriedCall {
  readonly call: KnownCall;
  readonly tool: ToolManifest;
  readonly provenance: TargetProvenance;
  readonly verdict: Verdict;
  readonly unknown: readonly UnknownTarget[];
  /** Results that the session had by then, of reads whose own targets the task or a directory holds. */
  readonly results: readonly (RecordedResult & { readonly tool: string })[];
}

/** Decides recorded calls again with other declarations, by the gate's own code. Policies stay as they are. */
export class TargetTrial {
  private readonly replay: Replay;

  constructor(
    private readonly recorded: Recorded,
    private readonly sessions: RecordedSessions,
    manifest: Manifest,
  ) {
    this.replay = new Replay(manifest);
  }

  /** The calls whose arguments and task can be read, by their entries. */
  run(manifest: Manifest): Map<string, TriedCall> {
    const directory = new TrustedDirectory(manifest);
    const tools = new Map(manifest.tools.map((tool) => [tool.name, tool]));
    const sessions = new Map<string, SessionSoFar>();
    const tried = new Map<string, TriedCall>();
    for (const call of this.recorded.calls) {
      const [tool, task] = [tools.get(call.tool), this.sessions.tasks.get(call.sessionId)];
      if (!tool || !task || !hasArguments(call)) continue;
      const session = sessions.get(call.sessionId) ?? new SessionSoFar(this.sessions.results.get(call.sessionId) ?? []);
      sessions.set(call.sessionId, session);
      session.advanceTo(call);
      const before = { ...task, ids: session.ids };
      const origins = directory.originsOf(tool, call.args, before);
      const provenance = directory.provenanceOf(tool, call.args, before);
      const done: TriedCall = {
        call,
        tool,
        provenance,
        verdict: this.replay.decide({ ...call, provenance }).verdict,
        unknown: origins.flatMap((origin) =>
          origin.provenance === 'unknown' ? unknownAt(tool, call, origin.pointer) : [],
        ),
        results: [...session.results],
      };
      session.decided.set(call.requestId ?? '', done);
      tried.set(call.key, done);
    }
    return tried;
  }
}

/** A session up to a call: the results that it had, and the ids that it kept of them. */
class SessionSoFar {
  readonly decided = new Map<string, TriedCall>();
  readonly results: (RecordedResult & { readonly tool: string })[] = [];
  ids: readonly string[] = [];
  private waiting: readonly RecordedResult[];

  constructor(results: readonly RecordedResult[]) {
    this.waiting = results;
  }

  advanceTo({ seq, at }: KnownCall): void {
    const isThere = (result: RecordedResult) => result.seq < seq && result.at <= at;
    for (const result of this.waiting.filter(isThere)) this.take(result);
    this.waiting = this.waiting.filter((result) => !isThere(result));
  }

  private take(result: RecordedResult): void {
    const read = this.decided.get(result.requestId);
    // A read that a person approved keeps no ids.
    if (read?.call.verdict !== 'ALLOW') return;
    if (read.provenance === 'task' || read.provenance === 'directory') {
      this.results.push({ ...result, tool: read.tool.name });
    }
    if (this.ids.length >= MAX_SESSION_IDS) return;
    this.ids = [...new Set([...this.ids, ...derivedIds(read.tool, read.provenance, result.content)])];
  }
}

function unknownAt(tool: ToolManifest, { args }: KnownCall, pointer: string): UnknownTarget[] {
  const place = pointerTokens(pointer);
  const target = tool.targets.find((each) =>
    pointerTokens(each.pointer).every((token, index) => token === '*' || token === place[index]),
  );
  let value: unknown = args;
  for (const token of place) {
    if (Array.isArray(value)) value = value[Number(token)];
    else value = isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
  }
  const isValue = typeof value === 'string' || typeof value === 'number';
  return target && isValue && value !== '' ? [{ target, value: String(value) }] : [];
}
