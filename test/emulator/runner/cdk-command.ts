import * as fs from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { ChildGroup } from './child-group';
import { PINNED_BIN, REPOSITORY_ROOT } from './paths';

/** What the CDK CLI is run with. */
export interface CdkEnvironment {
  readonly endpoint: string;
  /** Scratch directory: the CLI's home and temporary files go there, so that `~/.cdk` stays untouched. */
  readonly scratch: string;
  readonly region: string;
  /** Where everything that the CLI prints is kept. */
  readonly logFile: string;
}

/**
 * Runs the pinned CDK CLI against the emulator, under a time limit: a deployment to an emulator can hang in silence.
 *
 * @param onLine gets each line the CLI prints
 * @throws Error with the last lines when it fails or runs out of time
 */
export async function runCdk(
  args: readonly string[],
  environment: CdkEnvironment,
  extraEnvironment: Readonly<Record<string, string>>,
  timeoutSeconds: number,
  onLine: (line: string) => void = () => {},
): Promise<void> {
  const lines: string[] = [];
  const home = path.join(environment.scratch, 'cdk-home');
  fs.mkdirSync(home, { recursive: true });
  const group = new ChildGroup(
    path.join(PINNED_BIN, 'node'),
    [path.join(PINNED_BIN, 'cdk'), ...args, '--no-color', '--no-notices', '--no-version-reporting', '--ci'],
    {
      // Bootstrapping needs no app: away from the repository's cdk.json it doesn't synthesize one.
      cwd: args[0] === 'bootstrap' ? environment.scratch : REPOSITORY_ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: [PINNED_BIN, process.env.PATH].join(path.delimiter),
        HOME: home,
        TMPDIR: path.join(environment.scratch, 'tmp'),
        LANG: 'C.UTF-8',
        AWS_ENDPOINT_URL: environment.endpoint,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_REGION: environment.region,
        AWS_DEFAULT_REGION: environment.region,
        AWS_EC2_METADATA_DISABLED: 'true',
        CDK_DISABLE_VERSION_CHECK: 'true',
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        ...extraEnvironment,
      },
    },
  );
  const log = fs.createWriteStream(environment.logFile, { flags: 'a' });
  log.write(`\n$ cdk ${args.join(' ')}\n`);
  for (const stream of [group.child.stdout, group.child.stderr]) {
    if (stream) {
      createInterface(stream).on('line', (line) => {
        lines.push(line);
        log.write(`${line}\n`);
        onLine(line);
      });
    }
  }
  let outOfTime = false;
  const timer = setTimeout(() => {
    outOfTime = true;
    void group.end();
  }, timeoutSeconds * 1000);
  const code = await new Promise<number | null>((resolve, reject) => {
    group.child.once('error', reject);
    group.child.once('close', resolve);
  }).finally(() => clearTimeout(timer));
  await group.end();
  log.end();
  if (code !== 0) {
    const why = outOfTime ? `did not end within ${timeoutSeconds} seconds` : `failed with exit code ${code}`;
    throw new Error(`cdk ${args[0]} ${why}:\n${lines.slice(-40).join('\n')}`);
  }
}
