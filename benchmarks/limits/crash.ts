import { AsyncLocalStorage } from 'node:async_hooks';

/** One process that may stop in the middle: from one of its steps on, nothing of it happens any more. */
export interface Process {
  stepsLeft: number;
  /** Whether the step at which it stops still takes effect. */
  readonly lastStepHappens: boolean;
}

const running = new AsyncLocalStorage<Process>();

/** Runs work in a process of its own. */
export function inProcess<Result>(process: Process, work: () => Promise<Result>): Promise<Result> {
  return running.run(process, work);
}

/** The same ports, each step of which belongs to the process that takes it. */
export function crashing<Ports extends object>(ports: Ports): Ports {
  return Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [name, typeof port === 'function' ? stepOf(port) : port]),
  ) as Ports;
}

function stepOf(port: (...args: unknown[]) => unknown) {
  return async (...args: unknown[]) => {
    const process = running.getStore();
    if (process) {
      process.stepsLeft -= 1;
      if (process.stepsLeft < 0) throw new Error('This process has stopped.');
      if (process.stepsLeft === 0 && !process.lastStepHappens) throw new Error('This process stops.');
    }
    const result = await port(...args);
    if (process?.stepsLeft === 0) throw new Error('This process stops.');
    return result;
  };
}
