/**
 * Reads a synthesized app from its templates alone: what `prove`, `check` and the cdk-nag rules stand on.
 *
 * ```ts
 * const assembly = Assembly.load('cdk.out');
 * for (const group of assembly.ofType('AWS::EC2::SecurityGroup')) {
 *   // One entry for each item in each way it can turn out: both sides of an Fn::If, each allowed parameter value.
 *   for (const { value, where, assuming } of group.items('SecurityGroupEgress')) {
 *     if (value instanceof Unresolved) report(group.path, where, `can't be proven: ${value.reason}`);
 *     else if (isObject(value)) {
 *       const cidr = value.CidrIp; // a string, Text, Reference, Unresolved, or undefined when absent
 *       if (cidr === '0.0.0.0/0') report(group.path, where, `open ${assuming.join(', ')}`);
 *     }
 *   }
 * }
 * // A whole value, every way it can turn out (members agree with each other in each branch):
 * const [first] = fn.property('VpcConfig');
 * // References are equal when their keys are: Ref and GetAtt of the same thing, imports and nested stacks included.
 * const owner = assembly.find(value); // Resource | undefined
 * ```
 *
 * What to know when writing a rule on it:
 * - An absent property, or AWS::NoValue, is `undefined`. CloudFormation accepts `'true'` for `true` and `'443'` for
 *   `443`: compare with `isTrue`, `isFalse` and `asNumber`.
 * - `Unresolved` is never safe. `unresolvedIn(value)` finds those inside. A parameter with a default reads as the
 *   default, named in `assuming`; with AllowedValues it branches over them; without either it is `Unresolved`.
 * - `Text` is a string with unknown pieces (`arn:${AWS::Partition}:s3:::${Bucket}/*`); `String(text)` shows it, never
 *   decides on it.
 * - A policy or state machine given as a JSON string: `parseJsonText(value)`.
 * - `template.transforms` and `template.oddities` say what this reader can't see through: report them.
 * - Messages: `resource.path` (construct path), `resource.template.name`, `resource.line`, `where`.
 */
export { Assembly, type LoadOptions, type StackFile } from './model/assembly';
export { asNumber, isFalse, isTrue } from './model/scalar';
export { type Item, Resource, Template, type TemplateSource } from './model/template';
export {
  type Branch,
  describe,
  isObject,
  isTextual,
  keyOf,
  parseJsonText,
  piecesOf,
  Reference,
  type Resolved,
  referencesIn,
  sameValue,
  Text,
  type TextPiece,
  Unresolved,
  unresolvedIn,
  type Value,
  type ValueObject,
  visit,
} from './model/value';
