import { version } from '../package.json';
import { escapeToLine } from '../runtime/core/display';
import type { Command } from './command-io';

interface CommandEntry {
  readonly about: string;
  /** Loads a command's own code only when it is called: the AWS clients alone take longer than most commands. */
  readonly load: () => Promise<Command>;
}

const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  check: {
    about: 'hold synthesized templates to the rules',
    load: async () => (await import('./commands/check.js')).check,
  },
  prove: {
    about: 'show what each workload reaches and each role may use',
    load: async () => (await import('./commands/prove.js')).prove,
  },
  'verify-roles': {
    about: 'ask AWS what the deployed roles may do, and compare',
    load: async () => (await import('./commands/verify-roles.js')).verifyRoles,
  },
  cost: { about: 'estimate what a deployment costs', load: async () => (await import('./commands/cost.js')).cost },
  approvals: {
    about: 'look at what waits for a person, and decide',
    load: async () => (await import('./commands/approvals.js')).approvals,
  },
  audit: {
    about: 'verify the ledger, and read what a session did',
    load: async () => (await import('./commands/audit.js')).audit,
  },
  replay: {
    about: 'say which recorded decisions other policies would change',
    load: async () => (await import('./commands/replay.js')).replay,
  },
  suggest: {
    about: 'propose auto-approvals from what people approved',
    load: async () => (await import('./commands/suggest.js')).suggest,
  },
};

async function main([name = '', ...args]: string[]): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) {
    const run = await command.load();
    return run(args, {
      out: (line) => process.stdout.write(`${line}\n`),
      err: (line) => process.stderr.write(`${line}\n`),
      env: process.env,
    });
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const asked = ['help', '--help', '-h'].includes(name);
  const write = (line: string) => (asked ? process.stdout : process.stderr).write(`${line}\n`);
  if (name && !asked) write(`There is no command "${escapeToLine(name)}".`);
  write('Usage: hardened-agent <command> …');
  for (const [each, { about }] of Object.entries(COMMANDS)) write(`  ${each.padEnd(12)} ${about}`);
  return asked ? 0 : 2;
}

// A reader that has seen enough, such as head, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${escapeToLine(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = 1;
  },
);
