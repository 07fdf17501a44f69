import * as net from 'node:net';
import * as path from 'node:path';
import { ChildGroup } from '../runner/child-group';
import type { InstalledServers } from './installed-servers';

/** How a server is started. */
export interface ServerCommand {
  /** As connectors and host names call it. */
  readonly name: string;
  readonly package: string;
  readonly command: (port: number, installed: InstalledServers) => readonly [string, ...string[]];
}

const bin = ({ npm }: InstalledServers, name: string) => path.join(npm, 'node_modules', '.bin', name);

/** Three servers of three authors. The first speaks Streamable HTTP itself; the others stand behind a bridge. */
export const SERVERS: readonly ServerCommand[] = [
  {
    name: 'everything',
    package: '@modelcontextprotocol/server-everything',
    command: (_, installed) => [process.execPath, bin(installed, 'mcp-server-everything'), 'streamableHttp'],
  },
  {
    name: 'eslint',
    package: '@eslint/mcp, behind supergateway',
    command: (port, installed) => [
      process.execPath,
      bin(installed, 'supergateway'),
      ...['--stdio', `${process.execPath} ${bin(installed, 'mcp')}`],
      ...['--outputTransport', 'streamableHttp', '--stateful', '--port', String(port)],
    ],
  },
  {
    name: 'calculator',
    package: 'mcp-server-calculator (PyPI), behind mcp-proxy',
    command: (port, { python }) => [
      ...([python, '-m', 'mcp_proxy'] as const),
      ...['--host', '127.0.0.1', '--port', String(port), python, '--', '-m', 'mcp_server_calculator'],
    ],
  },
];

/** A server from a package, on a port of the loopback address. Always `stop()` it. */
export class RealServer {
  private group?: ChildGroup;

  constructor(
    private readonly server: ServerCommand,
    private readonly installed: InstalledServers,
    readonly port: number,
    /** Where it runs. A listing may name it. */
    private readonly folder: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}/mcp`;
  }

  async start(): Promise<void> {
    const [command, ...args] = this.server.command(this.port, this.installed);
    const preload = path.join(__dirname, 'listen-on-loopback.cjs');
    this.group = new ChildGroup(command, args, {
      cwd: this.folder,
      stdio: 'ignore',
      env: {
        PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
        HOME: this.folder,
        PORT: String(this.port),
        NODE_OPTIONS: `--require ${JSON.stringify(preload)}`,
      },
    });
    await this.untilListening();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.group?.end();
  }

  private async untilListening(): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      if (await accepts(this.port)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${this.server.package} doesn't listen on port ${this.port}`);
  }
}

/** A port that nobody uses now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
