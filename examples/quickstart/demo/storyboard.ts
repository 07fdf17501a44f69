/** Prints a story, one line a step, and remembers whether every step went as told. */
export class Storyboard {
  private failures = 0;
  private steps = 0;

  constructor(private readonly print: (line: string) => void) {}

  heading(text: string): void {
    this.print('');
    this.print(text);
  }

  note(text: string): void {
    this.print(`    ${text}`);
  }

  /** Runs a step: ✓ with what it found out, ✗ with what went wrong. Later steps still run. */
  async step(what: string, run: () => Promise<string>): Promise<void> {
    this.steps += 1;
    try {
      this.print(`  ✓ ${what}: ${await run()}`);
    } catch (error) {
      this.failures += 1;
      this.print(`  ✗ ${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The closing line, and the exit code of the story. */
  close(): number {
    this.heading(
      this.failures === 0 ? `All ${this.steps} steps went as told.` : `${this.failures} of ${this.steps} steps failed.`,
    );
    return this.failures === 0 ? 0 : 1;
  }
}

/** @throws Error with the message when it doesn't hold */
export function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
