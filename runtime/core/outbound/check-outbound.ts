import { FINDING_KINDS, type FindingKind, type JsonObject, type JsonValue, MAX_CALL_BYTES } from '../contracts';
import { withoutCredentials } from '../guard/credential-shapes';
import { withoutEscapes } from '../guard/escapes';
import { guardOutput } from '../output-guard';
import { sendingContentIn, withoutSendingContent } from './active-content';
import { instructionIn, withoutInstructions } from './instructions';

/** Something in the arguments of an outbound call that shouldn't leave. */
export interface OutboundFinding {
  readonly kind: FindingKind;
  /** One sentence. It never repeats the found text. */
  readonly reason: string;
}

/** What is found in arguments that leave: credentials by their form, active content, and instructions to a model. */
export function outboundFindings(args: JsonObject, argumentsText: string, taskText: string): OutboundFinding[] {
  const texts = textsIn(args).flatMap((text) => [text, withoutEscapes(text) ?? '']);
  const findings: OutboundFinding[] = [];
  const guarded = guardOutput({ content: argumentsText, secrets: [], maxBytes: MAX_CALL_BYTES });
  if (!guarded.ok) findings.push({ kind: 'credentials', reason: guarded.reason });
  const active = firstOf(texts, sendingContentIn);
  if (active !== undefined) {
    findings.push({
      kind: 'activeContent',
      reason: `The arguments contain ${active}, which can send data when it is shown.`,
    });
  }
  if (firstOf(texts, (text) => instructionIn(text, taskText)) !== undefined) {
    findings.push({
      kind: 'instructions',
      reason: 'The arguments contain instructions to a model, which the task doesn’t.',
    });
  }
  return findings;
}

const REDACTIONS: { readonly [kind in FindingKind]: (text: string) => string } = {
  credentials: withoutCredentials,
  activeContent: (text) => withoutSendingContent(text).text,
  instructions: withoutInstructions,
};

/** The arguments with a note in place of what is found as plain text. Encoded findings stay, so the result is checked again. */
export function redacted(args: JsonObject, kinds: ReadonlySet<FindingKind>): JsonObject {
  const redact = (text: string) =>
    FINDING_KINDS.filter((kind) => kinds.has(kind)).reduce((rest, kind) => REDACTIONS[kind](rest), text);
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, mapTexts(value, redact)]));
}

function mapTexts(value: JsonValue, map: (text: string) => string): JsonValue {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapTexts(inner, map)]));
}

function textsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function firstOf(texts: readonly string[], find: (text: string) => string | undefined): string | undefined {
  for (const text of texts) {
    const found = find(text);
    if (found !== undefined) return found;
  }
  return undefined;
}
