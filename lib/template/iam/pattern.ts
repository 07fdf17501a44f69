import { keyOf, piecesOf, Reference, type TextPiece, Unresolved, type Value } from '../model/value';
import { type Truth, truthOf } from './truth';

/** Options for matching. */
export interface MatchOptions {
  /** Whether `*` and `?` in the pattern's known text are wildcards. @default true */
  readonly wildcards?: boolean;
  /** @default false */
  readonly ignoreCase?: boolean;
}

/**
 * Whether a pattern matches a text with unknown pieces.
 *
 * `true`: for every value of the unknown pieces. `false`: for none. Otherwise `depends`. A reference matches itself. Names
 * that CloudFormation generates for two resources never match each other. A name contains no `:` and no `/`, a region only
 * `[a-z0-9-]`, an account only digits. A generated name of a role, function, table, bucket or state machine has no `_`.
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
  if (differsEarly(left, right, wildcards, ignoreCase)) return 'false';
  if (!ignoreCase && beginsTheSame(left, right, wildcards)) return 'true';
  const tokens = tokenize(left, wildcards, ignoreCase);
  const target = tokenize(right, false, ignoreCase);
  if (new Walk(tokens, target, 'certain').matches()) return 'true';
  return new Walk(tokens, target, 'possible').matches() ? 'depends' : 'false';
}

/**
 * True when pattern and text differ before any wildcard or unknown piece. Most ARNs differ at the service or at the
 * resource's generated name, which makes the full comparison unnecessary.
 */
function differsEarly(
  left: readonly TextPiece[],
  right: readonly TextPiece[],
  wildcards: boolean,
  ignoreCase: boolean,
): boolean {
  for (const [i, p] of left.entries()) {
    const t = right[i];
    if (t === undefined) return false;
    const compared = typeof p === 'string' ? compareText(p, t, wildcards, ignoreCase) : compareReferences(p, t);
    if (compared !== 'same') return compared === 'different';
  }
  return false;
}

/**
 * True when all pieces are the same, or all up to a `*` at the pattern's end. Most allows name what is asked about exactly,
 * which makes the full comparison unnecessary.
 */
function beginsTheSame(left: readonly TextPiece[], right: readonly TextPiece[], wildcards: boolean): boolean {
  const end = left.at(-1);
  if (
    wildcards &&
    left.some((piece, i) => typeof piece === 'string' && piece.search(/[*?]/) >= 0 && i < left.length - 1)
  ) {
    return false;
  }
  const open = wildcards && typeof end === 'string' && /^[^*?]*\*$/.test(end) ? end.slice(0, -1) : undefined;
  if (open === undefined && (left.length !== right.length || (wildcards && /[*?]/.test(String(end))))) return false;
  return left.every((p, i) => {
    const t = right[i];
    if (open !== undefined && i === left.length - 1)
      return open === '' || (typeof t === 'string' && t.startsWith(open));
    return typeof p === 'string' ? p === t : compareReferences(p, t ?? '') === 'same';
  });
}

/** How a piece of the pattern compares with the piece of the text at the same position. */
type Compared = 'same' | 'different' | 'undecided';

function compareText(pattern: string, text: TextPiece, wildcards: boolean, ignoreCase: boolean): Compared {
  if (typeof text !== 'string') return 'undecided';
  const wildcard = wildcards ? pattern.search(/[*?]/) : -1;
  const length = Math.min(wildcard < 0 ? pattern.length : wildcard, text.length);
  const [a, b] = [pattern.slice(0, length), text.slice(0, length)];
  if (ignoreCase ? a.toLowerCase() !== b.toLowerCase() : a !== b) return 'different';
  return wildcard >= 0 || pattern.length !== text.length ? 'undecided' : 'same';
}

function compareReferences(pattern: Reference | Unresolved, text: TextPiece): Compared {
  if (!(pattern instanceof Reference) || !(text instanceof Reference)) return 'undecided';
  if (pattern.key === text.key) return 'same';
  // A generated name ends where the known text continues: what follows can't make two of them equal.
  return isMadeName(pattern) && isMadeName(text) ? 'different' : 'undecided';
}

/** Wildcard match on plain strings, linear in practice. */
function glob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    const wanted = pattern[p];
    if (wanted === '*') {
      star = p;
      resume = t;
      p += 1;
    } else if (wanted === '?' || wanted === text[t]) {
      p += 1;
      t += 1;
    } else if (star < 0) return false;
    else {
      p = star + 1;
      resume += 1;
      t = resume;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/** A piece whose value isn't known. Only an unresolved one can be empty: names, accounts and regions are not. */
type Atom = Reference | Unresolved;

type Token = { readonly char: string } | { readonly any: true } | { readonly one: true } | { readonly atom: Atom };

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
 * Compares pattern and text token by token. `certain`: an unknown piece matches only itself or a `*`. `possible`: it may be
 * any text of its alphabet.
 */
class Walk {
  private readonly width: number;
  private readonly known = new Map<number, boolean>();

  constructor(
    private readonly pattern: readonly Token[],
    private readonly text: readonly Token[],
    private readonly mode: 'certain' | 'possible',
  ) {
    this.width = text.length + 1;
  }

  /** Whether the pattern from `i` matches the text from `j`. */
  public matches(i = 0, j = 0): boolean {
    const at = i * this.width + j;
    const memo = this.known.get(at);
    if (memo !== undefined) return memo;
    const result = this.decide(i, j);
    this.known.set(at, result);
    return result;
  }

  private decide(i: number, j: number): boolean {
    const p = this.pattern[i];
    const t = this.text[j];
    if (p === undefined) return t === undefined || (this.isPossiblyEmpty(t) && this.matches(i, j + 1));
    if ('any' in p) return this.matches(i + 1, j) || (t !== undefined && this.matches(i, j + 1));
    if (t === undefined) return this.isPossiblyEmpty(p) && this.matches(i + 1, j);
    if ('atom' in p)
      return 'atom' in t ? this.decideAtoms(p.atom, t.atom, i, j) : this.decideAtom(p.atom, t, i, j, 'pattern');
    if ('atom' in t) return this.decideAtom(t.atom, p, i, j, 'text');
    return ('one' in p || ('char' in t && p.char === t.char)) && this.matches(i + 1, j + 1);
  }

  private decideAtoms(p: Atom, t: Atom, i: number, j: number): boolean {
    if (p instanceof Reference && keyOf(p) === keyOf(t)) return this.matches(i + 1, j + 1);
    if (this.mode === 'certain' || (isMadeName(p) && isMadeName(t))) return false;
    return this.matches(i + 1, j + 1) || this.matches(i, j + 1) || this.matches(i + 1, j);
  }

  /** An unknown piece on one side, and a character or `?` on the other. */
  private decideAtom(atom: Atom, other: Token, i: number, j: number, side: 'pattern' | 'text'): boolean {
    if (this.mode === 'certain') return false;
    const [afterAtom, afterOther] =
      side === 'pattern'
        ? ([
            [i + 1, j],
            [i, j + 1],
          ] as const)
        : ([
            [i, j + 1],
            [i + 1, j],
          ] as const);
    if (atom instanceof Unresolved && this.matches(...afterAtom)) return true;
    const admitted = 'one' in other || ('char' in other && admits(atom, other.char));
    return admitted && (this.matches(...afterOther) || this.matches(i + 1, j + 1));
  }

  private isPossiblyEmpty(token: Token): boolean {
    return this.mode === 'possible' && 'atom' in token && token.atom instanceof Unresolved;
  }
}

/** A name or id that CloudFormation generates. No two resources have the same one. */
function isMadeName(atom: Atom): atom is Reference {
  return atom instanceof Reference && !atom.isPseudo && !atom.attribute.endsWith('Arn');
}

/** A name that CloudFormation makes of the stack's name, the logical id and random characters: it has no underscore. */
function isMadeOfIds(atom: Reference): boolean {
  return / after /.test(atom.attribute);
}

function admits(atom: Atom, char: string): boolean {
  if (atom instanceof Unresolved) return true;
  if (atom.logicalId === 'AWS::AccountId') return /[0-9]/.test(char);
  if (atom.logicalId === 'AWS::Region') return /[a-z0-9-]/.test(char);
  if (isMadeName(atom)) return !(isMadeOfIds(atom) ? /[:/*?_]/ : /[:/*?]/).test(char);
  return true;
}
