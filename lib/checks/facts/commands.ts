import { isObject, type Resource, type Value } from '../../template/index';
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
export function* commandsOf(resource: Resource): Generator<Command> {
  for (const name of Object.keys(resource.properties)) {
    for (const { value, assuming } of resource.property(name)) {
      for (const command of commandsIn(value, `Properties.${name}`, name)) yield { ...command, assuming };
    }
  }
}

function* commandsIn(value: Value, property: string, member: string): Generator<Omit<Command, 'assuming'>> {
  if (Array.isArray(value)) {
    if (OF_WORDS.test(member)) yield { text: value.map(knownTextOf).join(' '), property };
    else for (const [i, item] of value.entries()) yield* commandsIn(item, `${property}[${i}]`, member);
  } else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) yield* commandsIn(inner, `${property}.${name}`, name);
  }
}

/** Whether somebody runs a text, and so may write a credential into it. */
export function isRun({ names }: Pick<PlacedText, 'names'>): boolean {
  return names.some((name) => OF_LINES.test(name) || OF_WORDS.test(name));
}
