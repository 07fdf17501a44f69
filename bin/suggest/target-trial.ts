import type { Manifest, TargetManifest, TargetProvenance, ToolManifest } from '../../runtime/core/contracts';
import { Denied } from '../../runtime/core/denied';
import { canonicalize } from '../../runtime/core/json/canonicalize';
import { isObject } from '../../runtime/core/json/is-object';
import { pointerTokens } from '../../runtime/core/json/pointer';
import { TrustedDirectory } from '../../runtime/core/target-provenance';
import { derivedIds, MAX_SESSION_IDS } from '../../runtime/core/targets/derived-ids';
import { checkOutbound } from '../../runtime/gate/check-outbound';
import {
  hasArguments,
  type KnownCall,
  type Recorded,
  type RecordedCall,
  type Verdict,
} from '../recorded-decisions/recorded-calls';
import type { RecordedResult, RecordedSessions } from '../recorded-decisions/recorded-sessions';
import { Replay } from '../recorded-decisions/replay-calls';
import { grouped } from './grouped';

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
  /** If a target is unknown: results that the session had by then, of reads whose own targets the task or a directory holds. */
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
    const world = worldOf(manifest);
    const tried = grouped(this.recorded.calls, ({ sessionId }) => sessionId).flatMap((calls) => [
      ...this.session(calls, world),
    ]);
    return new Map(tried.map((each) => [each.call.key, each]));
  }

  /**
   * The calls that each manifest lets run, and that didn't run before. Session by session, so that each task is read once.
   *
   * @param before what `run` decided. Where the targets of a call are found as there, so is the decision
   */
  newRuns(manifests: readonly Manifest[], before: ReadonlyMap<string, TriedCall>): KnownCall[][] {
    const worlds = manifests.map((manifest) => ({ world: worldOf(manifest), runs: [] as KnownCall[] }));
    const stopped = ({ key }: RecordedCall) => before.has(key) && before.get(key)?.verdict !== 'ALLOW';
    for (const calls of grouped(this.recorded.calls, ({ sessionId }) => sessionId)) {
      if (!calls.some(stopped)) continue;
      for (const { world, runs } of worlds) {
        for (const { call, verdict } of this.session(calls, world, before)) {
          if (verdict === 'ALLOW' && stopped(call)) runs.push(call);
        }
      }
    }
    return worlds.map(({ runs }) => runs);
  }

  private *session(
    calls: readonly RecordedCall[],
    { directory, tools }: World,
    before?: ReadonlyMap<string, TriedCall>,
  ): Generator<TriedCall> {
    const [{ sessionId = '' } = {}] = calls;
    const task = this.sessions.tasks.get(sessionId);
    if (!task) return;
    const session = new SessionSoFar(this.sessions.results.get(sessionId) ?? []);
    for (const call of calls) {
      const tool = tools.get(call.tool);
      if (!tool || !hasArguments(call)) continue;
      session.advanceTo(call);
      const known = { ...task, ids: session.ids };
      const provenance = directory.provenanceOf(tool, call.args, known);
      const origins = provenance === 'unknown' ? directory.originsOf(tool, call.args, known) : [];
      const same = before?.get(call.key);
      const done: TriedCall = {
        call,
        tool,
        provenance,
        verdict:
          same?.provenance === provenance
            ? same.verdict
            : this.verdict({ ...call, provenance }, tool, task.taskText, directory),
        unknown: origins.flatMap((origin) =>
          origin.provenance === 'unknown' ? unknownAt(tool, call, origin.pointer) : [],
        ),
        results: provenance === 'unknown' ? [...session.results] : [],
      };
      session.decided.set(call.requestId ?? '', done);
      yield done;
    }
  }

  /** Policies come first. A call that they let run may still be stopped by what its arguments hold. */
  private verdict(call: KnownCall, tool: ToolManifest, taskText: string, directory: TrustedDirectory): Verdict {
    const { verdict } = this.replay.decide(call);
    // The gate has checked the arguments of calls that it let run.
    if (verdict !== 'ALLOW' || call.verdict === 'ALLOW') return verdict;
    const argumentsText = canonicalize(call.args);
    try {
      const kinds = checkOutbound({ tool, args: call.args, argumentsText, session: { taskText } }, { directory });
      return kinds.length > 0 ? 'ASK' : 'ALLOW';
    } catch (error) {
      if (error instanceof Denied) return 'DENY';
      throw error;
    }
  }
}

/** What the gate takes from a manifest to find targets. */
interface World {
  readonly directory: TrustedDirectory;
  readonly tools: ReadonlyMap<string, ToolManifest>;
}

function worldOf(manifest: Manifest): World {
  return {
    directory: new TrustedDirectory(manifest),
    tools: new Map(manifest.tools.map((tool) => [tool.name, tool])),
  };
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
