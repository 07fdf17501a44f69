import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import type { Choices } from './choices';
import type { Value } from './value';

/** The template around a value: what the intrinsic functions refer to. */
export interface Scope {
  /** Name of the template: the first part of each reference's key. */
  readonly name: string;
  parameter(name: string): ParameterValue | undefined;
  condition(name: string): JsonValue | undefined;
  mapping(name: string): JsonObject | undefined;
  /** Type of a resource; undefined when the template has no such logical id. */
  resourceType(logicalId: string): string | undefined;
  /** AWS::AccountId or AWS::Region as text, where the stack's environment is known. */
  pseudo(name: string): string | undefined;
  /** The value of a nested stack's output, when the nested stack is in the assembly. */
  nestedOutput(logicalId: string, output: string, choices: Choices, where: string): Value | undefined;
  /** The value that a stack of the assembly exports under that name. */
  imported(exportName: Value, choices: Choices, where: string): Value | undefined;
}

/** What is known of a parameter's value. */
export type ParameterValue =
  /** `otherwise`: what it is where the value turns out to be AWS::NoValue. */
  | { readonly kind: 'given'; readonly evaluate: (choices: Choices) => Value; readonly otherwise: ParameterValue }
  /** `hidden`: NoEcho. Messages must not repeat it. */
  | { readonly kind: 'default'; readonly value: Value; readonly hidden: boolean }
  | { readonly kind: 'allowed'; readonly values: readonly Value[]; readonly hidden: boolean }
  | { readonly kind: 'unknown'; readonly reason: string };
