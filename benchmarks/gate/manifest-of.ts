import { allowPolicy } from '../../runtime/core/cedar/policies';
import type { JsonObject, Manifest } from '../../runtime/core/contracts';
import { manifestOf, toolManifest } from '../../test/runtime/gate/gate-world';

const properties: JsonObject = {
  id: { type: 'string', pattern: '^T-[0-9]{1,8}$', maxLength: 10 },
  amountCents: { type: 'integer', minimum: 1, maximum: 1_000_000 },
  reasons: { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 40 } },
  note: { type: 'string', maxLength: 400 },
};

/** Arguments that every tool of {@link manifestWith} takes, about 200 bytes. */
export function argumentsOf(call: number): JsonObject {
  return {
    id: `T-${call}`,
    amountCents: 100 + (call % 4000),
    reasons: ['late', 'damaged'],
    note: 'The parcel came two days late and one of the two cups is broken; the customer sent a picture of it.',
  };
}

export const toolName = (index: number) => `tickets_tool_${index}`;

/** A deployment with so many tools, half of them reading, and one conditional policy for each. */
export function manifestWith(count: number): Manifest {
  const tools = Array.from({ length: count }, (_, index) =>
    toolManifest({ name: toolName(index), effect: index % 2 === 0 ? 'read' : 'write', properties, targets: ['/id'] }),
  );
  const allow = tools
    .map(({ name, connector }) =>
      allowPolicy({ id: `allow-${name}`, tool: name, connector, when: 'context.args.amountCents <= 50000' }),
    )
    .join('');
  return {
    ...manifestOf(tools, { allow }),
    maxCallsPerSession: 10_000_000,
    maxWaitingRequests: 10_000_000,
    maxDenialsPerSession: 10_000_000,
  };
}
