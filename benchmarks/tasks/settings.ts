import type { AskRules } from '../replay/manifest';

/** One strictness of the gate. Every session may use all tools of its domain: nobody knows beforehand what a task needs. */
export interface TaskSetting extends AskRules {
  readonly name: string;
  /** Whether the labels' targets are declared. */
  readonly targets: boolean;
  /** Whether the lists of the directory are declared. */
  readonly directory: boolean;
}

const base = { automatic: 'all', targets: true, directory: false, linksAsk: true } as const;

/**
 * The one that the goals are held against, chosen before the first run. Without the directory: whoever fools the agent
 * could write to everybody on its lists.
 */
export const CHOSEN: TaskSetting = { ...base, name: 'targets of task, links ask' };

/** From open to strict. */
export const SETTINGS: readonly TaskSetting[] = [
  { ...base, name: 'schemas alone', targets: false, linksAsk: false },
  { ...base, name: 'targets of task or directory, links ask', directory: true },
  CHOSEN,
  { ...base, name: 'every outbound and destructive call asks', automatic: 'none' },
];
