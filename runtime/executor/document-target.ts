import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectOperation } from '../core/aws-operation';
import { type JsonObject, MAX_DOCUMENT_BYTES, type PinnedDocument } from '../core/contracts';
import { documentParts } from '../core/document-parts';
import type { ExecutorTool } from '../core/executor-config';
import { decodeDocument } from './decode-document';
import { NotSentError, type TargetAnswer } from './target-answer';

/** The parts that a session's document is read in. */
interface DocumentCall {
  readonly connector: string;
  readonly operation: ObjectOperation;
  readonly tool: Pick<ExecutorTool, 'timeoutMs'>;
  readonly bucket: string;
  readonly args: JsonObject;
  /** The documents of the session that the call belongs to. */
  readonly documents: readonly PinnedDocument[];
}

/**
 * Reads one part of a document of the session: the version that was there at the launch, and no other.
 * @throws NotSentError if the session has no such document
 */
export async function readDocument(s3: Pick<S3Client, 'send'>, call: DocumentCall): Promise<TargetAnswer> {
  const document = documentOf(call);
  const object = await s3.send(
    new GetObjectCommand({
      Bucket: call.bucket,
      Key: document.key,
      VersionId: document.versionId,
      IfMatch: document.etag,
    }),
    { abortSignal: AbortSignal.timeout(call.tool.timeoutMs) },
  );
  if ((object.ContentLength ?? 0) > MAX_DOCUMENT_BYTES) return unreadable('The document is too large.');
  const bytes = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
  const text = decodeDocument(bytes, object.ContentType ?? null);
  if (text === undefined) {
    return unreadable('The document isn’t text in its charset. Only text can be read: tell the user.');
  }
  const parts = documentParts(text);
  const part = Number(call.args.part ?? 1);
  const content = parts[part - 1];
  if (content === undefined) return unreadable(`The document has ${parts.length} parts. Ask for one of them.`);
  const { name } = document;
  return { ok: true, content: JSON.stringify({ name, part, parts: parts.length, text: content }), targetStatus: 200 };
}

function documentOf({ connector, operation, args, documents }: DocumentCall): PinnedDocument {
  const found = documents.find((each) => each.connector === connector && each.name === args.name);
  // The role can't read beyond the prefix either. An empty prefix would be the whole bucket.
  if (!found || !operation.keyPrefix || !found.key.startsWith(operation.keyPrefix)) {
    throw new NotSentError('No document of that name was given to this session.');
  }
  return found;
}

function unreadable(reason: string): TargetAnswer {
  return { ok: false, content: '', reason };
}
