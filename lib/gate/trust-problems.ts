import { Token } from 'aws-cdk-lib';
import type { Connector } from '../connectors/connector';

/** Longest value that can be compared with a target, in characters. */
const LONGEST = 1024;
/** Longer lists belong in a policy, or in a tool that looks values up. */
const MOST = 10_000;

/** What is wrong with the values that are trusted as targets. @internal */
export function trustProblems(connectors: readonly Connector[], directory: readonly string[] = []): string[] {
  return [
    ...listProblems('trustedDirectory', directory),
    ...connectors.flatMap(({ node, tools }) =>
      tools.flatMap(({ toolName, _options: { targets = [], trustedTargets = [] } }) => {
        const where = `${node.path}: tool "${toolName}": trustedTargets`;
        return trustedTargets.length > 0 && targets.length === 0
          ? [`${where}: the tool has no targets; name the arguments that hold these values in "targets"`]
          : listProblems(where, trustedTargets);
      }),
    ),
  ];
}

function listProblems(where: string, values: readonly string[]): string[] {
  if (Token.isUnresolved(values)) return [`${where}: the list is known only at deployment; write the values out`];
  if (values.length > MOST) return [`${where}: has ${values.length} values; write at most ${MOST}`];
  return values.flatMap((value, index) => {
    if (Token.isUnresolved(value)) return [`${where}: value ${index + 1} is known only at deployment; write it out`];
    if (value === '' || value.length > LONGEST)
      return [`${where}: value ${index + 1} is empty or over ${LONGEST} characters`];
    // Matches are exact, so a pattern would never match, although it looks as if it did.
    if (value.includes('*'))
      return [`${where}: value ${index + 1} has a *, but matches are exact; write each value out`];
    return [];
  });
}
