import { keyOf, piecesOf, Reference, type TextPiece, Unresolved, type Value } from '../model/value';
import { type Truth, truthOf } from './truth';

/** How a pattern is matched. */
export interface MatchOptions {
  /** Whether `*` and `?` in the pattern's known text are wildcards. @default true */
  readonly wildcards?: boolean;
  /** @default false */
  readonly ignoreCase?: boolean;
}

/**
 * Whether a pattern matches a text of which pieces may be unknown.
 *
 * `true`: for every value the unknown pieces can take. `false`: for none. Otherwise `depends`. A reference matches
 * itself; names that CloudFormation makes for two resources never match each other; a name has no `:` and no `/`, a
 * region only `[a-z0-9-]`, an account only digits.
 */
export function matchText(pattern: Value, text: Value, options: MatchOptions = {}): Truth {
  const { wildcards = true, ignoreCase = false } = options;
  if (typeof pattern === 'string' && typeof text === 'string') {
    const fold = (s: string): string => (ignoreCase ? s.toLowerCase() : s);
    return truthOf(wildcards ? glob(fold(pattern), fold(text)) : fold(pattern) === fold(text));
  }
  const left = piecesOf(pattern);
  const right = piecesOf(text);
  if (left === undefined || right === undefined) return 'depends';
  if (partsEarly(left, right, wildcards, ignoreCase)) return 'false';
  const tokens = tokenize(left, wildcards, ignoreCase);
  const target = tokenize(right, false, ignoreCase);
  if (walk(tokens, target, 'certain')) return 'true';
  return walk(tokens, target, 'possible') ? 'depends' : 'false';
}

/**
 * True when pattern and text differ before any wildcard or unknown: most ARNs part at the service or at the made name of
 * the resource, which needs no walk.
 */
function partsEarly(
  left: readonly TextPiece[],
  right: readonly TextPiece[],
  wildcards: boolean,
  ignoreCase: boolean,
): boolean {
  for (let i = 0; i < left.length && i < right.length; i += 1) {
    const [p, t] = [left[i], right[i]];
    if (typeof p === 'string' && typeof t === 'string') {
      const wildcard = wildcards ? p.search(/[*?]/) : -1;
      const length = Math.min(wildcard < 0 ? p.length : wildcard, t.length);
      const [a, b] = [p.slice(0, length), t.slice(0, length)];
      if (ignoreCase ? a.toLowerCase() !== b.toLowerCase() : a !== b) return true;
      if (wildcard >= 0 || p.length !== t.length) return false;
    } else if (p instanceof Reference && t instanceof Reference) {
      if (p.key === t.key) continue;
      // A made name ends where the known text goes on, so two of them can't be made equal by what follows.
      return isMadeName(p) && isMadeName(t);
    } else return false;
  }
  return false;
}

/** Wildcard match on plain strings, linear in practice. */
function glob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p;
      resume = t;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      t = resume;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

type Token =
  | { readonly char: string }
  | { readonly any: true }
  | { readonly one: true }
  | { readonly atom: Reference | Unresolved };

function tokenize(pieces: readonly TextPiece[], wildcards: boolean, ignoreCase: boolean): Token[] {
  return pieces.flatMap((piece): Token[] => {
    if (typeof piece !== 'string') return [{ atom: piece }];
    return [...(ignoreCase ? piece.toLowerCase() : piece)].map((char): Token => {
      if (wildcards && char === '*') return { any: true };
      return wildcards && char === '?' ? { one: true } : { char };
    });
  });
}

/**
 * Walks pattern and text together. `certain`: an unknown piece matches only itself or a `*`. `possible`: it may turn
 * out as any text of its alphabet.
 */
function walk(pattern: readonly Token[], text: readonly Token[], mode: 'certain' | 'possible'): boolean {
  const width = text.length + 1;
  const known = new Map<number, boolean>();
  const step = (i: number, j: number): boolean => {
    const at = i * width + j;
    const memo = known.get(at);
    if (memo !== undefined) return memo;
    const result = decide(i, j);
    known.set(at, result);
    return result;
  };
  const decide = (i: number, j: number): boolean => {
    const p = pattern[i];
    const t = text[j];
    if (p === undefined && t === undefined) return true;
    if (p === undefined) return mode === 'possible' && t !== undefined && mayBeEmpty(t) && step(i, j + 1);
    if ('any' in p) return step(i + 1, j) || (t !== undefined && step(i, j + 1));
    if (t === undefined) return mode === 'possible' && mayBeEmpty(p) && step(i + 1, j);
    if ('atom' in p && 'atom' in t) {
      if (keyOf(p.atom) === keyOf(t.atom) && p.atom instanceof Reference) return step(i + 1, j + 1);
      if (mode === 'certain' || (isMadeName(p.atom) && isMadeName(t.atom))) return false;
      return step(i + 1, j + 1) || step(i, j + 1) || step(i + 1, j);
    }
    if ('atom' in p) {
      if (mode === 'certain') return false;
      if (mayBeEmpty(p) && step(i + 1, j)) return true;
      return 'char' in t && admits(p.atom, t.char) && (step(i, j + 1) || step(i + 1, j + 1));
    }
    if ('atom' in t) {
      if (mode === 'certain') return false;
      if (mayBeEmpty(t) && step(i, j + 1)) return true;
      return ('one' in p || admits(t.atom, p.char)) && (step(i + 1, j) || step(i + 1, j + 1));
    }
    return ('one' in p || ('char' in t && p.char === t.char)) && step(i + 1, j + 1);
  };
  return step(0, 0);
}

/** Only an unresolved piece may turn out empty: names, accounts and regions don't. */
function mayBeEmpty(token: Token): boolean {
  return 'atom' in token && token.atom instanceof Unresolved;
}

/** A name or id that CloudFormation makes for a resource: unlike that of any other resource. */
function isMadeName(atom: Reference | Unresolved): boolean {
  return atom instanceof Reference && !atom.isPseudo && !atom.attribute.endsWith('Arn');
}

function admits(atom: Reference | Unresolved, char: string): boolean {
  if (atom instanceof Unresolved) return true;
  if (atom.logicalId === 'AWS::AccountId') return /[0-9]/.test(char);
  if (atom.logicalId === 'AWS::Region') return /[a-z0-9-]/.test(char);
  if (isMadeName(atom)) return !/[:/*?]/.test(char);
  return true;
}
