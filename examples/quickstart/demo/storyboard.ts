/** Prints a story with one line for each step, and counts the steps that failed. */
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

  /** Runs a step and prints ✓ with its result, or ✗ with its error. After an error, later steps still run. */
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
      this.failures === 0
        ? `All ${this.steps} steps went as expected.`
        : `${this.failures} of ${this.steps} steps failed.`,
    );
    return this.failures === 0 ? 0 : 1;
  }
}

/** @throws Error with the message `otherwise`, unless the condition holds */
export function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
