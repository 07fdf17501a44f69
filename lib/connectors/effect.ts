import type { EffectName } from '../../runtime/core/contracts';

/**
 * What a tool changes. Maps to MCP's `readOnlyHint`, `destructiveHint` and `openWorldHint`.
 */
export class Effect {
  /** Changes nothing. */
  public static readonly READ = new Effect('read');
  /** Changes something reversibly, inside the organisation. */
  public static readonly WRITE = new Effect('write');
  /** Leaves the organisation or is visible to others. Asks a person unless auto-approved. */
  public static readonly OUTBOUND = new Effect('outbound');
  /** Is irreversible, moves money or gives access. Asks a person unless auto-approved. */
  public static readonly DESTRUCTIVE = new Effect('destructive');

  /** @internal */
  public static _of(name: EffectName): Effect {
    return BY_NAME[name];
  }

  private constructor(
    /** The word in the manifest. */
    public readonly name: string,
  ) {}

  /** @internal */
  public get _name(): EffectName {
    return this.name as EffectName;
  }

  /** Whether it is less than another: a read is less than a write, and destruction is the most. @internal */
  public _isLessThan(other: Effect): boolean {
    return ORDER.indexOf(this._name) < ORDER.indexOf(other._name);
  }
}

const BY_NAME: Readonly<Record<EffectName, Effect>> = {
  read: Effect.READ,
  write: Effect.WRITE,
  outbound: Effect.OUTBOUND,
  destructive: Effect.DESTRUCTIVE,
};
const ORDER: readonly EffectName[] = ['read', 'write', 'outbound', 'destructive'];
