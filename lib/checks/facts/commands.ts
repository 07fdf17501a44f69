import { isObject, placeInList, type Resource, type Value } from '../../template/index';
import { knownTextOf, type PlacedText } from './texts';

/** What is run as a shell runs it: a list of words, or lines. */
export interface Command {
  readonly text: string;
  readonly property: string;
  readonly assuming: readonly string[];
}

/** Members with the words of one command. */
const OF_WORDS = /^(Command|EntryPoint|Entrypoint|Args|ContainerArguments|ContainerEntrypoint)$/;

/** Members with lines that a shell or an interpreter runs. */
const OF_LINES =
  /^(UserData|BuildSpec|ZipFile|InlineCode|StartCommand|BuildCommand|runCommand|commands?|content|Content|OnCreate|OnStart|ScriptBody|LifecycleScript|Inputs?)$/;

/** Lists of words in a resource's properties, each as one command. */
export function commandsOf(resource: Resource): readonly Command[] {
  const found: Command[] = [];
  for (const name of Object.keys(resource.properties)) {
    for (const { value, assuming } of resource.property(name)) {
      collectFrom(value, { property: `Properties.${name}`, member: name, assuming }, found);
    }
  }
  return found;
}

interface Place {
  readonly property: string;
  readonly member: string;
  readonly assuming: readonly string[];
}

function collectFrom(value: Value, place: Place, found: Command[]): void {
  const { property, member, assuming } = place;
  if (Array.isArray(value)) {
    if (OF_WORDS.test(member)) found.push({ text: value.map(knownTextOf).join(' '), property, assuming });
    else {
      for (const [i, item] of value.entries())
        collectFrom(item, { ...place, property: `${property}[${placeInList(value, i)}]` }, found);
    }
  } else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      collectFrom(inner, { property: `${property}.${name}`, member: name, assuming }, found);
    }
  }
}

/** Whether somebody runs a text, and so may write a credential into it. */
export function isRun({ names }: Pick<PlacedText, 'names'>): boolean {
  return names.some(isRunUnder);
}

/** Whether what stands under a member is run. */
export function isRunUnder(member: string): boolean {
  return OF_LINES.test(member) || OF_WORDS.test(member);
}
