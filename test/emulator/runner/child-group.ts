import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import * as os from 'node:os';

/**
 * A child process that leads its own process group, so that it and whatever it started end together: on `end()`, when
 * this process exits for whatever reason it can notice, and on Ctrl-C.
 */
export class ChildGroup {
  private static readonly running = new Set<ChildGroup>();
  private static watching = false;

  public readonly child: ChildProcess;
  private readonly closed: Promise<void>;

  constructor(command: string, args: string[], options: SpawnOptions) {
    ChildGroup.watch();
    this.child = spawn(command, args, { ...options, detached: true });
    ChildGroup.running.add(this);
    this.closed = new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.once('error', () => resolve());
    });
  }

  /** Kills the whole group and waits until none of it runs. Nothing here has state worth an orderly end. */
  public async end(): Promise<void> {
    this.kill();
    await this.closed;
    for (let tries = 0; this.members().length > 0; tries++) {
      if (tries === 100) {
        throw new Error(`process group ${this.child.pid} still runs: ${this.members().join(', ')}`);
      }
      this.kill();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    ChildGroup.running.delete(this);
  }

  /** Ids of the group's processes that still run (those that ended and weren't collected yet don't count). */
  public members(): number[] {
    return processesOfGroup(this.child.pid);
  }

  private kill(): void {
    if (this.child.pid === undefined) {
      return;
    }
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch (error) {
      // Nobody left in the group.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
        throw error;
      }
    }
  }

  private static watch(): void {
    if (ChildGroup.watching) {
      return;
    }
    ChildGroup.watching = true;
    const endAll = () => {
      for (const group of ChildGroup.running) {
        group.kill();
      }
    };
    process.on('exit', endAll);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const onSignal = () => {
        endAll();
        // Whoever listens besides us decides how to end; alone, we exit as a shell reports it.
        if (process.listenerCount(signal) === 1) {
          process.exit(128 + os.constants.signals[signal]);
        }
      };
      process.on(signal, onSignal);
    }
  }
}

/** Ids of the processes of a group that run; zombies are not counted. */
export function processesOfGroup(group: number | undefined): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, pgid, state]) => group !== undefined && Number(pgid) === group && !state.startsWith('Z'))
    .map(([pid]) => Number(pid));
}
