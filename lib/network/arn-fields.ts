import { Fn, type Stack, Token } from 'aws-cdk-lib';

/** A piece of an ARN as CloudFormation sees it: text, or an intrinsic function. */
type Piece = string | object;

/**
 * One field of an ARN, counted from zero (0 is `arn`, 4 the account, 5 the resource), as short as it can be written:
 * a field that is a plain reference stays one, and only an ARN that is opaque as a whole is taken apart at deployment.
 * @internal
 */
export function arnField(stack: Stack, arn: string, index: number): string {
  const fields = knownFields(piecesOf(stack, arn));
  if (fields && fields.length > index) return text(index === 5 ? joinFrom(fields, 5) : fields[index]);
  return Fn.select(index, Fn.split(':', arn));
}

/**
 * The resource's name up to the first slash: the bucket of an S3 ARN, the API of an execute-api ARN.
 * @internal
 */
export function arnResourceHead(stack: Stack, arn: string): string {
  const pieces = piecesOf(stack, arn);
  const fields = knownFields(pieces);
  if (fields && fields.length > 5) {
    const head: Piece[] = [];
    for (const piece of fields[5]) {
      if (typeof piece === 'string' && piece.includes('/')) {
        head.push(piece.slice(0, piece.indexOf('/')));
        return text(head);
      }
      head.push(piece);
    }
    return text(head);
  }
  // `bucketArn/prefix`: an opaque ARN with text behind it.
  const whole = pieces.length > 1 && isSuffix(pieces[1]) ? text([pieces[0]]) : arn;
  return Fn.select(0, Fn.split('/', Fn.select(5, Fn.split(':', whole))));
}

function isSuffix(piece: Piece): boolean {
  return typeof piece === 'string' && piece.startsWith('/');
}

function piecesOf(stack: Stack, arn: string): Piece[] {
  const resolved: unknown = stack.resolve(arn);
  if (typeof resolved === 'string') return [resolved];
  const join = (resolved as { 'Fn::Join'?: [string, Piece[]] })['Fn::Join'];
  return join && join[0] === '' && Array.isArray(join[1]) ? join[1] : [resolved as object];
}

/** The fields of an ARN whose colons are all visible, or undefined when a whole ARN hides in an intrinsic. */
function knownFields(pieces: Piece[]): Piece[][] | undefined {
  const first = pieces[0];
  if (typeof first !== 'string' || !first.startsWith('arn:')) return undefined;
  const fields: Piece[][] = [[]];
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      fields[fields.length - 1].push(piece);
      continue;
    }
    const [head, ...rest] = piece.split(':');
    if (head) fields[fields.length - 1].push(head);
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
