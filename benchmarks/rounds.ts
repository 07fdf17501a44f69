import { setImmediate } from 'node:timers/promises';

/** Turns of the event loop without a request, after which work is taken to hang. It may compute for long between two requests. */
const MOST_IDLE = 100_000;

/** Answers requests in rounds: nothing is answered until everything waits. So the rounds are how many requests wait for one another. */
export class Rounds {
  requests = 0;
  rounds = 0;
  private waiting: (() => void)[] = [];

  /** One request: the promise is fulfilled with the next round. */
  wait(): Promise<void> {
    this.requests += 1;
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Until the work is done. @throws Error when it waits for something else than requests */
  async drive<Result>(work: Promise<Result>): Promise<Result> {
    let done = false;
    const finished = work.finally(() => {
      done = true;
    });
    for (let idle = 0; !done; ) {
      await setImmediate();
      const ready = this.waiting;
      this.waiting = [];
      idle = ready.length > 0 ? 0 : idle + 1;
      if (idle > MOST_IDLE) throw new Error('The work waits for nothing that is a request.');
      if (ready.length > 0) this.rounds += 1;
      for (const answer of ready) answer();
    }
    return finished;
  }
}
