import { FINDING_KINDS, type FindingKind, type JsonObject, type JsonValue, MAX_CALL_BYTES } from '../contracts';
import { withoutInvisible } from '../display';
import { withoutCredentialsOf } from '../guard/credential-shapes';
import { withoutEscapes } from '../guard/escapes';
import { guardOutput } from '../output-guard';
import { activeContentIn, withoutActiveContent } from './active-content';
import { instructionIn, withoutInstructions } from './instructions';
import { loadsParts } from './message-parts';
import { NamedAddresses } from './named-addresses';

/** Something in the arguments of an outbound call that shouldn't leave. */
export interface OutboundFinding {
  readonly kind: FindingKind;
  /** One sentence. It never repeats the found text. */
  readonly reason: string;
}

/** What the arguments are compared with: what the user and the operator say themselves. */
export interface OutboundContext {
  readonly taskText: string;
  /** The trusted targets of the tool. */
  readonly directory: ReadonlySet<string>;
}

/** What is found in arguments that leave: credentials by their form, active content, and instructions to a model. */
export function outboundFindings(
  args: JsonObject,
  argumentsText: string,
  { taskText, directory }: OutboundContext,
): OutboundFinding[] {
  const texts = textsIn(args);
  const findings: OutboundFinding[] = [];
  const guarded = guardOutput({ content: argumentsText, secrets: [], maxBytes: MAX_CALL_BYTES });
  if (!guarded.ok) findings.push({ kind: 'credentials', reason: guarded.reason });
  const named = new NamedAddresses(taskText, directory);
  // A target may put texts together, so an image may begin in one and end in another.
  const together = texts.length > 1 ? [...texts, texts.join('\n')] : texts;
  const active =
    firstOf(together, (text) => activeContentIn(text, named)) ?? (loadsParts(args, named) ? 'an image' : undefined);
  if (active !== undefined) {
    findings.push({
      kind: 'activeContent',
      reason: `The arguments contain ${active}, which can send data when it is shown.`,
    });
  }
  const decoded = texts.flatMap((text) => [text, withoutInvisible(text).text, withoutEscapes(text) ?? '']);
  if (firstOf(decoded, (text) => instructionIn(text, taskText)) !== undefined) {
    findings.push({
      kind: 'instructions',
      reason: 'The arguments contain instructions to a model, which the task doesn’t.',
    });
  }
  return findings;
}

/**
 * The arguments with a note in place of what is found as plain text. Encoded findings and names of members stay, and so does
 * what only the texts together make, so the result is checked again. Whatever the task names isn't known yet, so a note may
 * stand for an image that the task names.
 */
export function redacted(
  args: JsonObject,
  kinds: ReadonlySet<FindingKind>,
  directory: ReadonlySet<string>,
): JsonObject {
  const named = new NamedAddresses('', directory);
  const redactions: { readonly [kind in FindingKind]: (text: string, name: string) => string } = {
    credentials: (text, name) => withoutCredentialsOf(name, text),
    activeContent: (text) => withoutActiveContent(text, named).text,
    instructions: withoutInstructions,
  };
  const redact = (text: string, name: string) =>
    FINDING_KINDS.filter((kind) => kinds.has(kind)).reduce((rest, kind) => redactions[kind](rest, name), text);
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, mapTexts(value, name, redact)]));
}

function mapTexts(value: JsonValue, name: string, map: (text: string, name: string) => string): JsonValue {
  if (typeof value === 'string') return map(value, name);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, name, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([inner, each]) => [inner, mapTexts(each, inner, map)]));
}

/** Names of members are texts too: an attacker may choose them where the schema leaves them open. */
function textsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)]);
}

function firstOf(texts: readonly string[], find: (text: string) => string | undefined): string | undefined {
  for (const text of texts) {
    const found = find(text);
    if (found !== undefined) return found;
  }
  return undefined;
}
