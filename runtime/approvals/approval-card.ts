import type { ShapePolicy } from '../core/cedar/shape-of-call';
import {
  type JsonValue,
  type NeededApproval,
  type SessionUser,
  TARGET_PROVENANCES,
  type TargetProvenance,
} from '../core/contracts';
import { escapeToLine, hidesCharacters } from '../core/display';
import { differences as differencesOf } from '../core/json/difference';
import { pointerToken } from '../core/json/pointer';
import type { TargetOrigin } from '../core/target-provenance';
import { holdsName } from './naming-field';

/** One value of the arguments. A person sees every field before a long one fills the screen. */
export interface CardField {
  /** JSON pointer, escaped for display. */
  readonly pointer: string;
  readonly type: 'string' | 'number' | 'boolean' | 'null' | 'object' | 'array';
  /** UTF-8 bytes of the value's canonical text. */
  readonly bytes: number;
  /** The value, escaped for display and cut at `PREVIEW_CHARACTERS`. */
  readonly preview: string;
  readonly cut: boolean;
  /** Whether it names a target: recipient, account, URL. */
  readonly target: boolean;
  /** Where its value was found, if it names a target. */
  readonly provenance?: TargetProvenance;
}

/** A warning about characters that look like others or are invisible. */
export interface CardWarning {
  readonly pointer: string;
  readonly what: string;
}

/** The arguments in a form that a person can look at safely. */
export interface ArgumentsView {
  /** Every field with its size. Fields that name a target come first. */
  readonly fields: readonly CardField[];
  readonly warnings: readonly CardWarning[];
  /** The whole canonical text, escaped for display. */
  readonly text: string;
  /** UTF-8 bytes of the canonical text. */
  readonly bytes: number;
}

/** The longest preview of a field, in characters. */
export const PREVIEW_CHARACTERS = 120;
/** The most fields that are listed one by one. If there are more, each top-level value is listed with its size. */
const MAX_FIELDS = 200;

/**
 * Describes canonical arguments for a person who decides about them. The same text is hashed and executed; escaping changes
 * only how it looks.
 *
 * @param targets JSON pointers of the arguments that name a target
 * @param origins where their values were found
 */
export function describeArguments(
  canonicalText: string,
  targets: readonly string[] = [],
  origins: readonly TargetOrigin[] = [],
): ArgumentsView {
  const value = JSON.parse(canonicalText) as JsonValue;
  const leaves = [...leavesOf(value, ROOT)];
  const whole = leaves.length <= MAX_FIELDS;
  const listed = whole ? leaves : childrenOf(value, ROOT);
  // A value that stands for several fields is marked if one of them names a target.
  const marked = (place: Place) => isTarget(place, targets) || (!whole && holdsTarget(place, targets));
  const fields = listed.map(([place, leaf]) => fieldOf(place, leaf, marked(place), originOf(place, origins)));
  const warnings = leaves.flatMap(([place, leaf]) =>
    warningsAbout(place.pointer, leaf, isTarget(place, targets)).map((what) => ({
      pointer: escapeToLine(place.pointer),
      what,
    })),
  );
  return {
    fields: [...fields.filter((field) => field.target), ...fields.filter((field) => !field.target)],
    warnings,
    text: escapeToLine(canonicalText),
    bytes: utf8Length(canonicalText),
  };
}

/** Alphabets with letters that look like Latin ones. */
const POSING = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
const LATIN = /\p{Script=Latin}/u;
const WORDS = /[\p{L}\p{M}]+/gu;
const NOT_ASCII = /[^\u0020-\u007e]/;
const FOREIGN_DIGIT = /(?![0-9])\p{Nd}/u;

function warningsAbout(pointer: string, leaf: JsonValue, target: boolean): string[] {
  const texts = typeof leaf === 'string' ? [pointer, leaf] : [pointer];
  return [
    ...(texts.some(hidesCharacters) ? ['Hidden or direction-changing characters are written out.'] : []),
    ...(texts.some(mixesAlphabets) ? ['Letters of several alphabets in one word: some may pose as others.'] : []),
    ...beyondAscii(pointer, leaf, target),
  ];
}

function beyondAscii(pointer: string, leaf: JsonValue, target: boolean): string[] {
  if (typeof leaf !== 'string' || !NOT_ASCII.test(leaf)) return [];
  if (target) {
    return ['A target with characters beyond ASCII: compare it with the one that you know, character by character.'];
  }
  if (holdsName(pointer))
    return ['A name, address or amount with characters beyond ASCII: read it character by character.'];
  return FOREIGN_DIGIT.test(leaf) ? ['Digits of another script: they may look like other digits.'] : [];
}

function mixesAlphabets(text: string): boolean {
  return (text.match(WORDS) ?? []).some((word) => POSING.test(word) && LATIN.test(word));
}

/** The place of a value: its pointer, and the same with `*` for array indexes, as targets are declared. */
interface Place {
  readonly pointer: string;
  readonly declared: string;
}
const ROOT: Place = { pointer: '', declared: '' };

function isTarget({ pointer, declared }: Place, targets: readonly string[]): boolean {
  return targets.some((target) => [pointer, declared].some((each) => each === target || each.startsWith(`${target}/`)));
}

function holdsTarget({ pointer, declared }: Place, targets: readonly string[]): boolean {
  return targets.some((target) => target.startsWith(`${pointer}/`) || target.startsWith(`${declared}/`));
}

function* leavesOf(value: JsonValue, place: Place): Generator<[Place, JsonValue]> {
  const children = childrenOf(value, place);
  if (children.length === 0) {
    yield [place === ROOT ? { pointer: '/', declared: '/' } : place, value];
    return;
  }
  for (const [inner, child] of children) yield* leavesOf(child, inner);
}

function childrenOf(value: JsonValue, { pointer, declared }: Place): [Place, JsonValue][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, child]) => {
    const token = pointerToken(name);
    const inner = `${declared}/${Array.isArray(value) ? '*' : token}`;
    return [{ pointer: `${pointer}/${token}`, declared: inner }, child];
  });
}

/** The least trusted of the values at or below a place. */
function originOf({ pointer }: Place, origins: readonly TargetOrigin[]): TargetProvenance | undefined {
  const found = origins.filter((each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`));
  return TARGET_PROVENANCES.findLast((provenance) => found.some((each) => each.provenance === provenance));
}

function fieldOf({ pointer }: Place, value: JsonValue, target: boolean, provenance?: TargetProvenance): CardField {
  const text = JSON.stringify(value);
  return {
    pointer: escapeToLine(pointer),
    type: typeOf(value),
    bytes: utf8Length(text),
    ...previewOf(text),
    target,
    ...(provenance ? { provenance } : {}),
  };
}

/** Not Node's Buffer: the page of the web desk runs this too. */
function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

function previewOf(text: string): Pick<CardField, 'preview' | 'cut'> {
  // Cut between code points, never inside a pair.
  const points = Array.from(text.slice(0, PREVIEW_CHARACTERS * 2));
  const cut = points.length > PREVIEW_CHARACTERS || text.length > PREVIEW_CHARACTERS * 2;
  return { preview: escapeToLine(points.slice(0, PREVIEW_CHARACTERS).join('')), cut };
}

function typeOf(value: JsonValue): CardField['type'] {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as 'string' | 'number' | 'boolean' | 'object';
}

/**
 * The whole values of the listed fields as JSON, not yet escaped for display, by the fields' pointers. The fields themselves hold
 * previews, so that a list stays short.
 */
export function wholeValues(canonicalText: string): ReadonlyMap<string, string> {
  const value = JSON.parse(canonicalText) as JsonValue;
  const leaves = [...leavesOf(value, ROOT)];
  const listed = leaves.length <= MAX_FIELDS ? leaves : childrenOf(value, ROOT);
  return new Map(listed.map(([{ pointer }, leaf]) => [escapeToLine(pointer), JSON.stringify(leaf)]));
}

/** A call that the session made before. */
export interface EarlierCall {
  readonly tool: string;
  /** The status of its request, or how it ended: `succeeded`, `failed`. */
  readonly outcome: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** A person's approval of a request that needs several. */
export interface GivenApproval {
  readonly name: string;
  readonly groups: readonly string[];
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Another call of the tool, and how this one differs from it. */
export interface ComparedCall {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Absent: the other's arguments can't be read any more. Empty: they are equal. */
  readonly differences?: readonly CardDifference[];
  /** How many differences aren't listed. @default 0 */
  readonly furtherDifferences?: number;
}

/** A value that differs, escaped for display and cut. */
export interface CardDifference {
  readonly pointer: string;
  /** Absent: the other call hasn't got it. */
  readonly before?: string;
  /** Absent: this call hasn't got it. */
  readonly now?: string;
}

/** What a person sees before deciding. The desk's API makes it, and the command line prints it. */
export interface ApprovalCard {
  readonly v: 1;
  readonly requestId: string;
  readonly sessionId: string;
  readonly status: string;
  readonly tool: string;
  readonly connector: string;
  readonly effect: string;
  /** The user of the session. */
  readonly user: string;
  /** Whether somebody verified who that is. */
  readonly userKind: SessionUser['kind'];
  /** Who wrote the task, if it isn't the user. */
  readonly taskAuthor?: string;
  /** The task, as its author wrote it: show it escaped. */
  readonly taskText: string;
  /** The session's last calls before this one that were allowed or waited for a person, the oldest first. */
  readonly earlierCalls: readonly EarlierCall[];
  /** What it takes to approve. */
  readonly needed: Pick<NeededApproval, 'people' | 'groups'>;
  /** Who approved so far. */
  readonly approvals: readonly GivenApproval[];
  /** What people refused in this session of the same tool and targets. Absent: nothing. */
  readonly refusedAlike?: ComparedCall & { readonly refusals: number; readonly reason: string };
  /** The agent's last call of this tool that people approved. Absent: none is known. */
  readonly lastApproved?: ComparedCall;
  /** Whether the session has read content that an attacker may have written. */
  readonly taint: boolean;
  /** ISO 8601, UTC. */
  readonly requestedAt: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
  readonly digest: string;
  readonly schemaHash: string;
  readonly policyVersion: string;
  readonly credentialName?: string;
  readonly targets: readonly string[];
  /** Where each target was found. Targets that are left out have the place where they would be. */
  readonly origins?: readonly TargetOrigin[];
  /** The limits of the tool that were reached when the call was made, such as `5 calls per session in 1 hour`. Absent: none. */
  readonly reachedLimits?: readonly string[];
  /** The exact canonical text. Hash it, show it escaped, never print it raw. Absent if it doesn't have the digest. */
  readonly argumentsText?: string;
  /** What a person must know first. Each one is a reason to deny. */
  readonly problems: readonly string[];
  /** The text above, ready for display. */
  readonly view?: ArgumentsView;
  /**
   * A policy, for review, that would let calls of this shape run without a person, or why there is none. It is only a text to
   * copy: nothing that is deployed reads it. Absent: the arguments can't be shown, the tool is gone or changed, or it was denied.
   */
  readonly proposal?: ShapePolicy;
}

/** The most differences that are listed. */
const MAX_DIFFERENCES = 50;
/** So many characters that are the same stand before those that differ. */
const SAME_BEFORE = 20;

/** How a call differs from another one of the tool. Both are canonical texts. */
export function describeDifferences(
  before: string,
  now: string,
): Required<Pick<ComparedCall, 'differences' | 'furtherDifferences'>> {
  const found = differencesOf(JSON.parse(before) as JsonValue, JSON.parse(now) as JsonValue);
  const differences = found.slice(0, MAX_DIFFERENCES).map(({ pointer, before: was, now: is }) => {
    const texts = [was, is].map((value) => (value === undefined ? undefined : JSON.stringify(value)));
    const from = firstShown(texts);
    const [shownBefore, shownNow] = texts.map((text) => (text === undefined ? undefined : excerptOf(text, from)));
    return {
      pointer: escapeToLine(pointer === '' ? '/' : pointer),
      ...(shownBefore === undefined ? {} : { before: shownBefore }),
      ...(shownNow === undefined ? {} : { now: shownNow }),
    };
  });
  return { differences, furtherDifferences: found.length - differences.length };
}

/** Where two texts are shown from. Two long ones that begin alike would look the same. */
function firstShown([one, other]: readonly (string | undefined)[]): number {
  if (one === undefined || other === undefined) return 0;
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  const from = same <= PREVIEW_CHARACTERS / 2 ? 0 : same - SAME_BEFORE;
  // Never inside a pair.
  return /[\udc00-\udfff]/.test(one[from] ?? '') ? from - 1 : from;
}

function excerptOf(text: string, from: number): string {
  const { preview, cut } = previewOf(text.slice(from));
  return `${from > 0 ? '… ' : ''}${preview}${cut ? ' …' : ''}`;
}

/** A waiting request in a list. */
export interface ApprovalSummary {
  readonly requestId: string;
  readonly sessionId: string;
  readonly tool: string;
  readonly digest: string;
  /** ISO 8601, UTC. */
  readonly requestedAt: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
}

/** A list of thousands can't be read, and would be sent again and again. */
export const MOST_LISTED = 100;

/** The requests that wait, the most urgent first. */
export interface WaitingList {
  readonly v: 1;
  readonly requests: readonly ApprovalSummary[];
  /** Whether further requests wait, which follow as these are decided. */
  readonly more: boolean;
}
