/** Counts the lines in which the emulator's runner says what differs from the template, and what follows from them. */
export class Differences {
  private count = 0;
  private readonly conditions = new Map<string, Set<string>>();

  /** Whether the line is about a difference. */
  add(line: string): boolean {
    if (!/^(patched|dropped|applied|inert): /.test(line)) return false;
    this.count += 1;
    for (const key of conditionKeys(line)) {
      const service = key.startsWith('aws:') || !key.includes(':') ? 'global' : (key.split(':')[0] ?? key);
      this.conditions.set(service, (this.conditions.get(service) ?? new Set()).add(key));
    }
    return true;
  }

  /** What the demo doesn't show, because the emulator doesn't enforce it. */
  lines(): string[] {
    const services = [...this.conditions].sort(([a], [b]) => a.localeCompare(b));
    return [
      `${this.count} differences between the template and this emulator (--verbose lists them). Not enforced here, but checked on`,
      'the template by hardened-agent check and prove: network isolation, and policy conditions on these keys:',
      ...services.map(([service, keys]) => `  ${titleOf(service)}: ${[...keys].sort().join(', ')}`),
    ];
  }
}

/** Condition keys that the emulator doesn't enforce, of a line such as `inert: Deny on s3:TlsVersion: the emulator …`. */
function conditionKeys(line: string): string[] {
  if (/Deny of plain HTTP removed/.test(line)) return ['aws:SecureTransport'];
  const [, condition, unless, inert] =
    /: policy condition on (\S+) removed|: Deny unless (.+) removed: |^inert: Deny on (.+): the emulator /.exec(line) ??
    [];
  return (condition ?? unless ?? inert)?.split(' and ') ?? [];
}

function titleOf(service: string): string {
  return service === 'global'
    ? 'IAM, for every service'
    : service === 'iam'
      ? 'IAM, passed roles'
      : service.toUpperCase();
}
