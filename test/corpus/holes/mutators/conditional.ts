import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { declare } from '../../../lib/prove/hole';
import type { TemplateBody } from '../../../lib/prove/quickstart-template';
import { spellingFor } from './candidate';

/** What decides whether a protection is there: which isn't known until somebody deploys. */
const DECIDERS = [
  {
    Parameters: { Stage: { Type: 'String', AllowedValues: ['prod', 'dev'], Default: 'prod' } },
    Equals: ['Stage', 'dev'],
  },
  { Parameters: { Stage: { Type: 'String' } }, Equals: ['Stage', 'dev'] },
  { Parameters: {}, Equals: ['AWS::Region', 'eu-west-1'] },
] as const satisfies readonly { Parameters: JsonObject; Equals: readonly [string, string] }[];

/** Declares a condition that may hold, and gives its name. */
export function declareLowered(body: TemplateBody, id: string): string {
  const { Parameters, Equals } = spellingFor(id, DECIDERS);
  declare(body, 'Parameters', structuredClone(Parameters) as unknown as JsonObject);
  declare(body, 'Conditions', { Lowered: { 'Fn::Equals': [{ Ref: Equals[0] }, Equals[1]] } });
  return 'Lowered';
}

/** The weaker value where the condition holds. */
export function ifLowered(condition: string, weaker: JsonValue | undefined, value: JsonValue): JsonObject {
  return { 'Fn::If': [condition, weaker ?? { Ref: 'AWS::NoValue' }, value] };
}
