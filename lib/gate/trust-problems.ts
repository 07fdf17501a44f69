import { Token } from 'aws-cdk-lib';
import type { Connector } from '../connectors/connector';
import type { AddressBookEntry } from '../connectors/target-options';

/** Longest value that can be compared with a target, in characters. */
const LONGEST = 1024;
/** Longer lists belong in a policy, or in a tool that looks values up. */
const MOST = 10_000;

/** What is wrong with the values that are trusted as targets. @internal */
export function trustProblems(
  connectors: readonly Connector[],
  directory: readonly string[] = [],
  addressBook: readonly AddressBookEntry[] = [],
): string[] {
  return [
    ...listProblems('trustedDirectory', directory),
    ...bookProblems('addressBook', addressBook),
    ...connectors.flatMap(({ node, tools }) =>
      tools.flatMap(({ toolName, _options: { targets = [], trustedTargets = [], addressBook: ownBook = [] } }) => {
        const where = `${node.path}: tool "${toolName}"`;
        const useless = [
          ...(trustedTargets.length > 0 ? ['trustedTargets'] : []),
          ...(ownBook.length > 0 ? ['addressBook'] : []),
        ];
        return useless.length > 0 && targets.length === 0
          ? useless.map(
              (each) =>
                `${where}: ${each}: the tool has no targets; name the arguments that hold these values in "targets"`,
            )
          : [
              ...listProblems(`${where}: trustedTargets`, trustedTargets),
              ...bookProblems(`${where}: addressBook`, ownBook),
            ];
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

function bookProblems(where: string, entries: readonly AddressBookEntry[]): string[] {
  if (entries.length > MOST) return [`${where}: has ${entries.length} entries; write at most ${MOST}`];
  return entries.flatMap(({ name, aliases = [], targets }, index) => {
    const place = `${where}: entry ${index + 1}`;
    // A name with other white space would never be found in a task.
    const unlikely = [name, ...aliases].find((each) => !/^\S+( \S+)*$/.test(each) || !/\p{L}/u.test(each));
    if (unlikely !== undefined)
      return [`${place}: "${unlikely}" is no name; write words with one space between, such as "Ann Lee"`];
    if (targets.length === 0) return [`${place}: "${name}" has no targets; write at least one`];
    return listProblems(`${place}: targets`, targets);
  });
}
