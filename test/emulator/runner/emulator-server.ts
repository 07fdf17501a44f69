import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { ChildGroup } from './child-group';
import { removeOldLogs } from './kept-logs';
import { KEPT_DIRECTORY, PINNED_BIN, REPOSITORY_ROOT, RUNNER_DIRECTORY } from './paths';

/** A running MiniStack: started by `startServer`, ended by `stop`. */
export interface EmulatorServer {
  readonly endpoint: string;
  readonly logFile: string;
  /** Throws, with the end of the log, when the server has died. */
  assertAlive(): void;
  /** Ids of the server and its Lambda workers. */
  processes(): number[];
  stop(): Promise<void>;
}

/**
 * Starts MiniStack on a free port of 127.0.0.1. Lambdas inherit the server's whole environment, so it gets an
 * allow-listed one: nothing of the caller's shell reaches them.
 *
 * @param scratch a directory that outlives the server: home, temporary files and state go there
 * @throws Error with the end of the log when it isn't healthy within 30 seconds
 */
export async function startServer(
  python: string,
  scratch: string,
  extraEnvironment: Readonly<Record<string, string>>,
): Promise<EmulatorServer> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const logFile = openLog(port);
  const log = fs.openSync(logFile, 'a');
  for (const directory of ['home', 'tmp', 'state', 's3']) {
    fs.mkdirSync(path.join(scratch, directory), { recursive: true });
  }
  const runtimeModules = path.join(scratch, 'runtime-modules');
  fs.mkdirSync(runtimeModules);
  // On AWS the Node runtime brings the SDK along (and nothing else); CDK's custom resources count on it.
  fs.symlinkSync(path.join(REPOSITORY_ROOT, 'node_modules', '@aws-sdk'), path.join(runtimeModules, '@aws-sdk'));
  const group = new ChildGroup(python, ['-u', path.join(RUNNER_DIRECTORY, 'serve.py'), scratch], {
    cwd: scratch,
    // Standard input is the life line: see serve.py.
    stdio: ['pipe', log, log],
    env: {
      PATH: [PINNED_BIN, path.dirname(python), '/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter),
      HOME: path.join(scratch, 'home'),
      TMPDIR: path.join(scratch, 'tmp'),
      LANG: 'C.UTF-8',
      NODE_PATH: runtimeModules,
      PYTHONDONTWRITEBYTECODE: '1',
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      AUTH: 'true',
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      STATE_DIR: path.join(scratch, 'state'),
      S3_DATA_DIR: path.join(scratch, 's3'),
      // The same on every host: a Docker that happens to be there is not used.
      DOCKER_HOST: `unix://${path.join(scratch, 'no-docker.sock')}`,
      ...extraEnvironment,
    },
  });
  fs.closeSync(log);
  let ending = false;
  let death: string | undefined;
  group.child.once('error', (error) => {
    death = error.message;
  });
  group.child.once('exit', (code, signal) => {
    death = signal ? `ended by ${signal}` : `exit code ${code}`;
  });

  const server: EmulatorServer = {
    endpoint,
    logFile,
    assertAlive() {
      if (death !== undefined && !ending) {
        throw new Error(`The emulator is not running (${death}). The end of ${logFile}:\n${tail(logFile)}`);
      }
    },
    processes: () => group.members(),
    async stop() {
      ending = true;
      await group.end();
    },
  };
  try {
    await untilHealthy(server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

async function untilHealthy(server: EmulatorServer): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    server.assertAlive();
    try {
      const response = await fetch(`${server.endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2_000) });
      if (response.ok) {
        return;
      }
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(
    `The emulator isn't healthy after 30 seconds. The end of ${server.logFile}:\n${tail(server.logFile)}`,
  );
}

function openLog(port: number): string {
  const directory = path.join(KEPT_DIRECTORY, 'logs');
  removeOldLogs(directory, ['ministack', 'cdk']);
  return path.join(directory, `ministack-${new Date().toISOString().replace(/[:.]/g, '-')}-${port}.log`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The last lines of a log. */
export function tail(file: string, lines = 40): string {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '';
}
