/** A call that runs a text as code or as a command, in code that stands in a template. */
export interface RunText {
  /** The call, as it is written: `exec(code`. */
  readonly call: string;
  /** What it does, in words. */
  readonly what: string;
}

/**
 * Calls that run what they are given. Only a call whose argument is no text of its own counts: a fixed command is the author's. Each needs
 * a border before it, so that `ast.literal_eval`, `pattern.exec` and `retrieval` aren't among them.
 *
 * Source: Python documentation, "Built-in Functions", `subprocess`, `os.system`; MDN, "eval()", "Function() constructor"; Node.js
 * documentation, "Child process", "VM".
 */
const CALLS: readonly (readonly [what: string, of: RegExp])[] = [
  ['runs a text as code', /(?<![\w.$])(?:exec|eval)\(\s*(?:compile\(\s*)?(?=[A-Za-z_$])(?!function\b)[^,)]*/],
  ['runs a text as code', /\bnew Function\(\s*(?=[A-Za-z_$])[^)]*/],
  ['runs a text as code', /\bvm\.run(?:InContext|InNewContext|InThisContext)\(\s*(?=[A-Za-z_$])[^,)]*/],
  ['runs a text as a command', /\bos\.(?:system|popen)\(\s*(?=[A-Za-z_]|f['"])[^)]*/],
  ['runs a text as a command', /\b(?:child_process\.)?execSync\(\s*(?=[A-Za-z_$`])[^,)]*/],
  [
    'runs a text as a command',
    /\bsubprocess\.(?:run|call|check_call|check_output|Popen)\(\s*(?=[A-Za-z_]|f['"])[^)]*\bshell\s*=\s*True/,
  ],
  ['runs a text as a command', /\bsubprocess\.(?:getoutput|getstatusoutput)\(\s*(?=[A-Za-z_]|f['"])[^)]*/],
];

/** The first call in a code that runs a text which isn't written in it. Comments and texts of the code are left out. */
export function runTextIn(code: string): RunText | undefined {
  const bare = codeOnly(code);
  for (const [what, of] of CALLS) {
    const [call] = of.exec(bare) ?? [];
    if (call !== undefined) return { call: call.slice(0, 60), what };
  }
  return undefined;
}

/** Texts are left empty, and what follows a comment's sign is left out. */
function codeOnly(code: string): string {
  return code
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/("""|''')[\s\S]*?\1/g, '""')
    .replace(/(["'])(?:\\.|(?!\1)[^\\\n])*\1/g, '$1$1')
    .split('\n')
    .map((line) => line.replace(/(^|\s)(#|\/\/).*$/, ''))
    .join('\n');
}
