const DEFAULT_RETRY_MS = 1000;

/**
 * Reads the data of server-sent events from pieces of text, in whatever places they are cut.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class EventStream {
  private id: string | undefined;
  private retry = DEFAULT_RETRY_MS;
  /** Pieces of a line that hasn't ended. They are joined once it has, so that a long line isn't copied for each piece. */
  private pieces: string[] = [];
  private data: string[] = [];
  private begun = false;

  /** @returns the data of each event that has ended by now */
  read(piece: string): string[] {
    if (piece === '') return [];
    const text = this.begun ? piece : piece.replace(/^\ufeff/, '');
    this.begun = true;
    const last = this.pieces.at(-1) ?? '';
    if (!/[\r\n]/.test(text) && !last.endsWith('\r')) {
      this.pieces.push(text);
      return [];
    }
    const whole = this.pieces.join('') + text;
    // A carriage return at the end may be the first half of a line break.
    const held = whole.endsWith('\r') ? 1 : 0;
    const lines = whole.slice(0, whole.length - held).split(/\r\n|\n|\r/);
    this.pieces = [(lines.pop() ?? '') + whole.slice(whole.length - held)];
    return lines.flatMap((line) => this.line(line));
  }

  /** Names the last event, so that a server can go on after it. Undefined: it can't. */
  get lastEventId(): string | undefined {
    return this.id;
  }

  /** How long the server asks to wait before it is asked to go on. */
  get retryMs(): number {
    return this.retry;
  }

  private line(line: string): string[] {
    if (line === '') {
      const data = this.data;
      this.data = [];
      // An event without data, such as the empty one that makes a stream resumable, is no message.
      return data.length > 0 && data.some((each) => each !== '') ? [data.join('\n')] : [];
    }
    const [field, value] = fieldOf(line);
    if (field === 'data') this.data.push(value);
    // What can't be a header can't be sent back.
    else if (field === 'id') this.id = /^[\x21-\x7e]{1,1024}$/.test(value) ? value : undefined;
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) this.retry = Number(value);
    return [];
  }
}

function fieldOf(line: string): readonly [field: string, value: string] {
  const colon = line.indexOf(':');
  if (colon < 0) return [line, ''];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value];
}
