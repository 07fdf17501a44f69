import { useDefaultRegion } from './command-line/aws-region';
import { processSink } from './command-line/command-io';
import { runCommandLine } from './command-line/run-command-line';
import { COMMANDS } from './command-list';

useDefaultRegion(process.env);

// Not `process.exit`: it would cut off output that is still being written to a pipe.
void runCommandLine(process.argv.slice(2), processSink(), COMMANDS).then((exitCode) => {
  process.exitCode = exitCode;
});
