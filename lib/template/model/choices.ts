/**
 * Where the template alone leaves a choice open (a condition, a parameter with AllowedValues, a mapping looked up by region),
 * the reader asks for a decision by throwing `OpenChoice`. Its caller then reads the value once for each option. So every
 * value is consistent in itself: two `Fn::If` on the same condition never take different sides.
 */

/** The decisions taken so far, from choice key to option index, and the assumptions in words. */
export class Choices {
  public readonly assumptions = new Set<string>();
  /** Depth of nested evaluations. Cyclic conditions, imports and outputs stop at `MAX_DEPTH`. */
  public depth = 0;
  /** How often a parameter's default stood for its value. A default may be overridden, so it decides nothing. */
  public defaults = 0;

  constructor(private readonly taken: ReadonlyMap<string, number> = new Map()) {}

  /** Index of the option to take. @throws OpenChoice when it isn't decided yet */
  public take(key: string, options: number, label: (index: number) => string): number {
    const index = this.taken.get(key);
    if (index === undefined) throw new OpenChoice(key, options);
    this.assumptions.add(label(index));
    return index;
  }
}

/** Thrown by the reader when its caller must decide between options. Never leaves `Template`. */
export class OpenChoice extends Error {
  constructor(
    public readonly key: string,
    public readonly options: number,
  ) {
    super(key);
  }
}

/** How deep values, conditions, imports and outputs may refer to each other. */
export const MAX_DEPTH = 100;
