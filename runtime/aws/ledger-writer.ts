import { GetObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { type LedgerEntry, ledgerKey } from '../core/contracts';
import { encodeEntry, parseEntry } from '../core/ledger/entry';
import { s3 } from './clients';

/** Another entry holds this sequence number already: take the next one and append again. */
export class LedgerConflictError extends Error {
  readonly code = 'LEDGER_CONFLICT';

  constructor(readonly key: string) {
    super(`${key} is taken by another entry; take the next sequence number and append again`);
    this.name = 'LedgerConflictError';
  }
}

/** Times that {@link LedgerWriter.appendNext} takes a further sequence number before it gives up. */
const SEQUENCE_ATTEMPTS = 5;
/** Times that one write is sent, where S3 answers that a competing write was under way. */
const WRITE_ATTEMPTS = 4;

/** Writes ledger entries, each once and for good. */
export class LedgerWriter {
  constructor(
    private readonly bucketName: string,
    private readonly client: S3Client = s3(),
  ) {}

  /**
   * Stores an entry under its stream and sequence number and returns the key. Appending the same entry again succeeds,
   * so a retry after a lost reply is harmless.
   *
   * @throws LedgerConflictError when a different entry holds that number, a `void` of the sealer for one
   */
  async append(entry: LedgerEntry): Promise<string> {
    const key = ledgerKey.entry(entry.sessionId, entry.seq);
    await createOnly(this.client, this.bucketName, key, encodeEntry(entry));
    return key;
  }

  /**
   * Appends with the next free sequence number: whoever loses a number takes another, so that no entry is lost.
   *
   * @param takeSeq gives out a number of the stream, a new one at each call
   * @param make makes the entry for a number
   */
  async appendNext(takeSeq: () => Promise<number>, make: (seq: number) => LedgerEntry): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.append(make(await takeSeq()));
      } catch (error) {
        if (!(error instanceof LedgerConflictError) || attempt === SEQUENCE_ATTEMPTS) throw error;
      }
    }
  }

  /** Reads an entry back. @throws Error when there is none, or it isn't an entry */
  async read(key: string): Promise<LedgerEntry> {
    const parsed = parseEntry(await readText(this.client, this.bucketName, key));
    if (!parsed.ok) throw new Error(`${key} holds no ledger entry: ${parsed.reason}`);
    return parsed.entry;
  }
}

/**
 * Creates an object that must not exist, or exist with the same bytes.
 *
 * @throws LedgerConflictError when it exists with other bytes
 */
export async function createOnly(client: S3Client, bucketName: string, key: string, text: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucketName,
          Key: key,
          Body: text,
          ContentType: key.startsWith('checkpoints/') ? 'text/plain; charset=utf-8' : 'application/json',
          IfNoneMatch: '*',
          // Object Lock refuses an upload without a checksum.
          ChecksumAlgorithm: 'SHA256',
        }),
      );
      return;
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
      const status = error.$metadata.httpStatusCode;
      if (status === 412) {
        if ((await readText(client, bucketName, key)) === text) return;
        throw new LedgerConflictError(key);
      }
      // 409 ConditionalRequestConflict: a competing write ran at the same moment; S3 asks to send it again.
      if (status !== 409 || attempt === WRITE_ATTEMPTS) throw error;
    }
  }
}

async function readText(client: S3Client, bucketName: string, key: string): Promise<string> {
  const found = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: key }));
  return (await found.Body?.transformToString('utf-8')) ?? '';
}
