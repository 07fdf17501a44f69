import { MAX_PROBATION_CALLS, type Probation, type Sha256Hex } from '../../runtime/core/contracts';
import type { Tool } from '../connectors/connector';
import type { ProbationOptions } from './probation-options';

/** @internal */
export function probationManifest(options: ProbationOptions, key: Sha256Hex): Probation {
  return {
    key,
    ...(options.calls === undefined ? {} : { calls: options.calls }),
    ...(options.duration === undefined ? {} : { seconds: options.duration.toSeconds() }),
  };
}

/** What is wrong with the probation that all tools share, and with each tool's own. @internal */
export function probationProblems(tools: readonly Tool[], shared: ProbationOptions | undefined): string[] {
  return [
    ...problemsOf('probation', shared),
    ...tools.flatMap(({ connector, toolName, _options }) =>
      problemsOf(`${connector.node.path}: tool "${toolName}": probation`, _options.probation),
    ),
  ];
}

function problemsOf(where: string, options: ProbationOptions | undefined): string[] {
  if (options === undefined) return [];
  const { calls, duration } = options;
  if (calls === undefined && duration === undefined) return [`${where}: give calls, a duration, or both`];
  if (calls !== undefined && (!Number.isInteger(calls) || calls < 1 || calls > MAX_PROBATION_CALLS)) {
    return [`${where}: calls must be a whole number from 1 to ${MAX_PROBATION_CALLS}`];
  }
  if (duration === undefined) return [];
  if (duration.isUnresolved()) return [`${where}: the duration is known only at deployment; write it out`];
  return duration.toMilliseconds() < 60_000 ? [`${where}: the duration must be a minute or more`] : [];
}
