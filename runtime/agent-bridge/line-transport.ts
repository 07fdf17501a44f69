import type { Readable, Writable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { type ReadLine, type RefusedLine, readMessage, refuseLong } from './read-message';

const LINE_FEED = 10;
/** The gate takes far less; what is longer isn't kept. */
const MOST_LINE_BYTES = 4 * 1024 * 1024;
/** Of a longer line, for finding its id. */
const END_BYTES = 256;

/**
 * MCP over standard input and output. The transport of MCP's package leaves a line that isn't a message without an answer, so its
 * sender would wait until its own time is over. This one answers each with an error.
 */
export class LineTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  private parts: Buffer[] = [];
  private bytes = 0;
  /** The first bytes of a line that is longer than is kept. */
  private longHead: string | undefined;

  constructor(
    private readonly input: Readable,
    private readonly output: Writable,
  ) {}

  async start(): Promise<void> {
    this.input.on('data', this.take);
  }

  async close(): Promise<void> {
    this.input.off('data', this.take);
    this.onclose?.();
  }

  send(message: JSONRPCMessage | RefusedLine): Promise<void> {
    return new Promise((resolve) => {
      if (this.output.write(`${JSON.stringify(message)}\n`)) resolve();
      else this.output.once('drain', resolve);
    });
  }

  private readonly take = (chunk: Buffer): void => {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      this.keep(chunk.subarray(from, end));
      this.endLine();
      from = end + 1;
    }
    this.keep(chunk.subarray(from));
  };

  private keep(part: Buffer): void {
    this.parts.push(part);
    this.bytes += part.length;
    if (this.bytes <= MOST_LINE_BYTES) return;
    const kept = Buffer.concat(this.parts);
    this.longHead ??= kept.toString('utf8', 0, END_BYTES);
    const tail = Buffer.from(kept.subarray(-END_BYTES));
    this.parts = [tail];
    // What is longer stays longer: the next part is looked at again.
    this.bytes = MOST_LINE_BYTES;
  }

  private endLine(): void {
    const text = Buffer.concat(this.parts).toString('utf8');
    const head = this.longHead;
    this.parts = [];
    this.bytes = 0;
    this.longHead = undefined;
    if (head === undefined && text.trim() === '') return;
    this.pass(head === undefined ? readMessage(text) : refuseLong(head, text, MOST_LINE_BYTES));
  }

  private pass(read: ReadLine): void {
    if (read.kind === 'message') this.onmessage?.(read.message);
    else for (const answer of read.answers) void this.send(answer);
  }
}
