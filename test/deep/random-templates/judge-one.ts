import * as vm from 'node:vm';
import { checkAssembly } from '../../../lib/checks/check-assembly';
import { RULES } from '../../../lib/checks/rules';
import { prove } from '../../../lib/prove/claims';
import { Assembly, type TemplateSource } from '../../../lib/template';
import { parseTemplate } from '../../../lib/template/model/template-text';
import { parseYaml } from '../../../lib/template/model/yaml';

/** Far more than any template of these takes, also on a busy machine. */
const HANGS_AFTER_MS = 60_000;

/** What is wrong with how one app is judged: a crash, a hang, or a rule that failed instead of judging. Nothing is the usual case. */
export function faultsIn(sources: readonly TemplateSource[], alsoProve: boolean): string[] {
  return faultsOf(() => Assembly.of(...structuredClone(sources)), alsoProve);
}

/** The same for an app that is read in another way. */
export function faultsOf(read: () => Assembly, alsoProve: boolean): string[] {
  const judge = (): string[] => {
    const assembly = read();
    const { findings } = alsoProve ? prove(assembly).checked : checkAssembly(assembly);
    return findings
      .filter(({ message }) => message.includes('the rule failed'))
      .map(({ ruleId, message }) => `${ruleId}: ${message}: ${originOf(ruleId, assembly)}`);
  };
  try {
    return interrupted(judge);
  } catch (error) {
    return [stackOf(error)];
  }
}

/** The same for a text. A text that is no template is refused, with its file's name; nothing else may be thrown. */
export function faultsOfText(text: string, alsoProve: boolean): string[] {
  let refused = false;
  const read = (): Assembly => {
    try {
      return Assembly.of({ name: 'T.template.yaml', text, ...parseTemplate(text, parseYaml) });
    } catch (error) {
      refused = isRefusal(error);
      throw error;
    }
  };
  const faults = faultsOf(read, alsoProve);
  return refused ? [] : faults;
}

/** An error that was thrown on purpose, by the reader or the parser. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || ['TypeError', 'RangeError'].includes(error.name)) return false;
  // The YAML parser throws this one for an alias without its anchor.
  return error.name !== 'ReferenceError' || /alias/i.test(error.message);
}

/** Runs a function, and stops it where it hangs. */
export function interrupted<T>(run: () => T, timeout: number = HANGS_AFTER_MS): T {
  return vm.runInContext('run()', vm.createContext({ run }), { timeout }) as T;
}

/** The error of a rule that failed, with where it comes from. */
function originOf(ruleId: string, assembly: Assembly): string {
  try {
    for (const _ of RULES.find(({ id }) => id === ruleId)?.check(assembly) ?? []);
    return 'it doesn’t fail again';
  } catch (error) {
    return stackOf(error);
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 6).join('\n') : String(error);
}
