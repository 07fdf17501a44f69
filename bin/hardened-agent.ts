import type { Command } from './command-io';
import { approvals } from './commands/approvals';
import { audit } from './commands/audit';
import { check } from './commands/check';
import { cost } from './commands/cost';
import { prove } from './commands/prove';

const COMMANDS: Readonly<Record<string, { readonly about: string; readonly run: Command }>> = {
  check: { about: 'hold synthesized templates to the rules', run: check },
  prove: { about: 'show what each workload reaches and each role may use', run: prove },
  cost: { about: 'estimate what a deployment costs', run: cost },
  approvals: { about: 'look at what waits for a person, and decide', run: approvals },
  audit: { about: 'verify the ledger, and read what a session did', run: audit },
};

async function main([name = '', ...args]: string[]): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) {
    return command.run(args, {
      out: (line) => process.stdout.write(`${line}\n`),
      err: (line) => process.stderr.write(`${line}\n`),
      env: process.env,
    });
  }
  const asked = ['help', '--help', '-h'].includes(name);
  const write = (line: string) => (asked ? process.stdout : process.stderr).write(`${line}\n`);
  if (name && !asked) write(`There is no command "${name}".`);
  write('Usage: hardened-agent <command> …');
  for (const [each, { about }] of Object.entries(COMMANDS)) write(`  ${each.padEnd(10)} ${about}`);
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
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
