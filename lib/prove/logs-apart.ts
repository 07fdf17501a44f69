import type { Assembly, Resource } from '../template';
import { namedAt } from './named-at';
import type { RuntimeParts } from './runtime-parts';

/** What writes to a log besides parts, and by which property. A firewall's connectors share theirs. */
const WRITERS: { readonly [type: string]: string } = {
  'AWS::ApiGateway::Stage': 'AccessLogSetting',
  'AWS::EC2::FlowLog': 'LogGroupName',
  'AWS::Route53Resolver::ResolverQueryLoggingConfig': 'DestinationArn',
};

/** What a part writes with. */
const LOGGING = ['LoggingConfig', 'LoggingConfiguration', 'ContainerDefinitions'];

/** Logs of a part into which something else writes: who reads it couldn't tell which of the two did what it says. */
export function sharedLogs(assembly: Assembly, parts: RuntimeParts): string[] {
  const byLog = new Map<Resource, Resource[]>();
  const add = (writer: Resource, ...members: readonly string[]): void => {
    const logs = namedAt(assembly, writer, ...members).filter(({ type }) => type === 'AWS::Logs::LogGroup');
    for (const log of new Set(logs)) byLog.set(log, [...(byLog.get(log) ?? []), writer]);
  };
  for (const workload of parts.workloads.keys()) if (WRITERS[workload.type] === undefined) add(workload, ...LOGGING);
  for (const [type, member] of Object.entries(WRITERS)) {
    for (const writer of assembly.ofType(type)) add(writer, member);
  }
  return [...byLog]
    .filter(([log, writers]) => writers.length > 1 && isOfPart(parts, log, writers))
    .map(([log, writers]) => `${log.path} is the log of several: ${writers.map(({ path }) => path).join(', ')}`);
}

function isOfPart(parts: RuntimeParts, log: Resource, writers: readonly Resource[]): boolean {
  return parts.placeOf(log) !== undefined && writers.some((writer) => parts.ofWorkload(writer) !== undefined);
}
