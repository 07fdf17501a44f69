import { type ShapedCall, type ShapePolicy, shapePolicy } from '../../runtime/core/cedar/shape-of-call';
import { readWrittenPolicies } from '../../runtime/core/cedar/written-policies';
import { agentOf, type Manifest } from '../../runtime/core/contracts';
import { hasArguments, type KnownCall, type Recorded, type RecordedCall } from './recorded-calls';
import { Replay } from './replay-calls';

/** Calls of the record that a policy would have covered: a person was asked about each of them. */
export interface Coverage {
  /** Questions about the tool. */
  readonly asked: number;
  /** Questions whose arguments can't be read any more: what the policy does with them isn't known. */
  readonly unreadable: number;
  readonly approved: readonly RecordedCall[];
  readonly denied: readonly RecordedCall[];
  /** Without a decision, so far or at all. */
  readonly undecided: readonly RecordedCall[];
}

/** The policy for a call's shape, checked as synthesis would check it. */
export function proposeShape(
  call: Omit<ShapedCall, 'tool'> & { readonly tool: string },
  manifest: Manifest,
): ShapePolicy {
  const tool = manifest.tools.find(({ name }) => name === call.tool);
  if (tool === undefined) return { ok: false, reason: `the manifest has no tool ${call.tool}` };
  const shape = shapePolicy({ ...call, tool });
  if (!shape.ok) return shape;
  const { problems } = readWrittenPolicies(shape.text, 'ask', manifest.tools, manifest.cedar.schema);
  const [problem] = problems;
  return problem === undefined ? shape : { ok: false, reason: `no valid policy says it: ${problem}` };
}

/**
 * What a policy of the ask set would have covered: the recorded questions of the tool that would have run without a person, by
 * what the person said.
 *
 * @param sessionId of the proposing request: only sessions of its agent count
 */
export function coverageOf(
  text: string,
  tool: string,
  sessionId: string,
  { calls, people }: Recorded,
  manifest: Manifest,
): Coverage {
  const agent = agentOf(sessionId);
  const asked = calls.filter(
    (call) =>
      call.tool === tool && call.verdict === 'ASK' && call.requestId !== undefined && agentOf(call.sessionId) === agent,
  );
  const replay = new Replay({ ...manifest, cedar: { ...manifest.cedar, ask: `${manifest.cedar.ask}\n${text}` } });
  const covered = asked.filter(hasArguments).filter((call: KnownCall) => replay.decide(call).verdict === 'ALLOW');
  const said = (call: RecordedCall) => people.get(`${call.sessionId}/${call.requestId}`);
  return {
    asked: asked.length,
    unreadable: asked.filter((call) => !hasArguments(call)).length,
    approved: covered.filter((call) => said(call) === 'APPROVED'),
    denied: covered.filter((call) => said(call) === 'DENIED'),
    undecided: covered.filter((call) => said(call) !== 'APPROVED' && said(call) !== 'DENIED'),
  };
}
