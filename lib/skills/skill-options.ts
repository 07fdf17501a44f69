import type { Tool } from '../connectors/connector';

/** What is declared of a skill. */
export interface SkillOptions {
  /**
   * SHA-256 over all files of the folder, 64 hexadecimal digits. A changed file fails the synthesis until somebody read it and wrote the
   * new pin. Leave it out once: the error says what to write.
   * @default - the synthesis fails, and says the pin
   */
  readonly pin?: string;
  /**
   * The tools that the skill is meant to use. A skill adds no right: each must be allowed to the agent already, or the synthesis fails.
   * @default - none
   */
  readonly tools?: Tool[];
  /**
   * Names in the skill's `allowed-tools` that the agent does without, such as `Bash` or `WebFetch` of a desktop program.
   * @default - each name must be a tool that is allowed to the agent
   */
  readonly withoutTools?: string[];
}
