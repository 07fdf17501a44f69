import { ledgerKey, PLATFORM_STREAM, SEQ_DIGITS } from '../contracts';
import { type Batch, batchKey, batchPlaces, type LeafPlace, leafPlace, parseBatch } from '../ledger/batch';
import { parseEntry } from '../ledger/entry';
import { type StoredEntry, TextEntry } from '../ledger/stored-entry';
import { parseCheckpoint } from '../merkle/checkpoint';
import type { TreeHash } from '../merkle/hash';
import { formatVerifierKey, parseNote, type VerifierKey } from '../merkle/note';
import { TILE_WIDTH, type TileId } from '../merkle/tile';
import { TreeEdge } from '../merkle/tree';
import { type AuditFinding, AuditFindings } from './audit-finding';
import { compareLeaves } from './compare-leaves';
import type { LedgerObject, LedgerSource } from './ledger-source';
import { OpenIntents, type OutcomeLimits } from './open-intents';
import { PublishedTree } from './published-tree';
import { SealingTimes } from './sealing-times';
import { place, SignedHeads } from './signed-heads';
import { SigningKeys } from './signing-keys';
import { extendNames, type VerifiedPart } from './verified-part';

export interface AuditOptions extends OutcomeLimits {
  /** The public key that is trusted, and with it those that it handed the log over to. Its name is the log's origin. */
  readonly key: VerifierKey;
  /** When the buckets were read, epoch milliseconds: for a copy, when it was made. */
  readonly now: number;
  /** How long an entry may wait for its seal. Milliseconds. */
  readonly sealWithinMs: number;
  /** How often the log must show a sign of life. Milliseconds. */
  readonly heartbeatMs: number;
  /** Checkpoints that the auditor kept from earlier audits. */
  readonly kept?: readonly string[];
  /** What an earlier verification left: the entries before aren't read again. */
  readonly verified?: VerifiedPart;
}

const MINUTE = 60_000;

/** What the deployed defaults promise: merge delay 5 minutes, heartbeat an hour, executions up to 15 minutes. */
export const AUDIT_DEFAULTS = {
  sealWithinMs: 15 * MINUTE,
  heartbeatMs: 60 * MINUTE,
  outcomeWithinMs: 60 * MINUTE,
  decisionWithinMs: 8 * 24 * 60 * MINUTE,
} as const;

export interface AuditReport {
  /** Leaves that a signed root vouches for. */
  readonly size: number;
  /** The root of all leaves, base64. */
  readonly root: string;
  /** Sessions, and the streams of the platform. */
  readonly streams: number;
  /** Written, not sealed yet, and young enough. */
  readonly pending: number;
  /** Calls that began, didn't end yet, and still may. */
  readonly openCalls: number;
  /** Checkpoints with a valid signature. */
  readonly checkpoints: number;
  /** Erasures of arguments or results that were recorded: no fault, whatever is missing among them. */
  readonly erasures: number;
  /** The key that signs now, in the form of a verifier key, and since which leaf; absent where it is the one given. */
  readonly rotatedTo?: { readonly key: string; readonly after: number };
  /** Whether a witness was asked: else a cut end shows only by missing signs of life. */
  readonly witnessed: boolean;
  /** Whether versions were looked at: else a delete marker looks like a deletion. */
  readonly versionsRead: boolean;
  /** ISO 8601; absent where nothing was sealed. */
  readonly sealedAt?: string;
  /** Leaves whose entries weren't read again, because an earlier verification vouches for them. */
  readonly notReadAgain?: number;
  /** What the next verification can go on from; absent where there are findings, or nothing is sealed. */
  readonly verified?: VerifiedPart;
  readonly findings: readonly AuditFinding[];
  /** Findings beyond those listed. */
  readonly further: number;
}

/**
 * Checks a ledger against a public key, from the entries up to the signed roots, offline. Whatever the buckets say is
 * untrusted; only what leads to a root signed by the key counts, and each fault gets its own code and exact place.
 *
 * Entries that come late, twice or with a skewed clock are no faults: order comes from numbers and from the tree.
 */
export async function verifyLedger(source: LedgerSource, options: AuditOptions): Promise<AuditReport> {
  const { verified, ...anew } = options;
  const audit = new LedgerAudit(source, options);
  const report = await audit.run();
  if (!verified || !audit.doubtsEarlier) return report;
  // Whatever differs in the part that isn't read again has to be told exactly, so it is read again.
  return verifyLedger(source, { ...anew, kept: [...(anew.kept ?? []), verified.checkpoint] });
}

/** One leaf whose object isn't what was sealed. */
interface Mismatch {
  readonly key: string;
  readonly leaf: number;
  readonly signed: TreeHash;
  readonly found: TreeHash;
}

/** The object at the place of a leaf; `unread` where an earlier verification vouches for it. */
type Found = StoredEntry | 'gone' | 'unread';

/** What is claimed to follow the tree so far. */
interface Claim {
  readonly from: number;
  /** Absent where the batch is gone or unreadable. */
  readonly batch?: Batch;
  readonly places: readonly LeafPlace[];
  readonly found: readonly Found[];
}

/** A batch as it was read, with its entries. */
interface ReadBatch {
  readonly batch?: Batch;
  readonly problem?: string;
  readonly places: readonly LeafPlace[];
  readonly found: readonly Found[];
}

/** A tree with some more leaves. */
interface GrownTree {
  readonly from: number;
  readonly leaves: readonly TreeHash[];
  readonly edge: TreeEdge;
  /** Tiles that became full. */
  readonly tiles: readonly { readonly tile: TileId; readonly hashes: readonly TreeHash[] }[];
  /** Roots at the sizes that somebody signed. */
  readonly roots: ReadonlyMap<number, TreeHash>;
}

const BATCH_KEY = new RegExp(`^batches/(\\d{${SEQ_DIGITS}})$`);

class LedgerAudit {
  private readonly findings = new AuditFindings();
  private readonly keys: SigningKeys;
  private readonly heads: SignedHeads;
  private readonly published: PublishedTree;
  private readonly times: SealingTimes;
  private readonly intents: OpenIntents;
  private readonly history = new Map<string, string>();
  /** The next number of each stream. */
  private readonly streams = new Map<string, number>();
  private readonly inserted = new Set<string>();
  private readonly mismatches: Mismatch[] = [];
  /** Sizes whose signed root the leaves don't lead to, until a later root clears them. */
  private doubtful: number[] = [];
  private edge = new TreeEdge();
  /** Entries of the leaves since the last full bundle; undefined where one is unknown. */
  private bundle: (StoredEntry['content'] | undefined)[] = [];
  private vouched = { size: 0, root: this.edge.root() };
  private broken = false;
  private erasures: number;
  private grown?: GrownTree;
  /** Leaves that an earlier verification vouches for. */
  private readonly earlier: number;
  /** Leaves whose entries aren't read: a bundle that later entries fill up is compared whole. */
  private readonly unread: number;
  private names = extendNames('', []);
  private listed = 0;
  /** Whether the part that isn't read again differs from what was verified. */
  doubtsEarlier = false;

  constructor(
    private readonly source: LedgerSource,
    private readonly options: AuditOptions,
  ) {
    this.keys = new SigningKeys(options.key);
    this.heads = new SignedHeads(this.keys, this.findings);
    this.published = new PublishedTree(source.published?.bind(source), this.findings);
    this.times = new SealingTimes(options.heartbeatMs, this.findings);
    const { verified } = options;
    this.intents = new OpenIntents(verified?.openCalls);
    this.erasures = verified?.erasures ?? 0;
    this.earlier = verified ? parseCheckpoint(parseNote(verified.checkpoint).text).size : 0;
    this.unread = this.earlier - (this.earlier % TILE_WIDTH);
  }

  async run(): Promise<AuditReport> {
    await this.readHistory();
    await this.readRotations();
    await this.readHeads();
    await this.walk();
    await this.checkEdge();
    this.judgeMismatches();
    this.judgeDoubts();
    this.heads.judgeSigners();
    this.judgeEnd();
    const pending = await this.judgeUnsealed();
    for (const { key, leaf, waitsForDecision } of this.intents.overdue(this.options.now, this.options)) {
      this.findings.add({
        code: 'INTENT_WITHOUT_OUTCOME',
        where: key,
        leaf,
        message: waitsForDecision
          ? 'This call waits for a decision that should have come or expired by now.'
          : 'This call was begun, and nothing says how it ended.',
      });
    }
    if (this.listed < this.edge.size) this.doubtsEarlier = true;
    const rotated = this.keys.current;
    const verified = this.verifiedPart();
    return {
      size: this.vouched.size,
      root: this.vouched.root.toString('base64'),
      streams: this.streams.size,
      pending,
      openCalls: this.intents.count,
      checkpoints: this.heads.count,
      erasures: this.erasures,
      ...(rotated ? { rotatedTo: { key: formatVerifierKey(rotated.key), after: rotated.after } } : {}),
      witnessed: this.source.witnessed !== undefined,
      versionsRead: this.source.history !== undefined,
      ...(this.times.last === undefined ? {} : { sealedAt: new Date(this.times.last).toISOString() }),
      ...(this.unread > 0 ? { notReadAgain: this.unread } : {}),
      ...(verified ? { verified } : {}),
      findings: this.findings.list,
      further: this.findings.dropped,
    };
  }

  private verifiedPart(): VerifiedPart | undefined {
    if (this.findings.list.length > 0 || this.vouched.size !== this.edge.size) return undefined;
    const checkpoint = this.heads.noteOf(this.vouched);
    if (checkpoint === undefined) return undefined;
    const { names, erasures } = this;
    return { v: 1, checkpoint, names, openCalls: [...this.intents.calls()], erasures };
  }

  // ------------------------------------------------------------ what is signed

  private async readHistory(): Promise<void> {
    if (!this.source.history) return;
    for await (const { key, what } of this.source.history()) {
      this.history.set(key, what);
      this.findings.add({
        code: what,
        where: key,
        message:
          what === 'DELETE_MARKER'
            ? 'This object is hidden by a delete marker. Its locked version is still there.'
            : 'This key is written once by design and has more than one version. The first one is still there.',
      });
    }
  }

  /** Which keys may sign must be known before any signature is judged. Each proves itself by the one before. */
  private async readRotations(): Promise<void> {
    for await (const keys of pagesOf(this.source.list(`entries/${PLATFORM_STREAM}/`))) {
      (await this.source.read(keys)).forEach((text = '', i) => {
        if (!text.includes('"key_rotation"')) return;
        const parsed = parseEntry(text);
        if (!parsed.ok || this.keys.learn(parsed.entry)) return;
        this.findings.add({
          code: 'KEY_SUBSTITUTED',
          where: keys[i],
          message: 'This entry names a new signing key, and no key that was trusted before it signed that.',
        });
      });
    }
  }

  private async readHeads(): Promise<void> {
    const { source, heads } = this;
    const shown = await source.published?.('checkpoint');
    if (shown) heads.take('publication', 'checkpoint', Buffer.from(shown).toString('utf8'));
    for await (const keys of pagesOf(source.list('checkpoints/'))) {
      (await source.read(keys)).forEach((text, i) => {
        if (text !== undefined) heads.take('ledger', keys[i], text);
      });
    }
    if (source.witnessed) {
      for await (const { key, text } of source.witnessed()) heads.take('witness', key, text);
    }
    (this.options.kept ?? []).forEach((text, i) => {
      heads.take('auditor', `kept checkpoint ${i + 1}`, text);
    });
    if (this.options.verified) {
      const where = 'verified checkpoint';
      heads.take('auditor', where, this.options.verified.checkpoint);
      if (heads.isRejected('auditor', where)) {
        throw new RangeError(
          'The checkpoint that an earlier verification left isn’t signed by a key of this log: verify the whole ledger.',
        );
      }
    }
    heads.settle();
    this.published.covered = heads.sizeShown;
    if (heads.count === 0 && !this.findings.list.some(({ code }) => code === 'KEY_SUBSTITUTED')) {
      this.findings.add({
        code: 'CHECKPOINT_MISSING',
        where: 'checkpoints/',
        message: 'There is no checkpoint signed by this key: nothing vouches for this ledger.',
      });
    }
  }

  // ------------------------------------------------------------ from batch to batch

  private async walk(): Promise<void> {
    const starts: number[] = [];
    for await (const { key } of this.source.list('batches/')) {
      const match = BATCH_KEY.exec(key);
      if (match) starts.push(Number(match[1]));
      else this.batchAltered(key, 'No batch belongs here.');
    }
    let i = 0;
    for await (const read of readAhead(starts, (from) => this.readBatch(from))) {
      const from = starts[i];
      i += 1;
      if (from < this.edge.size) {
        this.batchAltered(batchKey(from), `No batch can begin here: the leaf ${from} is within another one.`);
        continue;
      }
      if (from > this.edge.size) await this.bridge(from);
      if (!this.broken) await this.judgeBatch(from, starts[i], read);
      if (this.broken) return;
    }
  }

  private async readBatch(from: number): Promise<ReadBatch> {
    const [text = ''] = await this.source.read([batchKey(from)]);
    let batch: Batch;
    try {
      batch = parseBatch(text);
    } catch {
      return { problem: 'This is no batch.', places: [], found: [] };
    }
    if (batch.from !== from) {
      return { problem: `This batch says that it follows ${batch.from} leaves.`, places: [], found: [] };
    }
    const places = batchPlaces(batch);
    return { batch, places, found: await this.readEntries(places, from) };
  }

  /** What stands at these places, as far as no earlier verification vouches for it. Key changes are read always. */
  private async readEntries(places: readonly LeafPlace[], from: number): Promise<Found[]> {
    const isRead = ({ own }: LeafPlace, i: number) => from + i >= this.unread || own?.stream === PLATFORM_STREAM;
    const entries = await this.entriesAt(places.filter(isRead).map(({ key }) => key));
    let next = 0;
    return places.map((place, i) => {
      if (!isRead(place, i)) return 'unread';
      next += 1;
      return entries[next - 1] ?? 'gone';
    });
  }

  private async entriesAt(keys: readonly string[]): Promise<(StoredEntry | undefined)[]> {
    if (this.source.entries) return this.source.entries(keys);
    return (await this.source.read(keys)).map((text) => (text === undefined ? undefined : new TextEntry(text)));
  }

  /** Goes on over a missing batch with what was published. */
  private async bridge(to: number): Promise<void> {
    const from = this.edge.size;
    this.findings.add({
      code: 'BATCH_DELETED',
      where: batchKey(from),
      leaf: from,
      message: `The batch that tells which entries are the leaves ${from} to ${to - 1} is gone.`,
    });
    const signed = await this.published.leaves(from, to);
    if (signed && this.leadsToHead(signed, true)) await this.accept({ from, places: [], found: [] }, signed);
    else this.breakOff(from, to);
  }

  private async judgeBatch(from: number, next: number | undefined, read: ReadBatch): Promise<void> {
    const key = batchKey(from);
    const { batch, problem, places } = read;
    if (problem !== undefined) this.batchAltered(key, problem);
    const claim: Claim = { from, batch, places, found: read.found };
    if (batch) {
      this.times.batch(key, batch.at);
      const end = batch.to;
      const last = next === undefined && (this.heads.largest?.size ?? 0) <= end;
      // The sealer signs where a batch ends, and nowhere within one.
      const whole = (this.heads.firstOf('ledger', from) ?? end) >= end;
      const fits =
        whole && (this.heads.at(end).length > 0 ? this.leadsToHead(batch.hashes, true) : next === end || last);
      if (fits && this.leadsToHead(batch.hashes, false)) {
        if (!batch.root.equals(this.grow(batch.hashes).edge.root()))
          this.batchAltered(key, 'This batch names a wrong root.');
        this.judgePresence(batch.to, batch.at);
        return this.accept(claim, batch.hashes);
      }
      if (claim.found.includes('unread')) this.doubtsEarlier = true;
      const hashes = claim.found.flatMap((entry) => (typeof entry === 'string' ? [] : [entry.hash()]));
      if (hashes.length === places.length && this.leadsToHead(hashes, true)) {
        this.batchAltered(key, 'This batch names other leaf hashes than the entries have. The entries are whole.');
        return this.accept(claim, hashes);
      }
    }
    const end = this.likelyEnd(batch, next);
    const signed = end === undefined ? undefined : await this.published.leaves(from, end);
    if (signed && this.leadsToHead(signed, true)) return this.accept(claim, signed);
    if (batch && end === batch.to) {
      // Nothing tells which leaf is wrong. A later root may still vouch for these: then the signed head was a fork.
      return this.accept(claim, batch.hashes);
    }
    this.breakOff(from, end ?? next ?? from);
  }

  /** Where an unreadable or contradictory batch must have ended. */
  private likelyEnd(batch: Batch | undefined, next: number | undefined): number | undefined {
    const from = this.edge.size;
    const signed = this.heads.firstOf('ledger', from);
    if (signed !== undefined && (next === undefined || signed <= next)) return signed;
    return next ?? this.heads.firstOf('witness', from) ?? batch?.to;
  }

  /** Takes leaves into the tree, and compares them with what is stored. */
  private async accept(claim: Claim, signed: readonly TreeHash[]): Promise<void> {
    const { from, batch } = claim;
    if (!batch) this.times.unknownBatch();
    const aligned = batch !== undefined && sameLeaves(signed, batch.hashes);
    const whole = aligned && !claim.found.includes('gone');
    const copies = whole ? [] : await this.published.entries(from, signed);
    const places = aligned ? claim.places : this.signedPlaces(claim, copies, signed.length);
    const found = aligned ? claim.found : await this.readEntries(places, from);
    if (batch && !aligned) this.judgeDifference(claim, batch, places, signed);
    const grown = this.grow(signed);
    this.edge = grown.edge;
    this.judgeHeads(grown.roots);
    this.judgeNames(places, from);
    for (const { tile, hashes } of grown.tiles) await this.published.checkTile(tile, hashes);
    for (let i = 0; i < signed.length; i += 1) {
      const sound = this.judgeEntry(places[i], from + i, signed[i], found[i], copies[i]);
      this.follow(places[i], from + i, sound, from + signed.length);
      if (!this.source.published) continue;
      this.bundle.push(sound?.content);
      if (this.bundle.length === TILE_WIDTH) await this.checkBundle(from + i + 1);
    }
  }

  /** Compares the names of the leaves that an earlier verification saw. */
  private judgeNames(places: readonly LeafPlace[], from: number): void {
    const split = Math.max(0, this.earlier - from);
    const before = places.slice(0, split);
    const after = places.slice(split);
    if (before.length > 0) this.names = extendNames(this.names, before);
    if (before.length > 0 && before.length === split && this.names !== this.options.verified?.names) {
      this.doubtsEarlier = true;
    }
    if (after.length > 0) this.names = extendNames(this.names, after);
  }

  /** Where the signed leaves stood, where the batch can't be believed. */
  private signedPlaces(claim: Claim, copies: readonly (string | undefined)[], count: number): LeafPlace[] {
    const positionsHold = claim.places.length === count;
    return Array.from({ length: count }, (_, i) => {
      const copy = copies[i];
      const key = copy && keyOf(copy);
      return key ? leafPlace(key) : positionsHold ? claim.places[i] : { key: `leaf ${claim.from + i}` };
    });
  }

  /** Roots within the leaves just taken: those that hold vouch for all before them, so a doubtful one was a fork. */
  private judgeHeads(roots: ReadonlyMap<number, TreeHash>): void {
    for (const [size, root] of roots) {
      if (this.heads.at(size).some((head) => head.root.equals(root))) {
        for (const other of this.doubtful) this.reportFork(other);
        this.doubtful = [];
        this.vouched = { size, root };
      } else {
        this.doubtful.push(size);
      }
    }
  }

  // ------------------------------------------------------------ entries

  /** What was sealed, as far as it is known, and what is wrong about what is stored. */
  private judgeEntry(
    { key }: LeafPlace,
    leaf: number,
    signed: TreeHash,
    found: Found,
    copy: string | undefined,
  ): StoredEntry | undefined {
    if (found === 'unread') return undefined;
    const published = copy === undefined ? undefined : new TextEntry(copy);
    if (found === 'gone') {
      if (this.history.get(key) !== 'DELETE_MARKER') {
        this.findings.add({ code: 'ENTRY_DELETED', where: key, leaf, message: 'This entry was sealed and is gone.' });
      }
      return published;
    }
    const hash = found.hash();
    if (hash.equals(signed)) return found;
    if (this.history.get(key) !== 'VERSION_OVERWRITTEN') this.mismatches.push({ key, leaf, signed, found: hash });
    return published;
  }

  private follow(place: LeafPlace, leaf: number, sealed: StoredEntry | undefined, batchEnd: number): void {
    if (place.own) {
      const { stream, seq } = place.own;
      const wanted = this.streams.get(stream) ?? 1;
      if (seq !== wanted) {
        this.findings.add({
          code: 'SEQUENCE_BROKEN',
          where: place.key,
          leaf,
          message: `The entry ${seq} of ${stream} was sealed where ${wanted} was next.`,
        });
      }
      this.streams.set(stream, Math.max(wanted, seq + 1));
    }
    if (sealed !== undefined) this.readEntry(place, leaf, sealed, batchEnd);
  }

  private readEntry({ key, own }: LeafPlace, leaf: number, sealed: StoredEntry, batchEnd: number): void {
    const judged = sealed.judge();
    if (!judged.ok) {
      this.findings.add({
        code: 'ENTRY_MALFORMED',
        where: key,
        leaf,
        message: `This was written and sealed, but it is no ledger entry: ${judged.reason}.`,
      });
      return;
    }
    const { entry } = judged;
    if (entry.sessionId !== own?.stream || entry.seq !== own.seq) {
      this.findings.add({
        code: 'ENTRY_MISPLACED',
        where: key,
        leaf,
        message: `This entry calls itself ${ledgerKey.entry(entry.sessionId, entry.seq)}: whoever wrote it put it under another name.`,
      });
    }
    this.keys.sealed(entry, batchEnd);
    this.times.entry(entry, key, leaf);
    if (leaf < this.earlier) return;
    if (entry.type === 'erasure') this.erasures += 1;
    this.intents.follow(entry, key, leaf);
  }

  private async checkBundle(size: number): Promise<void> {
    const known = this.bundle.filter((content) => content !== undefined);
    if (known.length === this.bundle.length) {
      await this.published.checkBundle(Math.ceil(size / TILE_WIDTH) - 1, known);
    }
    this.bundle = [];
  }

  /** A batch that was changed along with its entries: what of it isn't in the signed tree, and what lacks. */
  private judgeDifference(
    claim: Claim,
    batch: Batch,
    signedPlaces: readonly LeafPlace[],
    signed: readonly TreeHash[],
  ): void {
    const { from } = claim;
    const { missing, surplus, reorderedAt } = compareLeaves(signed, batch.hashes);
    const lost = new Map(missing.map((at) => [signedPlaces[at].key, at]));
    for (const at of surplus) {
      const { key } = claim.places[at];
      const found = claim.found[at];
      if (lost.has(key)) {
        // Stands under the same name with other content: reported where the object is compared.
        if (typeof found === 'string' || !found.hash().equals(signed[lost.get(key) ?? 0])) continue;
        this.batchAltered(
          batchKey(from),
          `This batch names another hash for ${key} than was signed. The entry is whole.`,
        );
      } else {
        this.inserted.add(key);
        this.findings.add({
          code: 'ENTRY_INSERTED',
          where: key,
          leaf: from + at,
          message: 'The signed tree has no such entry: it was put in afterwards.',
        });
      }
    }
    if (missing.length === 0 && surplus.length === 0 && reorderedAt !== undefined) {
      this.findings.add({
        code: 'ENTRIES_REORDERED',
        where: signedPlaces[reorderedAt].key,
        leaf: from + reorderedAt,
        message: `From leaf ${from + reorderedAt} on, the batch names the entries in another order than was signed.`,
      });
    }
  }

  private judgeMismatches(): void {
    const wanted = new Map(this.mismatches.map(({ signed, key }) => [signed.toString('latin1'), key]));
    for (const { key, leaf, found } of this.mismatches) {
      const other = wanted.get(found.toString('latin1'));
      if (other !== undefined && other !== key) {
        this.findings.add({
          code: 'ENTRIES_REORDERED',
          where: key,
          leaf,
          message: `Here stands the entry that was sealed as ${other}.`,
        });
      } else {
        this.findings.add({
          code: 'ENTRY_ALTERED',
          where: key,
          leaf,
          message: 'This entry reads otherwise than when it was sealed.',
        });
      }
    }
  }

  // ------------------------------------------------------------ the end of the log

  private async checkEdge(): Promise<void> {
    if (this.broken) return;
    for (const { tile, hashes } of this.edge.partialTiles()) {
      // Partial tiles are published for the sizes of checkpoints, so only for the latest can they be expected.
      if (this.published.covered === this.edge.size) await this.published.checkTile(tile, hashes);
    }
    if (this.bundle.length > 0 && this.published.covered === this.edge.size) await this.checkBundle(this.edge.size);
  }

  /** Whether the checkpoint of a batch's end is where it must be. */
  private judgePresence(size: number, at: string): void {
    if (this.heads.count === 0) return;
    const key = ledgerKey.checkpoint(size);
    // Each batch is signed and witnessed before the next is begun. Batches are read after checkpoints, so a log that
    // grew meanwhile shows young ones that no checkpoint read here is beyond.
    const overtaken = this.heads.firstOf('ledger', size) !== undefined;
    const young = !overtaken && this.options.now - Date.parse(at) < this.options.sealWithinMs;
    const holders = new Set(this.heads.at(size).map(({ holder }) => holder));
    for (const holder of ['ledger', 'witness'] as const) {
      if (holders.has(holder) || this.heads.isRejected(holder, key) || this.history.has(key)) continue;
      if (holder === 'witness' && !this.source.witnessed) continue;
      // What is shown was kept before, and is read first; what isn't shown yet may be on its way.
      if (young && !holders.has('publication')) continue;
      this.findings.add({
        code: 'CHECKPOINT_MISSING',
        where: place(holder, key),
        message: `The signed checkpoint of ${size} leaves isn't ${holder === 'ledger' ? 'in the locked bucket' : 'at the witness'}.`,
      });
    }
  }

  private judgeDoubts(): void {
    const [size] = this.doubtful;
    if (size === undefined) return;
    const head = this.heads.at(size)[0];
    this.findings.add({
      code: 'TREE_ALTERED',
      where: ledgerKey.checkpoint(size),
      leaf: this.vouched.size,
      message: `The leaves ${this.vouched.size} to ${size - 1} don't lead to the root that the ${head.holder}'s checkpoint signs, and the published tiles don't tell which of them was changed.`,
    });
  }

  private judgeEnd(): void {
    const { largest } = this.heads;
    if (!this.broken && largest && largest.size > this.edge.size) {
      const gone = largest.size - this.edge.size;
      this.findings.add({
        code: 'TRUNCATED',
        where: place(largest.holder, largest.key),
        leaf: this.edge.size,
        message: `${holderName(largest.holder)} a signed checkpoint of ${largest.size} leaves, and the ledger ends after ${this.edge.size}: the last ${gone} ${gone === 1 ? 'is' : 'are'} gone.`,
      });
    }
    this.times.end(this.options.now);
  }

  /** Counts entries that wait for their seal, and reports those that wait too long. */
  private async judgeUnsealed(): Promise<number> {
    const cut = this.broken || this.findings.list.some(({ code }) => code === 'TRUNCATED');
    let pending = 0;
    for await (const object of this.source.list('entries/')) {
      const { key } = object;
      const { own } = leafPlace(key);
      if (own && own.seq < (this.streams.get(own.stream) ?? 1)) {
        this.listed += 1;
        continue;
      }
      // Which of the entries behind a cut were sealed can't be told.
      if ((own && cut) || this.inserted.has(key)) continue;
      const since = object.modified ?? (await this.writtenAt(key));
      if (own && this.options.now - since <= this.options.sealWithinMs) {
        pending += 1;
        continue;
      }
      this.findings.add({
        code: own ? 'UNSEQUENCED' : 'ENTRY_INSERTED',
        where: key,
        message: own
          ? `This entry was written at ${new Date(since).toISOString()} and isn't in the signed tree.`
          : 'No writer makes a key like this.',
      });
    }
    return pending;
  }

  private async writtenAt(key: string): Promise<number> {
    const [text = ''] = await this.source.read([key]);
    const parsed = parseEntry(text);
    return parsed.ok ? Date.parse(parsed.entry.at) : 0;
  }

  // ------------------------------------------------------------ roots

  /**
   * Whether leaves that follow the tree lead to the signed roots: with `strict`, to one at their very end; else to all
   * that there are, where there are any.
   */
  private leadsToHead(leaves: readonly TreeHash[], strict: boolean): boolean {
    const end = this.edge.size + leaves.length;
    if (strict && this.heads.at(end).length === 0) return false;
    // An inner head that differs while the last holds is a fork, and doesn't speak against the leaves.
    const last = this.heads.between(this.edge.size, end).at(-1);
    return last === undefined || this.rootHolds(last, leaves);
  }

  private rootHolds(size: number, leaves: readonly TreeHash[]): boolean {
    const root = this.grow(leaves).roots.get(size);
    return root !== undefined && this.heads.at(size).some((head) => head.root.equals(root));
  }

  /** The tree with these leaves appended. Hashing is most of an audit's work, so the last answer is kept. */
  private grow(leaves: readonly TreeHash[]): GrownTree {
    const from = this.edge.size;
    if (this.grown?.from === from && this.grown.leaves === leaves) return this.grown;
    const edge = this.edge.copy();
    const tiles: { tile: TileId; hashes: readonly TreeHash[] }[] = [];
    const roots = new Map<number, TreeHash>();
    let at = 0;
    const upTo = (size: number) => {
      for (; from + at < size; at += 1) edge.append(leaves[at], (tile, hashes) => tiles.push({ tile, hashes }));
    };
    for (const size of this.heads.between(from, from + leaves.length)) {
      upTo(size);
      roots.set(size, edge.root());
    }
    upTo(from + leaves.length);
    this.grown = { from, leaves, edge, tiles, roots };
    return this.grown;
  }

  private reportFork(size: number): void {
    const [head] = this.heads.at(size);
    this.findings.add({
      code: 'FORK',
      where: place(head.holder, head.key),
      message: `${holderName(head.holder)} a signed root of ${size} leaves that isn't a part of this log, though later roots are: somebody was shown another history.`,
    });
  }

  private breakOff(from: number, to: number): void {
    this.broken = true;
    this.findings.add({
      code: 'TREE_ALTERED',
      where: batchKey(from),
      leaf: from,
      message: `Neither the batches nor the published tiles tell the leaves from ${from} ${to > from ? `to ${to - 1} ` : ''}on: nothing after them can be checked.`,
    });
  }

  private batchAltered(where: string, message: string): void {
    this.findings.add({ code: 'BATCH_ALTERED', where, message });
  }
}

/** Reads one thing after the other, and each while the one before is being dealt with. */
async function* readAhead<Item, Read>(
  items: readonly Item[],
  read: (item: Item) => Promise<Read>,
): AsyncIterable<Read> {
  let next: Promise<Read> | undefined;
  for (let i = 0; i < items.length; i += 1) {
    const reading = next ?? read(items[i]);
    next = i + 1 < items.length ? read(items[i + 1]) : undefined;
    // A failure counts once its turn comes.
    next?.catch(() => undefined);
    yield await reading;
  }
}

/** Keys of listed objects, some at a time. */
async function* pagesOf(objects: AsyncIterable<LedgerObject>): AsyncIterable<string[]> {
  let page: string[] = [];
  for await (const { key } of objects) {
    page.push(key);
    if (page.length < TILE_WIDTH) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function sameLeaves(one: readonly TreeHash[], other: readonly TreeHash[]): boolean {
  return one === other || (one.length === other.length && one.every((leaf, i) => leaf.equals(other[i])));
}

function keyOf(text: string): string | undefined {
  const parsed = parseEntry(text);
  return parsed.ok ? ledgerKey.entry(parsed.entry.sessionId, parsed.entry.seq) : undefined;
}

function holderName(holder: string): string {
  return holder === 'auditor' ? 'You kept' : `The ${holder} holds`;
}
