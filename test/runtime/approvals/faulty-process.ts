/**
 * What goes wrong at one step of a process:
 * - `fail`: the step isn't done and says so
 * - `lost`: the step is done, and its answer doesn't arrive
 * - `repeat`: the step's answer doesn't arrive, and the SDK does it again
 * - `kill`: the process ends just after the step
 * - `abandon`: the process ends while the step is on its way
 */
export const FAULT_KINDS = ['fail', 'lost', 'repeat', 'kill', 'abandon'] as const;

export interface Fault {
  /** The step, from 0. */
  readonly at: number;
  readonly kind: (typeof FAULT_KINDS)[number];
}

export class Killed extends Error {
  override readonly name = 'Killed';
}
export class NotDone extends Error {
  override readonly name = 'NotDone';
}
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** One invocation of a function: everything that it does to the world goes through `step`. */
export class FaultyProcess {
  private steps = 0;
  private dead = false;

  constructor(
    private readonly fault: Fault | undefined,
    private readonly pause: () => Promise<void>,
    private readonly keep: (work: Promise<unknown>) => void,
  ) {}

  /** @param repeatable whether the SDK would do the step again by itself */
  async step<T>(effect: () => Promise<T>, repeatable = false): Promise<T> {
    await this.pause();
    if (this.dead) throw new Killed();
    const kind = this.steps++ === this.fault?.at ? this.fault.kind : undefined;
    switch (kind) {
      case 'fail':
        throw new NotDone();
      case 'abandon':
        this.dead = true;
        this.keep(effect().catch(() => undefined));
        throw new Killed();
      case 'repeat':
        if (repeatable) await effect();
        return effect();
      default: {
        const result = await effect();
        if (kind === 'lost') throw new NoAnswer();
        if (kind === 'kill') {
          this.dead = true;
          throw new Killed();
        }
        return result;
      }
    }
  }

  /** Runs the process's code. The result of a process that has ended is ignored. */
  async run<T>(code: () => Promise<T>): Promise<T> {
    const result = await code();
    if (this.dead) throw new Killed();
    return result;
  }
}
