import { autoApprovePolicy } from '../../runtime/core/cedar/policies';
import { validatePolicies } from '../../runtime/core/cedar/validate-policies';
import type { JsonObject, JsonValue, Manifest, ToolManifest } from '../../runtime/core/contracts';
import type { Recorded, RecordedCall } from './recorded-calls';
import { Replay } from './replay-calls';

type KnownCall = RecordedCall & Required<Pick<RecordedCall, 'args'>>;

/** What the record says of the questions about one tool, and what could run without one. */
export interface Proposal {
  readonly tool: string;
  readonly approved: number;
  readonly denied: number;
  /** Nobody decided, or not yet. */
  readonly undecided: number;
  /** Sessions of the approved calls. */
  readonly sessions: number;
  /** A Cedar condition that holds for approved calls, and for none that a person denied. Absent: none is proposed. */
  readonly when?: string;
  /** Approved calls that would have run without a person. */
  readonly spared: number;
  /** Why nothing is proposed. */
  readonly reason?: string;
}

/** More values than this are no list that a person would have agreed to. */
const MOST_LISTED = 5;
/** A value that was approved so rarely says nothing. */
const LEAST_OF_A_VALUE = 3;

/**
 * What people always approved, by tool. A proposal never goes beyond what was approved: numbers up to the largest, texts
 * and choices that came several times, trusted targets and untainted sessions where it was so. Each is tried on the record
 * before it is shown.
 *
 * @param least approvals of a tool before anything is proposed
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
  const saidOf = (call: RecordedCall) => people.get(`${call.sessionId}/${call.requestId}`);
  const approved = calls.filter((call) => saidOf(call) === 'APPROVED');
  const denied = calls.filter((call) => saidOf(call) === 'DENIED');
  const facts = {
    tool: tool.name,
    approved: approved.length,
    denied: denied.length,
    undecided: calls.length - approved.length - denied.length,
    sessions: new Set(approved.map(({ sessionId }) => sessionId)).size,
  };
  const nothing = (reason: string): Proposal => ({ ...facts, spared: 0, reason });
  const known = approved.filter(isKnown);
  if (known.length < least) return nothing(`fewer than ${least} approved calls whose arguments can be read`);
  // A call that can't be read might be the one that the condition lets through.
  if (!denied.every(isKnown)) return nothing('the arguments of a denied call can’t be read');

  const when = conditionOf(tool, known);
  if (when === undefined) return nothing('no condition on its arguments holds for them all: read them yourself');
  const text = autoApprovePolicy({ id: `suggested-${tool.name}`, tool: tool.name, connector: tool.connector, when });
  const problems = validatePolicies(text, manifest.cedar.schema);
  if (problems.length > 0) return nothing(`a policy can’t say it: ${problems[0]}`);

  const ask = `${manifest.cedar.ask}\n${text}`;
  // Probation ends by itself, and isn't what is asked about here.
  const tools = manifest.tools.map(({ probation: _, ...each }) => each);
  const tried = new Replay({ ...manifest, tools, cedar: { ...manifest.cedar, ask } });
  const runs = (call: KnownCall) => tried.decide(call).verdict === 'ALLOW';
  if (denied.filter(isKnown).some(runs)) return nothing('it would also run a call that a person denied');
  const spared = known.filter(runs).length;
  return spared < least ? nothing(`it would spare ${spared} questions only`) : { ...facts, when, spared };
}

function isKnown(call: RecordedCall): call is KnownCall {
  return call.args !== undefined;
}

/** The narrowest condition of a simple form that holds for the calls; undefined where nothing bounds them. */
function conditionOf(tool: ToolManifest, calls: readonly KnownCall[]): string | undefined {
  const { properties = {}, required = [] } = tool.schema as {
    properties?: Readonly<Record<string, JsonObject>>;
    required?: readonly string[];
  };
  const trustedTargets = tool.targets.length > 0 && calls.every(({ provenance }) => provenance !== 'unknown');
  const clauses: string[] = [];
  for (const [name, schema] of Object.entries(properties)) {
    // The origin of a target says more than its value, which is another one each time.
    if (trustedTargets && tool.targets.includes(`/${name}`)) continue;
    const clause = clauseOf(name, schema, required.includes(name), calls);
    // An argument that nothing bounds could be anything, the attacker's text for one.
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
  // Whether it came or not was approved only as it was.
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
      // What JSON and Cedar escape otherwise, or a terminal shows otherwise, isn't put into a policy.
      if (values.some((value) => typeof value === 'string' && !/^[\x20-\x7e]{0,100}$/.test(value))) return undefined;
      if (values.some((value) => given.filter((each) => each === value).length < LEAST_OF_A_VALUE)) return undefined;
      return `[${values.map((value) => JSON.stringify(value)).join(', ')}].contains(${place})`;
    }
    default:
      return undefined;
  }
}
