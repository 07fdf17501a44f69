import { CHECK_COMMANDS } from './check-command-list';
import { processSink } from './command-line/command-io';
import { runCommandLine } from './command-line/run-command-line';

const PROGRAM = {
  name: 'hardened-agent-check',
  description: 'Checks CloudFormation templates of AI agents, on any compute.',
};

// For people who have a template, and neither the CDK nor this library's constructs: a program of one file.
void runCommandLine(process.argv.slice(2), processSink(), CHECK_COMMANDS, PROGRAM).then((exitCode) => {
  process.exitCode = exitCode;
});
