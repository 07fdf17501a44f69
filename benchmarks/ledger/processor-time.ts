/** Measurements of each kind. The fastest counts: other work on a shared machine only adds time. */
export const TIMES = 3;

/** Seconds of processor time, so that other work on the machine doesn't count. */
export function secondsOf(work: () => void): number {
  const started = process.cpuUsage();
  work();
  return cpuSecondsSince(started);
}

export function cpuSecondsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}
