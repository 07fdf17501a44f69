import type { Connector } from '../connectors/connector';

/** Names that two connectors of an agent give to tools. @internal */
export function sharedNames(connectors: readonly Connector[]): string[] {
  const owners = new Map<string, Connector>();
  const findings: string[] = [];
  for (const { toolName, connector } of connectors.flatMap(({ tools }) => tools)) {
    const other = owners.get(toolName);
    if (other) {
      findings.push(
        `the tool "${toolName}" is defined by ${other.node.path} and by ${connector.node.path}; give each tool a name of its own`,
      );
    }
    owners.set(toolName, connector);
  }
  return findings;
}
