import { Authorizer } from '../core/authorizer';
import { type GateReply, LOG_ONLY, type Manifest, type ToolListing } from '../core/contracts';
import { Denied } from '../core/denied';
import { ToolSchemas } from '../core/schema/tool-schemas';
import { TrustedDirectory } from '../core/target-provenance';
import { answerBuiltIn } from './answer-built-in';
import { askPerson } from './ask-person';
import { hasBuiltIn } from './built-in-tools';
import type { CallRecord, IncomingCall } from './call-record';
import { checkArguments } from './check-arguments';
import { checkDocument } from './check-document';
import { meetLimits } from './check-limits';
import { askAboutArguments, checkOutbound, countSent, redactOutbound } from './check-outbound';
import { decideCall, permitCall } from './decide-call';
import type { GateParts } from './gate-parts';
import type { GatePorts } from './gate-ports';
import { inheritTaint } from './inherit-taint';
import { Journal } from './journal';
import { bindTask, nameCall, openSession } from './open-session';
import { readCall } from './read-call';
import { recordDenial } from './record-denial';
import { refuseStopped } from './refuse-stopped';
import { earlierRequest } from './repeated-call';
import { deniedReply } from './replies';
import { answerTwin, stateOf } from './request-state';
import { runCall } from './run-call';
import { runLater } from './run-later';
import { findTool, listTools } from './visible-tools';
import { writeIntent } from './write-intent';
import { writeOutcome } from './write-outcome';

/** Decides tool calls: each call is denied, runs once, or waits for a person, and the ledger says which. */
export class Gate {
  private readonly parts: GateParts;

  constructor(manifest: Manifest, ports: GatePorts) {
    this.parts = {
      manifest,
      tools: new Map(manifest.tools.map((tool) => [tool.name, tool])),
      schemas: new ToolSchemas(),
      directory: new TrustedDirectory(manifest),
      authorizer: new Authorizer(manifest),
      journal: new Journal(manifest.mode, ports),
      ports,
      users: new Map(),
    };
  }

  /** The tools that the session of a task may see. */
  list(taskId: string): Promise<{ tools: ToolListing[] } | GateReply> {
    return listTools(taskId, this.parts);
  }

  /**
   * Passes one call through the gate. A step that refuses throws `Denied`; any other error before the intent is written
   * is a denial too, because nothing ran. After the intent, a step throws only `Denied`.
   */
  async handle(incoming: IncomingCall): Promise<GateReply> {
    const { parts } = this;
    let call: CallRecord = redactOutbound(readCall(incoming, parts.ports), parts);
    try {
      call = await bindTask(call, parts);
      call = await openSession(call, parts);
      call = nameCall(call);

      const earlier = earlierRequest(call);
      if (earlier) return await stateOf(earlier, parts);
      if (hasBuiltIn(call.toolName, parts.manifest)) return await answerBuiltIn(call, call.toolName, parts);

      call = findTool(call, parts);
      refuseStopped(call);
      checkArguments(call, parts);
      checkDocument(call);
      call = await inheritTaint(call, parts);
      const toAsk = checkOutbound(call, parts);
      call = askAboutArguments(await decideCall(call, parts), toAsk, parts.manifest.mode === LOG_ONLY);
      call = await permitCall(await meetLimits(call, parts), parts);
      await countSent(call, parts);

      call = await writeIntent(call, parts);
      if (call.stage === 'twin') return await answerTwin(call, parts);
      if (call.stage === 'waiting') return await askPerson(call, parts);
      if (call.stage === 'slow') return await runLater(call, parts);
      const executed = await runCall(call, parts);
      return await writeOutcome(call, executed, parts);
    } catch (error) {
      const denied = error instanceof Denied ? error : this.unavailable(call, error);
      await recordDenial(call, denied, parts);
      return deniedReply(call.requestId, denied);
    }
  }

  private unavailable({ requestId }: CallRecord, error: unknown): Denied {
    this.parts.ports.log({ event: 'unavailable', requestId, error: String(error) });
    return new Denied('LEDGER_UNAVAILABLE');
  }
}
