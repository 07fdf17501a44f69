import type { AskRules } from '../replay/manifest';

/** One strictness of the gate: what a deployment would declare. Each is a point of the frontier. */
export interface Setting extends AskRules {
  readonly name: string;
  /** Sessions see the tools of their task alone. */
  readonly granted: 'all tools' | 'tools of the task';
  /** Whether the labels' target arguments are declared. */
  readonly targets: boolean;
  /** Which tools' targets may come from a directory too. */
  readonly directory: 'nowhere' | 'outbound' | 'everywhere';
}

const base = {
  granted: 'tools of the task',
  automatic: 'all',
  targets: true,
  directory: 'nowhere',
  linksAsk: false,
} as const satisfies Omit<Setting, 'name'>;

/**
 * The one that the goals are held against, chosen on the suites that labels were developed on: nothing stricter stopped
 * more there, and nothing that stopped as much asked less.
 */
export const CHOSEN: Setting = {
  ...base,
  name: 'targets of task or directory, links ask',
  directory: 'everywhere',
  linksAsk: true,
};

/** From open to strict. */
export const SETTINGS: readonly Setting[] = [
  { ...base, name: 'schemas alone', granted: 'all tools', targets: false },
  { ...base, name: "the task's tools", targets: false },
  { ...base, name: 'targets of task or directory', directory: 'everywhere' },
  CHOSEN,
  { ...base, name: 'directory for messages only', directory: 'outbound' },
  { ...base, name: 'directory for messages only, links ask', directory: 'outbound', linksAsk: true },
  { ...base, name: 'targets of task' },
  { ...base, name: 'targets of task, links ask', linksAsk: true },
  { ...base, name: 'targets of task, links ask, tainted or not', automatic: 'trusted targets', linksAsk: true },
  { ...base, name: 'every outbound and destructive call asks', automatic: 'none' },
];
