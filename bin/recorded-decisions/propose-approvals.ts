import { autoApprovePolicy } from '../../runtime/core/cedar/policies';
import { validatePolicies } from '../../runtime/core/cedar/validate-policies';
import type { JsonObject, JsonValue, Manifest, ToolManifest } from '../../runtime/core/contracts';
import { isTrusted } from '../../runtime/core/target-provenance';
import { hasArguments, type KnownCall, type Recorded, type RecordedCall } from './recorded-calls';
import { Replay } from './replay-calls';

/** How people decided about one tool, and which calls could run without asking. */
export interface Proposal {
  readonly tool: string;
  readonly approved: number;
  readonly denied: number;
  /** Without a decision, so far or at all. */
  readonly undecided: number;
  /** Sessions of the approved calls. */
  readonly sessions: number;
  /** A Cedar condition that holds for approved calls and for no denied call. Absent: nothing is proposed. */
  readonly when?: string;
  /** Approved calls that would have run without asking. */
  readonly spared: number;
  /** Why nothing is proposed. */
  readonly reason?: string;
}

/** Longer lists of values are not proposed: nobody would review them. */
const MOST_LISTED = 5;
/** A value that was approved fewer times is not listed. */
const LEAST_OF_A_VALUE = 3;

/**
 * Proposes, by tool, conditions for calls that people always approved. A proposal never exceeds what was approved: numbers
 * between the smallest and the largest, texts that were approved several times, and trusted targets or untainted sessions
 * when all approved calls had them. Each proposal is tried on the recorded calls first.
 *
 * @param least approvals that a tool needs before anything is proposed for it
 */
export function proposeApprovals(recorded: Recorded, manifest: Manifest, least: number): Proposal[] {
  const asked = recorded.calls.filter(({ verdict, requestId }) => verdict === 'ASK' && requestId !== undefined);
  return manifest.tools.flatMap((tool) => {
    const calls = asked.filter((call) => call.tool === tool.name);
    return calls.length === 0 ? [] : [proposalFor(tool, calls, recorded, manifest, least)];
  });
}

function proposalFor(
  tool: ToolManifest,
  calls: readonly RecordedCall[],
  { people }: Recorded,
  manifest: Manifest,
  least: number,
): Proposal {
  const decisionOf = (call: RecordedCall) => people.get(`${call.sessionId}/${call.requestId}`);
  const approved = calls.filter((call) => decisionOf(call) === 'APPROVED');
  const denied = calls.filter((call) => decisionOf(call) === 'DENIED');
  const facts = {
    tool: tool.name,
    approved: approved.length,
    denied: denied.length,
    undecided: calls.length - approved.length - denied.length,
    sessions: new Set(approved.map(({ sessionId }) => sessionId)).size,
  };
  const nothing = (reason: string): Proposal => ({ ...facts, spared: 0, reason });
  const known = approved.filter(hasArguments);
  if (known.length < least) return nothing(`fewer than ${least} approved calls whose arguments can be read`);
  // The condition might hold for the denied call whose arguments can't be read.
  if (!denied.every(hasArguments)) return nothing('the arguments of a denied call can’t be read');

  const when = conditionOf(tool, known);
  if (when === undefined) return nothing('no condition on its arguments holds for all of them; read them yourself');
  const text = autoApprovePolicy({ id: `suggested-${tool.name}`, tool: tool.name, connector: tool.connector, when });
  const problems = validatePolicies(text, manifest.cedar.schema);
  if (problems.length > 0) return nothing(`the condition is not a valid policy: ${problems[0]}`);

  const ask = `${manifest.cedar.ask}\n${text}`;
  // Probation ends by itself, so it is left out.
  const tools = manifest.tools.map(({ probation: _, ...each }) => each);
  const tried = new Replay({ ...manifest, tools, cedar: { ...manifest.cedar, ask } });
  const runs = (call: KnownCall) => tried.decide(call).verdict === 'ALLOW';
  if (denied.filter(hasArguments).some(runs)) return nothing('it would also run a call that a person denied');
  const spared = known.filter(runs).length;
  return spared < least ? nothing(`it would spare only ${spared} questions`) : { ...facts, when, spared };
}

/** The narrowest simple condition that holds for the calls; undefined when an argument has no bound. */
function conditionOf(tool: ToolManifest, calls: readonly KnownCall[]): string | undefined {
  const { properties = {}, required = [] } = tool.schema as {
    properties?: Readonly<Record<string, JsonObject>>;
    required?: readonly string[];
  };
  const trustedTargets = tool.targets.length > 0 && calls.every(({ provenance }) => isTrusted(tool, provenance));
  const clauses: string[] = [];
  for (const [name, schema] of Object.entries(properties)) {
    // A target usually has another value in each call; its origin is what counts.
    if (trustedTargets && tool.targets.some(({ pointer }) => pointer === `/${name}`)) continue;
    const clause = clauseOf(name, schema, required.includes(name), calls);
    // An argument without a bound could be an attacker's text.
    if (clause === undefined) return undefined;
    clauses.push(clause);
  }
  if (trustedTargets) clauses.push('context.provenance.trusted');
  if (calls.every(({ taint }) => !taint)) clauses.push('!context.session.taint');
  return clauses.length > 0 ? clauses.join(' && ') : undefined;
}

function clauseOf(
  name: string,
  schema: JsonObject,
  required: boolean,
  calls: readonly KnownCall[],
): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  const given = calls.map(({ args }) => args[name]).filter((value): value is JsonValue => value !== undefined);
  if (given.length === 0) return `!(context.args has ${name})`;
  const bound = boundOf(`context.args.${name}`, schema, given);
  if (bound === undefined || required) return bound;
  // People approved calls with the argument, without it, or both; the condition allows no more than that.
  return given.length === calls.length
    ? `context.args has ${name} && ${bound}`
    : `(!(context.args has ${name}) || (${bound}))`;
}

function boundOf(place: string, schema: JsonObject, given: readonly JsonValue[]): string | undefined {
  switch (schema.type) {
    case 'integer': {
      const numbers = given.filter((value) => typeof value === 'number');
      return `${place} >= ${Math.min(...numbers)} && ${place} <= ${Math.max(...numbers)}`;
    }
    case 'boolean':
    case 'string': {
      const values = [...new Set(given)];
      if (values.length > MOST_LISTED) return undefined;
      // Only printable ASCII: JSON, Cedar and terminals treat other characters differently.
      if (values.some((value) => typeof value === 'string' && !/^[\x20-\x7e]{0,100}$/.test(value))) return undefined;
      if (values.some((value) => given.filter((each) => each === value).length < LEAST_OF_A_VALUE)) return undefined;
      return `[${values.map((value) => JSON.stringify(value)).join(', ')}].contains(${place})`;
    }
    default:
      return undefined;
  }
}
