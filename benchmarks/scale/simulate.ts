import { executionDemand, rateDemand } from './demand';
import { EventQueue } from './event-queue';
import { QUOTA_NAMES, type QuotaName } from './quotas';
import type { Step } from './requests';
import { type Limits, Usage } from './usage';

/** How sessions come and what they do. */
export interface Load {
  /** How many are open at the same time, once all have come. */
  readonly sessions: number;
  /** In how many seconds they come. */
  readonly arriveWithin: number;
  /** How long each lasts, in seconds. It is followed by another one. */
  readonly lasts: number;
  /** Seconds between two steps of a session, on average: the model thinks. */
  readonly pause: number;
  /** Share of each step. They add up to 1. */
  readonly mix: Readonly<Partial<Record<Step, number>>>;
  /** vCPU of a session's task. */
  readonly cpu: number;
}

/** Sessions that may begin in a second: ECS starts 20 tasks. */
const BEGIN_PER_SECOND = 15;

/** 20 minutes with 40 steps: most are reads. All sessions come within a minute, or as fast as ECS can start them. */
export function usualLoad(sessions: number): Load {
  return {
    sessions,
    arriveWithin: Math.max(60, sessions / BEGIN_PER_SECOND),
    lasts: 1200,
    pause: 30,
    mix: { read: 0.8, asked: 0.05, poll: 0.1, denied: 0.05 },
    cpu: 1,
  };
}

export interface Simulated {
  /** The most that was asked of each quota: of a rate within any second, of the others at any time. */
  readonly peak: ReadonlyMap<QuotaName, number>;
  /** Requests that a quota refused; each is sent again, at most twice. */
  readonly throttled: ReadonlyMap<QuotaName, number>;
  /** Sessions that could not be launched. */
  readonly notLaunched: number;
  /** Steps that failed though all was tried. */
  readonly failed: number;
  readonly steps: number;
  /** Ledger entries a minute, at the most. */
  readonly entriesPerMinute: number;
}

/** Attempts of the AWS SDK's standard mode, and how long it waits before each, in seconds at the most. Source: AWS SDKs reference guide. */
const ATTEMPTS = 3;
const BACKOFF_SECONDS = 0.1;
/** Of the launcher: `runtime/aws/clients.ts`. */
const LAUNCH_ATTEMPTS = 8;
/** Between a task's start and its first call. */
const TASK_STARTS_SECONDS = 30;
/** Entries of a call: intent and outcome, or a denial. */
const ENTRIES: Readonly<Record<Step, number>> = { launch: 1, list: 0, read: 2, denied: 1, asked: 1, poll: 0 };

/**
 * Plays a load in discrete events against limits. The time is simulated; what steps ask of AWS is counted on the emulator.
 * @param random numbers from 0 to below 1
 */
export function simulate(load: Load, limits: Limits, random: () => number): Simulated {
  return new Simulation(load, limits, random).run();
}

class Simulation {
  private readonly queue = new EventQueue();
  private readonly usage: Usage;
  private readonly entries = new Map<number, number>();
  private readonly end: number;
  private notLaunched = 0;
  private failed = 0;
  private steps = 0;

  constructor(
    private readonly load: Load,
    limits: Limits,
    private readonly random: () => number,
  ) {
    this.usage = new Usage(limits);
    this.end = load.arriveWithin + 1.5 * load.lasts;
  }

  run(): Simulated {
    const { sessions, arriveWithin } = this.load;
    for (let i = 0; i < sessions; i += 1) this.queue.add(this.random() * arriveWithin, (now) => this.launch(now));
    this.queue.runUntil(this.end);
    const { peak, throttled } = this.usage;
    return {
      peak: new Map(QUOTA_NAMES.map((name) => [name, peak.get(name) ?? 0])),
      throttled,
      notLaunched: this.notLaunched,
      failed: this.failed,
      steps: this.steps,
      entriesPerMinute: Math.max(0, ...this.entries.values()),
    };
  }

  private launch(now: number): void {
    this.attempt('launch', now, 1, (ok, later) => {
      if (!ok || !this.startTask()) {
        this.notLaunched += 1;
        return;
      }
      const ends = later + this.load.lasts;
      this.queue.add(later + TASK_STARTS_SECONDS, (first) =>
        this.attempt('list', first, 1, () => this.next(first, ends)),
      );
      this.queue.add(ends, (over) => {
        this.stopTask();
        this.launch(over);
      });
    });
  }

  private next(now: number, ends: number): void {
    const at = now - Math.log(1 - this.random()) * this.load.pause;
    if (at >= ends) return;
    this.queue.add(at, (begins) => this.attempt(this.choose(), begins, 1, (_, later) => this.next(later, ends)));
  }

  private choose(): Step {
    let rest = this.random();
    const mix = Object.entries(this.load.mix) as [Step, number][];
    for (const [step, share] of mix) {
      rest -= share;
      if (rest < 0) return step;
    }
    return 'read';
  }

  /** Takes what a step needs, all or nothing, and tries again as the SDK does. */
  private attempt(step: Step, now: number, attempt: number, then: (ok: boolean, now: number) => void): void {
    if (attempt === 1) this.steps += 1;
    const { seconds, count } = executionDemand(step);
    if (this.takeAll(step, count, now)) {
      const minute = Math.floor(now / 60);
      this.entries.set(minute, (this.entries.get(minute) ?? 0) + ENTRIES[step]);
      this.queue.add(now + seconds, (done) => {
        this.usage.release('Lambda executions', count);
        then(true, done);
      });
      return;
    }
    if (attempt === (step === 'launch' ? LAUNCH_ATTEMPTS : ATTEMPTS)) {
      this.failed += 1;
      then(false, now);
      return;
    }
    const wait = BACKOFF_SECONDS * 2 ** (attempt - 1) * this.random();
    this.queue.add(now + wait, (again) => this.attempt(step, again, attempt + 1, then));
  }

  private takeAll(step: Step, executions: number, now: number): boolean {
    if (!this.usage.hold('Lambda executions', executions)) return false;
    if (this.usage.take(rateDemand(step), now)) return true;
    this.usage.release('Lambda executions', executions);
    return false;
  }

  private startTask(): boolean {
    return this.usage.holdAll([
      ['Fargate vCPU', this.load.cpu],
      ['addresses of the network', 1],
      ['network interfaces', 1],
    ]);
  }

  private stopTask(): void {
    this.usage.release('Fargate vCPU', this.load.cpu);
    this.usage.release('addresses of the network', 1);
    this.usage.release('network interfaces', 1);
  }
}
