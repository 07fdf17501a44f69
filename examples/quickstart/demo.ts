import { playAttacks } from './demo/attacks';
import { LocalDeployment } from './demo/local-deployment';
import { TICKETS, tellStory } from './demo/story';
import { Storyboard } from './demo/storyboard';

/** Deploys the quickstart to the embedded emulator and plays a story on it. Exits with 0 when every step went as expected. */
async function main(): Promise<number> {
  const verbose = process.argv.includes('--verbose');
  const started = Date.now();
  const print = (line: string) => process.stdout.write(`${line}\n`);
  print('Deploying the quickstart to an emulator on this machine (the first time takes about two minutes).');
  let stop = async () => {};
  stopOnSignal(() => stop());
  const rewritten = { patched: 0, dropped: 0, applied: 0, inert: 0 };
  const deployment = await LocalDeployment.start(TICKETS, (line) => {
    const change = /^(patched|dropped|applied|inert)/.exec(line)?.[1] as keyof typeof rewritten | undefined;
    if (change) rewritten[change] += 1;
    if (!change || verbose) print(`    ${line}`);
  });
  stop = deployment.stop;
  try {
    print(
      `    ${Object.values(rewritten).reduce((sum, count) => sum + count)} differences between the template and this emulator (--verbose lists them). Network isolation is proven on the template, not here.`,
    );
    const board = new Storyboard(print);
    await (process.argv.includes('--attack') ? playAttacks : tellStory)(deployment, board);
    const code = board.close();
    print(`It took ${Math.round((Date.now() - started) / 1000)} s.`);
    return code;
  } finally {
    await deployment.stop();
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

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`\n✗ ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
