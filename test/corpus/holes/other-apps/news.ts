import { prove } from '../../../../lib/prove/claims';
import { Assembly } from '../../../../lib/template';
import { OTHER_APPS, type OtherApp, type Stack } from './apps';
import { DugApp, type OtherMutation } from './dug-app';

interface CleanApp {
  readonly stacks: readonly Stack[];
  readonly said: ReadonlySet<string>;
}

const CLEAN = new Map<OtherApp, CleanApp>();

/** An app as this library makes it, and what is said of it. Each is made once. */
export function cleanApp(name: OtherApp): CleanApp {
  let made = CLEAN.get(name);
  if (made === undefined) {
    const stacks = OTHER_APPS[name]();
    made = { stacks, said: saidOf(stacks) };
    CLEAN.set(name, made);
  }
  return made;
}

/** The stacks of an app with a change in them. */
export function dug({ app, dig }: OtherMutation): readonly Stack[] {
  const copy = new DugApp(cleanApp(app).stacks);
  dig(copy);
  return copy.stacks;
}

/** What is said of a changed app, and not of the app as it was. */
export function newsOf(mutation: OtherMutation): string[] {
  const { said } = cleanApp(mutation.app);
  return [...saidOf(dug(mutation))].filter((each) => !said.has(each));
}

/** Everything that fails `check` or `prove`. */
function saidOf(stacks: readonly Stack[]): ReadonlySet<string> {
  const { claims, checked } = prove(Assembly.of(...stacks));
  return new Set([
    ...checked.findings
      .filter(({ severity }) => severity !== 'warning')
      .map(({ ruleId, path, property, message }) => `${ruleId} ${path} ${property}: ${message}`),
    ...claims.flatMap(({ id, counterExamples }) => counterExamples.map((each) => `${id}: ${each}`)),
  ]);
}
