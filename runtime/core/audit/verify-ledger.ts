import { formatVerifierKey, type VerifierKey } from '../merkle/note';
import { AcceptedLeaves, type AcceptedLeavesParts } from './accepted-leaves';
import { type AuditFinding, AuditFindings } from './audit-finding';
import { type AuditTimes, readingTime } from './audit-times';
import { BatchReader } from './batch-reader';
import { BatchWalk, type BatchWalkParts } from './batch-walk';
import { CheckpointPresence } from './checkpoint-presence';
import { EarlierPart } from './earlier-part';
import { FollowedStreams, type Followers } from './followed-streams';
import { judgeUnsealed } from './judge-unsealed';
import type { LedgerSource } from './ledger-source';
import { ObjectHistory } from './object-history';
import { OpenIntents, type OutcomeLimits } from './open-intents';
import { PublishedTree } from './published-tree';
import { readCheckpoints } from './read-checkpoints';
import { readKeyRotations } from './read-key-rotations';
import { RebuiltTree } from './rebuilt-tree';
import { SealedObjects } from './sealed-objects';
import { SealingTimes } from './sealing-times';
import { SignedHeads } from './signed-heads';
import { SigningKeys } from './signing-keys';
import type { VerifiedPart } from './verified-part';

export interface AuditOptions extends OutcomeLimits, AuditTimes {
  /** The trusted public key. Keys that it handed the log over to are trusted too. Its name is the log's origin. */
  readonly key: VerifierKey;
  /** How long an entry may wait for its seal. Milliseconds. */
  readonly sealWithinMs: number;
  /** How often the log must seal at least a heartbeat. Milliseconds. */
  readonly heartbeatMs: number;
  /** Checkpoints that the auditor kept from earlier audits. */
  readonly kept?: readonly string[];
  /** The result of an earlier verification. Entries that it covers are not read again. */
  readonly verified?: VerifiedPart;
}

const MINUTE = 60_000;

/** For the deployed defaults: merge delay 5 minutes, heartbeat an hour, executions up to 15 minutes. */
export const AUDIT_DEFAULTS = {
  sealWithinMs: 15 * MINUTE,
  heartbeatMs: 60 * MINUTE,
  outcomeWithinMs: 60 * MINUTE,
  decisionWithinMs: 8 * 24 * 60 * MINUTE,
} as const;

export interface AuditReport {
  /** Leaves that a signed root covers. */
  readonly size: number;
  /** The root of all these leaves, base64. */
  readonly root: string;
  /** Sessions, and the streams of the platform. */
  readonly streams: number;
  /** Entries that are not sealed yet, but recent enough. */
  readonly pending: number;
  /** Calls that began and have not ended, with time left. */
  readonly openCalls: number;
  /** Sizes with a validly signed checkpoint. */
  readonly checkpoints: number;
  /** Recorded erasures of arguments or results. They are not faults. */
  readonly erasures: number;
  /** The key that signs now, in the form of a verifier key, and since which leaf. Absent where it is the given key. */
  readonly rotatedTo?: { readonly key: string; readonly after: number };
  /** Whether a witness was read. Without one, a cut end shows only by missing heartbeats. */
  readonly witnessed: boolean;
  /** Whether object versions were read. Without them, a delete marker looks like a deletion. */
  readonly versionsRead: boolean;
  /** When the last batch was sealed, ISO 8601. Absent where nothing was sealed. */
  readonly sealedAt?: string;
  /** The time by which the age of the last seal was judged, ISO 8601. */
  readonly judgedAt: string;
  /** Files in a copy that are no objects of the ledger, such as those of an operating system. They are not faults. */
  readonly strayFiles: readonly string[];
  /** Stray files beyond those listed. */
  readonly furtherStrayFiles: number;
  /** Checkpoints in which a program changed line ends or added a byte order mark. Their signatures hold. */
  readonly convertedCheckpoints: number;
  /** Leaves whose entries were not read again, because an earlier verification covers them. */
  readonly notReadAgain?: number;
  /** For the next verification to continue from. Absent where there are findings, or nothing is sealed. */
  readonly verified?: VerifiedPart;
  readonly findings: readonly AuditFinding[];
  /** Findings beyond those listed. */
  readonly further: number;
}

/**
 * Checks a ledger against a public key, from the entries up to the signed roots, offline. The content of the buckets is
 * not trusted: only what leads to a root signed by the key counts. Each fault has its own code and exact place.
 *
 * Entries that are late, repeated or have a wrong clock are not faults: order comes from numbers and from the tree.
 *
 * @throws RangeError when no key of this log signed the checkpoint of the earlier verification
 */
export async function verifyLedger(source: LedgerSource, options: AuditOptions): Promise<AuditReport> {
  const { verified, ...fromStart } = options;
  const audit = new LedgerAudit(source, options);
  const report = await audit.run();
  if (!verified || !audit.earlier.differs) return report;
  // The part that was not read differs, so it is read now to report exactly what differs.
  return verifyLedger(source, { ...fromStart, kept: [...(fromStart.kept ?? []), verified.checkpoint] });
}

/** One audit: its parts, each with its own state, and the steps in their order. */
class LedgerAudit implements BatchWalkParts, AcceptedLeavesParts, Followers {
  readonly findings = new AuditFindings();
  readonly history = new ObjectHistory();
  readonly keys: SigningKeys;
  readonly heads: SignedHeads;
  readonly earlier: EarlierPart;
  readonly tree: RebuiltTree;
  readonly published: PublishedTree;
  readonly times: SealingTimes;
  readonly intents: OpenIntents;
  readonly streams: FollowedStreams;
  readonly objects: SealedObjects;
  readonly presence: CheckpointPresence;
  readonly reader: BatchReader;
  readonly leaves: AcceptedLeaves;
  private readonly walk: BatchWalk;

  constructor(
    private readonly source: LedgerSource,
    private readonly options: AuditOptions,
  ) {
    const { findings, history } = this;
    const { key, verified, heartbeatMs } = options;
    this.keys = new SigningKeys(key);
    this.heads = new SignedHeads(this.keys, findings);
    this.earlier = new EarlierPart(verified);
    this.tree = new RebuiltTree(this.heads, findings);
    this.published = new PublishedTree(source.published?.bind(source), this.heads, findings);
    this.times = new SealingTimes(heartbeatMs, findings);
    this.intents = new OpenIntents(verified?.openCalls);
    this.streams = new FollowedStreams(this, this.earlier, findings, verified?.erasures ?? 0);
    this.objects = new SealedObjects(history, findings);
    const witnessed = source.witnessed !== undefined;
    this.presence = new CheckpointPresence(this.heads, history, findings, { ...options, witnessed });
    this.reader = new BatchReader(source, this.earlier);
    this.leaves = new AcceptedLeaves(this);
    this.walk = new BatchWalk(source, this);
  }

  async run(): Promise<AuditReport> {
    const { source, options, findings } = this;
    await this.history.read(source, findings);
    await readKeyRotations(source, this.keys, findings);
    await readCheckpoints(source, this.heads, findings, options);
    await this.walk.run();
    if (!this.walk.broken) await this.published.checkEdge(this.tree);
    this.objects.judgeMismatches();
    this.tree.judgeDoubts();
    this.heads.judgeSigners();
    if (!this.walk.broken) this.tree.judgeEnd();
    this.times.end(options.now);
    const readAt = readingTime(options, this.times.last);
    const counted = await this.judgeUnsealed(readAt);
    this.intents.judgeOverdue(readAt, options, findings);
    // Fewer sealed entries in the bucket than leaves: some are gone, perhaps in the part that was not read.
    if (counted.sealed < this.tree.size) this.earlier.differs = true;
    return this.report(counted.pending);
  }

  private judgeUnsealed(readAt: number): Promise<{ readonly pending: number; readonly sealed: number }> {
    const { sealWithinMs } = this.options;
    const cut = this.walk.broken || this.findings.list.some(({ code }) => code === 'TRUNCATED');
    return judgeUnsealed(this.source, this, this.findings, { readAt, sealWithinMs, cut });
  }

  private report(pending: number): AuditReport {
    const { size, root } = this.tree.verified;
    const rotated = this.keys.current;
    const verified = this.verifiedPart();
    return {
      size,
      root: root.toString('base64'),
      streams: this.streams.count,
      pending,
      openCalls: this.intents.count,
      checkpoints: this.heads.count,
      erasures: this.streams.erasureCount,
      ...(rotated ? { rotatedTo: { key: formatVerifierKey(rotated.key), after: rotated.after } } : {}),
      witnessed: this.source.witnessed !== undefined,
      versionsRead: this.source.history !== undefined,
      ...(this.times.last === undefined ? {} : { sealedAt: new Date(this.times.last).toISOString() }),
      judgedAt: new Date(this.options.now).toISOString(),
      strayFiles: this.history.strayFiles.names,
      furtherStrayFiles: this.history.strayFiles.further,
      convertedCheckpoints: this.heads.converted,
      ...(this.earlier.unread > 0 ? { notReadAgain: this.earlier.unread } : {}),
      ...(verified ? { verified } : {}),
      findings: this.findings.list,
      further: this.findings.dropped,
    };
  }

  private verifiedPart(): VerifiedPart | undefined {
    const { tree, earlier, intents, streams } = this;
    if (this.findings.list.length > 0 || tree.verified.size !== tree.size) return undefined;
    const checkpoint = this.heads.noteOf(tree.verified);
    if (checkpoint === undefined) return undefined;
    return {
      v: 1,
      checkpoint,
      names: earlier.names,
      openCalls: [...intents.calls()],
      erasures: streams.erasureCount,
    };
  }
}
