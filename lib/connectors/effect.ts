import type { EffectName } from '../../runtime/core/contracts';

/**
 * What a tool does to the world. Maps to MCP's `readOnlyHint`, `destructiveHint` and `openWorldHint`.
 */
export class Effect {
  /** Changes nothing. */
  public static readonly READ = new Effect('read');
  /** Reversible, and stays inside. */
  public static readonly WRITE = new Effect('write');
  /** Leaves the organisation, or others see it. Asks a person unless auto-approved. */
  public static readonly OUTBOUND = new Effect('outbound');
  /** Irreversible, or moves money or access. Asks a person unless auto-approved. */
  public static readonly DESTRUCTIVE = new Effect('destructive');

  private constructor(
    /** The word in the manifest. */
    public readonly name: string,
  ) {}

  /** @internal */
  public get _name(): EffectName {
    return this.name as EffectName;
  }
}
