import type { ListedCommand } from './command-line/run-command-line';

/** The commands that need nothing but a template. */
export const CHECK_COMMANDS = {
  check: {
    summary: 'check templates against the rules',
    load: async () => (await import('./commands/check.js')).check,
  },
  explain: {
    summary: 'explain a rule of check, or list all',
    load: async () => (await import('./commands/explain.js')).explain,
  },
} as const satisfies { readonly [name: string]: ListedCommand };
