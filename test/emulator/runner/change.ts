/** One way in which what runs in the emulator differs from what was synthesized. */
export interface EmulatorChange {
  /**
   * dropped: not there at all · patched: changed · inert: there, without effect · applied: done through the API, since
   * the emulator's CloudFormation dropped it.
   */
  readonly kind: 'dropped' | 'patched' | 'inert' | 'applied';
  /** What was changed and why, such as `AWS::EC2::FlowLog: the emulator has no such type`. */
  readonly what: string;
  /** Construct path, or logical id. */
  readonly where: string;
}

/** One line for each thing done, naming every place where it was done. */
export function describeChanges(changes: readonly EmulatorChange[]): string[] {
  const places = new Map<string, string[]>();
  for (const { kind, what, where } of changes) {
    const line = `${kind}: ${what}`;
    places.set(line, [...(places.get(line) ?? []), where]);
  }
  return [...places].map(([line, where]) => `${line} — ${[...new Set(where)].join(', ')}`);
}
