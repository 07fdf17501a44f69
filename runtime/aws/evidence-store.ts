import { hash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { EvidenceReference } from '../core/contracts';
import { s3 } from './clients';

/** The stored bytes don't have the hash of the reference. */
export class EvidenceMismatchError extends Error {
  readonly code = 'EVIDENCE_MISMATCH';

  constructor(key: string) {
    super(`The content of ${key} doesn't have the hash of its reference`);
    this.name = 'EvidenceMismatchError';
  }
}

/** Arguments and results. They can be erased, and every reference has their key and hash. */
export class EvidenceStore {
  constructor(
    private readonly bucketName: string,
    private readonly client: S3Client = s3(),
  ) {}

  /** Stores a text and returns its reference. The reference's hash has no salt, so it must not go into the ledger. */
  async put(key: string, text: string): Promise<EvidenceReference> {
    await this.client.send(
      new PutObjectCommand({
        Bucket: this.bucketName,
        Key: key,
        Body: text,
        ContentType: 'text/plain; charset=utf-8',
        ChecksumAlgorithm: 'SHA256',
      }),
    );
    return { s3Key: key, sha256: hash('sha256', text, 'hex') };
  }

  /** Reads the text of a reference. @throws EvidenceMismatchError if the bytes have another hash */
  async get(ref: EvidenceReference): Promise<string> {
    const found = await this.client.send(new GetObjectCommand({ Bucket: this.bucketName, Key: ref.s3Key }));
    const text = (await found.Body?.transformToString('utf-8')) ?? '';
    if (hash('sha256', text, 'hex') !== ref.sha256) throw new EvidenceMismatchError(ref.s3Key);
    return text;
  }
}
