/** A finding of another checker, as far as it is compared: only what fails its run. */
export interface PeerFinding {
  readonly rule: string;
  /** Logical id; empty for what is about no resource. */
  readonly resource: string;
}

/** What a checker says of each template, by the template's path below the folder that was given. */
export type PeerFindings = ReadonlyMap<string, readonly PeerFinding[]>;

/** Another checker of templates. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** @param files paths below the folder */
  judge(folder: string, files: readonly string[]): Promise<PeerFindings>;
}

/** Findings by file. Each file has an entry, also when nothing was found. */
export function byFile(
  files: readonly string[],
  found: Iterable<PeerFinding & { readonly file: string }>,
): Map<string, PeerFinding[]> {
  const all = new Map<string, PeerFinding[]>(files.map((file) => [file, []]));
  for (const { file, rule, resource } of found) all.get(file)?.push({ rule, resource });
  return all;
}
