import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly agent: boolean;
  readonly attack: boolean;
  readonly verbose: boolean;
  /** A review file, whose connector is attacked in place of the quickstart's. */
  readonly connector?: string;
  readonly help: boolean;
}

export const DEMO_HELP = [
  'Usage: npm run demo -- [--agent | --attack | --connector FILE] [--verbose]',
  '',
  'Deploys the quickstart to an AWS emulator on this machine, and attacks it. It needs Python 3.10 or later, and no AWS',
  'account. The first run takes about two minutes, later runs take 30 seconds.',
  '',
  'Options:',
  '  --agent    play the story with the Claude Agent SDK and a scripted model; the first time installs 390 MB into .work',
  '  --attack   play ten further attacks instead of the story',
  '  --connector FILE',
  '             attack the tools that a review file of hardened-agent import grants, on a stand-in for their server',
  '  --verbose  list each difference between the template and what the emulator deploys',
  '  --help     print this help',
  '',
  'Exit codes:',
  '  0  every step went as expected',
  '  1  a step failed, or the deployment did',
  '  2  wrong usage',
  '',
  'The emulator keeps its Python environment and the newest logs in .emulator (about 260 MB): rm -rf .emulator clears it.',
  'rm -rf .work removes the installed SDK.',
];

/** @throws Error with one sentence when an option or argument isn't known */
export function readDemoOptions(args: readonly string[]): DemoOptions {
  const known = { agent: false, attack: false, verbose: false, help: false };
  let connector: string | undefined;
  // Not strict: its errors don't say what the demo knows.
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      agent: { type: 'boolean' },
      attack: { type: 'boolean' },
      verbose: { type: 'boolean' },
      connector: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') throw new Error(`Unexpected argument "${token.value}".`);
    if (token.kind !== 'option') continue;
    if (token.name === 'connector') connector = fileOf(token);
    else known[flagOf(token, known)] = true;
  }
  const stories = [known.agent && '--agent', known.attack && '--attack', connector !== undefined && '--connector'];
  const [one, other] = stories.filter((story) => story !== false);
  if (one && other) throw new Error(`"${one}" and "${other}" are two stories. Choose one.`);
  return { ...known, ...(connector === undefined ? {} : { connector }) };
}

interface GivenOption {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string;
}

function fileOf({ rawName, value }: GivenOption): string {
  if (!value) throw new Error(`Option "${rawName}" needs a value: a review file.`);
  return value;
}

function flagOf<Flags extends object>({ name, rawName, value }: GivenOption, known: Flags): keyof Flags {
  if (!Object.hasOwn(known, name)) throw new Error(`Unknown option "${rawName}".`);
  if (value !== undefined) throw new Error(`Option "${rawName}" takes no value.`);
  return name as keyof Flags;
}
