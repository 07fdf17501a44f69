import type { Scope } from './scope';
import { Reference, type TextPiece } from './value';

/**
 * Characters that the value of a pseudo parameter can contain.
 *
 * Source: CloudFormation Template Reference, "Pseudo parameters reference"; CreateStack: a stack's name has letters, digits
 * and hyphens.
 */
const CHARACTERS: ReadonlyMap<string, RegExp> = new Map([
  ['AWS::AccountId', /^[0-9]*$/],
  ['AWS::Partition', /^[a-z-]*$/],
  ['AWS::Region', /^[a-z0-9-]*$/],
  ['AWS::StackName', /^[A-Za-z0-9-]*$/],
  ['AWS::URLSuffix', /^[a-z0-9.]*$/],
  ['AWS::StackId.part', /^[0-9a-f]*$/],
]);

/** Whether the value of a pseudo parameter can contain the text. True where its shape isn't known. */
export function mayContain({ isPseudo, logicalId }: Reference, text: string): boolean {
  const known = isPseudo ? CHARACTERS.get(logicalId.replace(/\(.*\)/, '').replace(/\d+$/, '')) : undefined;
  return known === undefined || known.test(text);
}

/**
 * A piece as far as its shape is known. `AWS::StackId` is an ARN that ends in the stack's name and a UUID:
 * `arn:aws:cloudformation:us-west-2:123456789012:stack/teststack/51af3dc0-da77-11e4-872e-1234567db123`.
 */
export function shapeOf(piece: TextPiece, scope: Scope): readonly TextPiece[] {
  const [, stack] = piece instanceof Reference && piece.isPseudo ? (STACK_ID.exec(piece.logicalId) ?? []) : [];
  if (stack === undefined) return [piece];
  const pseudo = (name: string): TextPiece => scope.pseudo(name) ?? new Reference('', name, 'Ref');
  const part = (index: number): TextPiece => new Reference('', `AWS::StackId(${stack}).part${index}`, 'Ref');
  return [
    'arn:',
    pseudo('AWS::Partition'),
    ':cloudformation:',
    pseudo('AWS::Region'),
    ':',
    pseudo('AWS::AccountId'),
    ':stack/',
    new Reference('', `AWS::StackName(${stack})`, 'Ref'),
    '/',
    ...[1, 2, 3, 4, 5].flatMap((index) => (index === 1 ? [part(index)] : ['-', part(index)])),
  ];
}

const STACK_ID = /^AWS::StackId\((.*)\)$/;
