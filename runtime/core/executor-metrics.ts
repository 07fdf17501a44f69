import { embeddedMetric } from './embedded-metric';

/** The dimension: a connector of an agent, whichever of its functions it was. */
export const CONNECTOR_DIMENSION = 'Connector';

export function connectorDimension(agentId: string, connector: string): string {
  return `${agentId}/${connector}`;
}

/** The event in a connector's log, if its target's own definition of a tool isn't the reviewed one. */
export const DEFINITION_CHANGED = 'tool_definition_changed';
export const CHANGED_DEFINITIONS = 'ChangedDefinitions';

/**
 * Members that make CloudWatch count a record of a connector's log. Empty: the record counts nothing.
 * @param connector its `connectorDimension`
 */
export function executorMetrics(
  record: Readonly<Record<string, unknown>>,
  nowMs: number,
  connector: string,
): Record<string, unknown> {
  if (record.event !== DEFINITION_CHANGED) return {};
  const counted = { name: CHANGED_DEFINITIONS, unit: 'Count', value: 1 } as const;
  return embeddedMetric({ dimension: CONNECTOR_DIMENSION, of: connector, ...counted }, nowMs);
}
