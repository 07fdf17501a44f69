import { Fn, type Stack, Token, Tokenization } from 'aws-cdk-lib';

/** A piece of an ARN in a template: text, or an intrinsic function. */
type Piece = string | object;

/**
 * One field of an ARN, counted from zero (0 is `arn`, 4 the account, 5 the resource), in its shortest form: a field that
 * is a plain reference stays one, and only an ARN that is one reference is split at deployment.
 * @internal
 */
export function arnField(stack: Stack, arn: string, index: number): string {
  const fields = knownFields(piecesOf(stack, arn));
  const field = index === 5 && fields ? joinFrom(fields, 5) : fields?.[index];
  if (fields && fields.length > index && field) return text(field);
  return Fn.select(index, Fn.split(':', arn));
}

/**
 * The resource's name up to the first slash: the bucket of an S3 ARN, the API of an execute-api ARN.
 * @internal
 */
export function arnResourceHead(stack: Stack, arn: string): string {
  const pieces = piecesOf(stack, arn);
  const fields = knownFields(pieces);
  const resource = fields?.[5];
  if (resource) {
    const head: Piece[] = [];
    for (const piece of resource) {
      if (typeof piece === 'string' && piece.includes('/')) {
        head.push(piece.slice(0, piece.indexOf('/')));
        return text(head);
      }
      head.push(piece);
    }
    return text(head);
  }
  // `bucketArn/prefix`: a reference to an ARN, followed by text.
  const [reference, suffix] = pieces;
  const whole = reference && suffix && isSuffix(suffix) ? text([reference]) : arn;
  return Fn.select(0, Fn.split('/', Fn.select(5, Fn.split(':', whole))));
}

function isSuffix(piece: Piece): boolean {
  return typeof piece === 'string' && piece.startsWith('/');
}

/** The texts and tokens of an ARN. */
function piecesOf(stack: Stack, arn: string): Piece[] {
  const pieces = arn
    .split(TOKEN)
    .filter((part) => part !== '')
    .flatMap((part) => (TOKEN.test(part) ? piecesOfToken(stack, part) : [part]));
  return joined(pieces);
}

/** Adjacent texts as one. */
function joined(pieces: readonly Piece[]): Piece[] {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (typeof last === 'string' && typeof piece === 'string') merged[merged.length - 1] = last + piece;
    else merged.push(piece);
  }
  return merged;
}

const TOKEN = /(\$\{Token\[[^\]]+\]\})/;

/**
 * A token that names a resource stays a token: only then does CDK see that the resource may be in another stack, and export
 * it there.
 */
function piecesOfToken(stack: Stack, token: string): Piece[] {
  const resolved: unknown = stack.resolve(token);
  if (typeof resolved === 'string') return [resolved];
  const join = (resolved as { 'Fn::Join'?: [string, Piece[]] })['Fn::Join'];
  if (join && join[0] === '' && Array.isArray(join[1]) && join[1].every(isPlain)) return join[1];
  return [Tokenization.reverseCompleteString(token) ?? (resolved as object)];
}

/** A text, or a reference to a pseudo parameter. */
function isPlain(piece: Piece): boolean {
  return typeof piece === 'string' || /^\{"Ref":"AWS::\w+"\}$/.test(JSON.stringify(piece));
}

/** The fields of an ARN whose colons are all in its text, or undefined when an intrinsic stands for a whole ARN. */
function knownFields(pieces: Piece[]): Piece[][] | undefined {
  const first = pieces[0];
  if (typeof first !== 'string' || !first.startsWith('arn:')) return undefined;
  const fields: Piece[][] = [[]];
  for (const piece of pieces) {
    const [head, ...rest] = typeof piece === 'string' ? piece.split(':') : [piece];
    if (head) fields.at(-1)?.push(head);
    for (const part of rest) fields.push(part ? [part] : []);
  }
  return fields;
}

function joinFrom(fields: Piece[][], index: number): Piece[] {
  return fields.slice(index).flatMap((field, position) => (position === 0 ? field : [':', ...field]));
}

function text(pieces: Piece[]): string {
  return Fn.join(
    '',
    pieces.map((piece) => (typeof piece === 'string' ? piece : Token.asString(piece))),
  );
}
