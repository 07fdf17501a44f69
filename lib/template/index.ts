/**
 * Reads a synthesized app from its templates alone. `prove`, `check` and the cdk-nag rules are built on it.
 *
 * ```ts
 * const assembly = Assembly.load('cdk.out');
 * for (const group of assembly.ofType('AWS::EC2::SecurityGroup')) {
 *   // One entry for each item and each of its possible values: both sides of an Fn::If, each allowed parameter value.
 *   for (const { value, where, assuming } of group.items('SecurityGroupEgress')) {
 *     if (value instanceof Unresolved) report(group.path, where, `can't be proven: ${value.reason}`);
 *     else if (isObject(value)) {
 *       const cidr = value.CidrIp; // a string, Text, Reference, Unresolved, or undefined when absent
 *       if (cidr === '0.0.0.0/0') report(group.path, where, `open ${assuming.join(', ')}`);
 *     }
 *   }
 * }
 * // A whole value, every possible one (in each branch its members are consistent with each other):
 * const [first] = fn.property('VpcConfig');
 * // References are equal when their keys are: Ref and GetAtt of the same thing, imports and nested stacks included.
 * const owner = assembly.find(value); // Resource | undefined
 * ```
 *
 * When you write a rule:
 * - An absent property, or AWS::NoValue, is `undefined`. CloudFormation accepts `'true'` for `true` and `'443'` for
 *   `443`: compare with `isTrue`, `isFalse` and `asNumber`.
 * - `Unresolved` is never safe. A parameter with a default is read as the default, which `assuming` names. With
 *   AllowedValues it branches over them. Without either it is `Unresolved`.
 * - `Text` is a string with unknown pieces (`arn:${AWS::Partition}:s3:::${Bucket}/*`). `String(text)` is for messages, never
 *   for decisions.
 * - A policy or state machine given as a JSON string: `parseJsonText(value)`.
 * - `template.transforms`, `template.oddities` and `surveyOf(template)` name what this reader can't read: TemplateReadable reports them.
 * - A text with an unknown piece is as unknown as the piece: `unknownIn(value)`.
 * - For messages: `resource.path` (construct path), `resource.template.name`, `resource.line`, `resource.below(where)`.
 */
export { Assembly, type StackFile, stackFilesIn } from './model/assembly';
export { hasDynamicReference } from './model/dynamic-references';
export { parseJsonText } from './model/json-text';
export { resourcesIn, resourcesNamedBy } from './model/named-resources';
export { surveyOf } from './model/survey';
export { type Item, Resource, Template, type TemplateSource } from './model/template';
export {
  asNumber,
  type Branch,
  DynamicReference,
  describe,
  isFalse,
  isObject,
  isTextual,
  isTrue,
  keyOf,
  listOf,
  memberOf,
  partsOf,
  piecesOf,
  placeInList,
  Reference,
  type Resolved,
  referencesIn,
  sameValue,
  Text,
  type TextPiece,
  textOf,
  Unresolved,
  unknownIn,
  type Value,
} from './model/value';
