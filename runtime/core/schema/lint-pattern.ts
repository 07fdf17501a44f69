/** A part of a pattern, and the number of ways in which it can match one text. */
interface Part {
  /** Ways to split a text over the quantifiers inside. */
  readonly ways: number;
  /** Characters that are compared, over all these ways, on the worst text. */
  readonly steps: number;
  /** Whether it can match texts of different length, or one text by different routes. */
  readonly varies: boolean;
}

/** The most characters that a pattern may compare on one text. They take up to a tenth of a second, before V8 has compiled the pattern. */
const MOST_STEPS = 4_000_000;

/** The pattern is refused. The message is a part of a sentence. */
class UnsafePattern extends Error {}

/**
 * The problems of a pattern in a tool's schema. It must match the whole text, and it must not backtrack much on hostile text.
 * The check is conservative: a pattern that may be slow is refused.
 *
 * @param maxLength length of the longest text that the pattern is used on
 * @param texts how many texts of one call it is used on
 */
export function lintPattern(pattern: string, maxLength: number, texts = 1): string[] {
  const findings: string[] = [];
  let tree: Part & { alternatives: number };
  try {
    new RegExp(pattern, 'u');
    const tail = restOfText(pattern);
    tree = new PatternReader(pattern.slice(0, pattern.length - tail.length), maxLength).read();
    if (tail !== '' && tree.alternatives === 1) tree = { ...tree, steps: tree.steps + maxLength };
    else if (tail !== '') tree = new PatternReader(pattern, maxLength).read();
  } catch (error) {
    return [
      error instanceof UnsafePattern ? error.message : 'the pattern can’t be read; write an ECMAScript expression',
    ];
  }
  // In ^a|b$ each anchor belongs to one alternative only.
  if (!pattern.startsWith('^') || !endsAnchored(pattern) || tree.alternatives > 1) {
    findings.push('the pattern matches inside other text; write ^(?:…)$');
  }
  if (tree.steps * texts > MOST_STEPS) {
    const list = texts > 1 ? ', or maxItems' : '';
    findings.push(
      `the pattern can take too long on a long text; limit its repetitions, such as {1,50}, or maxLength${list}`,
    );
  }
  return findings;
}

/** The end of a pattern that takes whatever is left of the text: it never fails, so nothing before it is tried again for it. */
function restOfText(pattern: string): string {
  const [, before, tail] = /^([\s\S]*?)(\[\\s\\S\]\*\$)$/.exec(pattern) ?? [];
  return before !== undefined && tail !== undefined && !endsEscaped(before) ? tail : '';
}

/** Whether the next character would be escaped. */
function endsEscaped(pattern: string): boolean {
  return (/\\*$/.exec(pattern)?.[0].length ?? 0) % 2 === 1;
}

function endsAnchored(pattern: string): boolean {
  if (!pattern.endsWith('$')) return false;
  return !endsEscaped(pattern.slice(0, -1));
}

/** Reads a pattern that `RegExp` has accepted. */
class PatternReader {
  private at = 0;

  constructor(
    private readonly pattern: string,
    private readonly maxLength: number,
  ) {}

  read(): Part & { alternatives: number } {
    return this.alternation();
  }

  private alternation(): Part & { alternatives: number } {
    const branches = [this.sequence()];
    while (this.pattern[this.at] === '|') {
      this.at += 1;
      branches.push(this.sequence());
    }
    return {
      alternatives: branches.length,
      ways: branches.reduce((sum, branch) => sum + branch.ways, 0),
      steps: branches.reduce((sum, branch) => sum + branch.steps, 0),
      varies: branches.length > 1 || branches.some((branch) => branch.varies),
    };
  }

  private sequence(): Part {
    let ways = 1;
    let steps = 0;
    let varies = false;
    while (this.at < this.pattern.length && this.pattern[this.at] !== '|' && this.pattern[this.at] !== ')') {
      const part = this.quantified(this.atom());
      // A part is tried again for each way in which the parts before it matched.
      steps += ways * part.steps;
      ways *= part.ways;
      varies ||= part.varies;
    }
    return { ways, steps, varies };
  }

  private atom(): Part {
    const mark = this.pattern[this.at];
    if (mark === '(') return this.group();
    if (mark === '[') {
      const found = /^\[(?:\\.|[^\]\\])*\]/su.exec(this.pattern.slice(this.at));
      this.at += found?.[0].length ?? 1;
    } else if (mark === '\\') {
      this.escape();
    } else {
      this.at += String.fromCodePoint(this.pattern.codePointAt(this.at) ?? 0).length;
    }
    return { ways: 1, steps: 1, varies: false };
  }

  private group(): Part {
    const opening = /^\((?:\?(?::|<(?![=!])[^>]*>)?)?/u.exec(this.pattern.slice(this.at))?.[0] ?? '(';
    if (opening === '(?') throw new UnsafePattern('the pattern looks ahead or behind; write a pattern without that');
    this.at += opening.length;
    const inside = this.alternation();
    this.at += 1;
    return inside;
  }

  private escape(): void {
    const found = /^\\(?:u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[pP]\{[^}]*\}|.)/su.exec(
      this.pattern.slice(this.at),
    )?.[0];
    if (found && /^\\[1-9k]/.test(found))
      throw new UnsafePattern('the pattern refers back to a group; write a pattern without that');
    this.at += found?.length ?? 2;
  }

  private quantified(part: Part): Part {
    const found = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/.exec(this.pattern.slice(this.at));
    if (!found) return part;
    this.at += found[0].length;
    const [, sign, low, comma, high] = found;
    const least = sign ? (sign === '+' ? 1 : 0) : Number(low);
    const unbounded = sign ? sign !== '?' : comma !== undefined && high === '';
    const given = sign === '?' ? 1 : comma === undefined ? Number(low) : Number(high);
    const most = unbounded ? Number.POSITIVE_INFINITY : given;
    if (part.varies && most > 1) {
      throw new UnsafePattern(
        'the pattern repeats a repetition or a choice, which can take too long; write a pattern without that',
      );
    }
    const choices = Math.max(1, Math.min(most, this.maxLength) - Math.min(least, this.maxLength) + 1);
    return {
      ways: part.ways * choices,
      steps: part.steps * Math.max(1, Math.min(most, this.maxLength)),
      varies: part.varies || least !== most,
    };
  }
}
