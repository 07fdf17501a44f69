// Packs the npm package, the Python package and the checker of templates into dist/, and other languages with `--targets java`. It takes about two minutes,
// so it says what it does.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';

const EVERY_MS = 10_000;
const started = Date.now();
let activity = 'starting';

const say = (text) => process.stdout.write(`${text} (${Math.round((Date.now() - started) / 1000)} s)\n`);
const timer = setInterval(() => say(`… ${activity}`), EVERY_MS);
process.stdout.write('Packing into dist/. It takes about two minutes.\n');

const args = ['--verbose', '--outdir', 'dist', '--targets', 'js', 'python', ...process.argv.slice(2)];
const pacmak = spawn(process.execPath, ['node_modules/.bin/jsii-pacmak', ...args], {
  stdio: ['ignore', 'pipe', 'pipe'],
});
let log = '';
for (const stream of [pacmak.stdout, pacmak.stderr]) {
  stream.on('data', (chunk) => {
    log += chunk;
    const [, step] = /\[INFO\] (.*)\n$/.exec(String(chunk)) ?? [];
    if (step === undefined || step === activity) return;
    say(step);
    // Another language may still be packed.
    if (!step.endsWith('finished')) activity = step;
  });
}

pacmak.on('close', (code) => {
  clearInterval(timer);
  if (code === 0) {
    // It was built with the package.
    mkdirSync('dist/checker', { recursive: true });
    execFileSync('npm', ['pack', '--silent', './build/checker', '--pack-destination', 'dist/checker'], {
      stdio: 'ignore',
    });
    say('Packed into dist/');
  } else process.stderr.write(log);
  process.exitCode = code ?? 1;
});
