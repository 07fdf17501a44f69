import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { add } from '../../../lib/prove/hole';
import type { Resources } from '../../../lib/prove/quickstart-template';
import { type Candidate, spellingFor } from './candidate';
import { attributeOf, NAMERS } from './namers';
import { otherStack, referenceFor } from './other-stack';
import { ofRuntime } from './place';

/** How one resource may name another. */
const SPELLINGS = ['as it is', 'in a text', 'joined', 'from another stack'] as const;

/** Each resource of the runtime named by one more resource, whatever lets others use, read or change what it is. */
export function additions(resources: Resources): Candidate[] {
  return ofRuntime(resources).flatMap(([logicalId, { Type, Properties }]) =>
      (NAMERS[Type] ?? []).flatMap(([type, harm, properties], i): Candidate[] => {
        const id = `add ${type} ${i} ${logicalId}`;
        const spelling = spellingFor(id, SPELLINGS);
        const of = (ref: JsonValue, arn: JsonValue): JsonObject | undefined =>
          properties({ ref, arn, properties: Properties });
        if (of('', '') === undefined) return [];
        const ref = { Ref: logicalId };
        const arn = { 'Fn::GetAtt': [logicalId, attributeOf(Type)] };
        const kind = `${type} ${Type}`;
        if (spelling === 'from another stack') {
          return [
            {
              id,
              harm,
              kind,
              dig: (_, body) => {
                // Only what is used is exported: not every type has an ARN.
                const named = {
                  get ref() {
                    return referenceFor(body, ref, 'Name');
                  },
                  get arn() {
                    return referenceFor(body, arn, 'Arn');
                  },
                  properties: Properties,
                };
                return otherStack(type, properties(named) ?? {});
              },
            },
          ];
        }
        const spelled = (value: JsonObject, text: string): JsonValue =>
          spelling === 'in a text'
            ? { 'Fn::Sub': `\${${text}}` }
            : spelling === 'joined'
              ? { 'Fn::Join': ['', [value]] }
              : value;
        const named = of(spelled(ref, logicalId), spelled(arn, `${logicalId}.${attributeOf(Type)}`)) ?? {};
        return [{ id, harm, kind, dig: (r) => add(r, 'Hole', type, named) }];
      }),
    );
}
