import { tellAgentStory } from './demo/agent-story';
import { playAttacks } from './demo/attacks';
import { playConnector } from './demo/connector/play-connector';
import { DEMO_HELP, type DemoOptions, readDemoOptions } from './demo/demo-options';
import { Differences } from './demo/differences';
import { CLAUDE_AGENT } from './demo/installed-example';
import { LocalDeployment } from './demo/local-deployment';
import { TICKETS, tellStory } from './demo/story';
import { Storyboard } from './demo/storyboard';

/** Deploys the quickstart to the embedded emulator and plays a story on it. Exits with 0 when every step went as expected. */
async function main(args: readonly string[]): Promise<number> {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const options = optionsOf(args);
  if (options === undefined) return 2;
  if (options.help) {
    DEMO_HELP.forEach(print);
    return 0;
  }
  const started = Date.now();
  if (options.connector !== undefined) {
    const code = await playConnector(options.connector, print, options.verbose, stopOnSignal);
    print(`It took ${Math.round((Date.now() - started) / 1000)} s.`);
    return code;
  }
  print('Deploying the quickstart to an emulator on this machine (the first time takes about two minutes).');
  let stop = async () => {};
  stopOnSignal(() => stop());
  const differences = new Differences();
  const deployment = await LocalDeployment.start(TICKETS, (line) => {
    if (!differences.add(line) || options.verbose) print(`    ${line}`);
  });
  stop = deployment.stop;
  try {
    for (const line of differences.lines()) print(`    ${line}`);
    const board = new Storyboard(print);
    if (options.agent) await tellAgentStory(deployment, board, CLAUDE_AGENT);
    else await (options.attack ? playAttacks : tellStory)(deployment, board);
    const code = board.close();
    print(`It took ${Math.round((Date.now() - started) / 1000)} s.`);
    return code;
  } finally {
    await deployment.stop();
  }
}

/** Undefined, after an explanation, when the options are wrong. */
function optionsOf(args: readonly string[]): DemoOptions | undefined {
  try {
    return readDemoOptions(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nHelp: npm run demo -- --help\n`);
    return undefined;
  }
}

/** Stops the emulator and its workers too, on Ctrl-C. */
function stopOnSignal(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.stderr.write('\nStopping the emulator …\n');
      void stop().finally(() => process.exit(130));
    });
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`\n✗ ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
