import type { AskRules } from '../replay/manifest';

/** One strictness of the gate: what a deployment would declare. Each is a point of the frontier. */
export interface Setting extends AskRules {
  readonly name: string;
  /** Sessions see the tools of their task alone. */
  readonly granted: 'all tools' | 'tools of the task';
  /** Whether the session has the user's task. An assistant that is steered in a chat has none. */
  readonly task: 'given' | 'none';
  /** Whether the labels' target arguments are declared. */
  readonly targets: boolean;
  /** Which tools' targets may come from a directory too. */
  readonly directory: 'nowhere' | 'outbound' | 'everywhere';
  /** What the user's own address means: what the label of each tool says, or that a person is asked. */
  readonly own: 'by tool' | 'asks';
  /** Whether targets that are left out, and of which the label says nothing, are unknown or reach nobody. */
  readonly leftOut: 'unknown' | 'nobody';
  /** Whether the ids that the user's searches return may be targets. */
  readonly ids: boolean;
}

const base = {
  granted: 'tools of the task',
  task: 'given',
  automatic: 'all',
  targets: true,
  directory: 'nowhere',
  own: 'by tool',
  leftOut: 'unknown',
  ids: false,
  linksAsk: false,
} as const satisfies Omit<Setting, 'name'>;

/**
 * The one that the first goal is held against, chosen on the suites that labels were developed on: nothing stricter stopped
 * more there, and nothing that stopped as much asked less.
 */
export const CHOSEN: Setting = {
  ...base,
  name: 'targets of task or directory, links ask',
  directory: 'everywhere',
  ids: true,
  linksAsk: true,
};

/** The chosen one, with some members changed. */
function chosenWith(name: string, change: Partial<Setting>): Setting {
  return { ...CHOSEN, ...change, name: `chosen, ${name}` };
}

const ALL_TOOLS = { granted: 'all tools' } as const;
/**
 * Where nobody knows beforehand which tools a task needs. Then own addresses ask: taken from the frontier after the run, for
 * each session can reach the user's mailbox and calendar.
 */
export const ALL_GRANTED = chosenWith('all tools granted, own addresses ask', { ...ALL_TOOLS, own: 'asks' });

/** Where an assistant is steered in a chat besides. */
const CHAT = { ...ALL_TOOLS, task: 'none' } as const;
export const NO_TASK = chosenWith('all tools granted, own addresses ask, no task text', { ...CHAT, own: 'asks' });

/** From open to strict, then the variants of the chosen one. */
export const SETTINGS: readonly Setting[] = [
  { ...base, name: 'schemas alone', ...ALL_TOOLS, targets: false },
  { ...base, name: "the task's tools", targets: false },
  { ...base, name: 'targets of task or directory', directory: 'everywhere' },
  CHOSEN,
  { ...base, name: 'directory for messages only', directory: 'outbound' },
  { ...base, name: 'directory for messages only, links ask', directory: 'outbound', linksAsk: true },
  { ...base, name: 'targets of task' },
  { ...base, name: 'targets of task, links ask', linksAsk: true },
  { ...base, name: 'targets of task, links ask, tainted or not', automatic: 'trusted targets', linksAsk: true },
  { ...base, name: 'every outbound and destructive call asks', automatic: 'none' },
  chosenWith('own addresses ask', { own: 'asks' }),
  chosenWith('no declared ids', { ids: false }),
  chosenWith('left-out targets reach nobody', { leftOut: 'nobody' }),
  chosenWith('all tools granted', ALL_TOOLS),
  ALL_GRANTED,
  { ...ALL_GRANTED, name: `${ALL_GRANTED.name}, no declared ids`, ids: false },
  { ...ALL_GRANTED, name: `${ALL_GRANTED.name}, left-out targets reach nobody`, leftOut: 'nobody' },
  chosenWith('all tools granted, no task text', CHAT),
  NO_TASK,
];
