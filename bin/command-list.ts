import { CHECK_COMMANDS } from './check-command-list';
import type { CommandList } from './command-line/run-command-line';

/** Every command. The summaries are here, so that the list of commands is printed without loading their code. */
export const COMMANDS: CommandList = {
  init: {
    summary: 'add a working agent to a new or an existing CDK app',
    load: async () => (await import('./commands/init.js')).init,
  },
  import: {
    summary: 'import the tools of plugins, MCP servers and OpenAPI documents',
    load: async () => (await import('./commands/import.js')).importCommand,
  },
  ...CHECK_COMMANDS,
  prove: {
    summary: 'prove what each workload reaches and each role may use',
    load: async () => (await import('./commands/prove.js')).prove,
  },
  preflight: {
    summary: 'ask AWS what would stop the deployment',
    load: async () => (await import('./commands/preflight.js')).preflight,
  },
  'verify-roles': {
    summary: 'ask AWS what the deployed roles may do, and compare',
    load: async () => (await import('./commands/verify-roles.js')).verifyRoles,
  },
  cost: {
    summary: 'estimate what a deployment costs',
    load: async () => (await import('./commands/cost.js')).cost,
  },
  approvals: {
    summary: 'show requests that wait for a person, and decide',
    description: 'Shows requests that wait for a person, approves exact bytes, or denies.',
    commands: {
      'sign-in': {
        summary: 'sign in at a web desk',
        load: async () => (await import('./commands/approvals/sign-in.js')).signInCommand,
      },
      list: {
        summary: 'list the requests that wait for a decision',
        load: async () => (await import('./commands/approvals/list.js')).list,
      },
      show: {
        summary: 'print the exact bytes of one request',
        load: async () => (await import('./commands/approvals/show.js')).show,
      },
      approve: {
        summary: 'approve the exact bytes of one request',
        load: async () => (await import('./commands/approvals/approve.js')).approve,
      },
      deny: {
        summary: 'deny one request',
        load: async () => (await import('./commands/approvals/deny.js')).deny,
      },
      propose: {
        summary: 'write a policy, for review, that would auto-approve calls of the same shape',
        load: async () => (await import('./commands/approvals/propose.js')).propose,
      },
    },
  },
  session: {
    summary: 'start, list and stop sessions of an agent',
    description:
      'Starts a session as an application would. As an operator: shows the sessions of an agent and stops them.',
    commands: {
      start: {
        summary: 'start a session',
        load: async () => (await import('./commands/session/start.js')).start,
      },
      list: {
        summary: 'list the sessions that run',
        load: async () => (await import('./commands/session/list.js')).list,
      },
      show: {
        summary: 'print one session',
        load: async () => (await import('./commands/session/show.js')).show,
      },
      stop: {
        summary: 'stop one session, and deny what waits in it',
        load: async () => (await import('./commands/session/stop.js')).stop,
      },
      'stop-all': {
        summary: 'stop every session of the agent, and deny all that waits',
        load: async () => (await import('./commands/session/stop-all.js')).stopAll,
      },
    },
  },
  connector: {
    summary: 'stop a connector of an agent, and resume it',
    description: 'As an operator: shows the connectors of an agent, stops one for all sessions, and resumes it.',
    commands: {
      list: {
        summary: 'list the connectors, and who stopped one',
        load: async () => (await import('./commands/connector/list.js')).list,
      },
      stop: {
        summary: 'refuse all calls of one connector, and deny what waits for it',
        load: async () => (await import('./commands/connector/stop.js')).stop,
      },
      resume: {
        summary: 'let calls of one connector through again',
        load: async () => (await import('./commands/connector/resume.js')).resume,
      },
    },
  },
  audit: {
    summary: 'verify the ledger, and read what a session did',
    description: 'Verifies the ledger with the public key alone, prints what a session did, and erases personal data.',
    commands: {
      key: {
        summary: 'print the public key, to be kept outside the account',
        load: async () => (await import('./commands/audit/key.js')).key,
      },
      download: {
        summary: 'copy the ledger, to verify it offline',
        load: async () => (await import('./commands/audit/download.js')).download,
      },
      verify: {
        summary: 'verify that the ledger is whole',
        load: async () => (await import('./commands/audit/verify.js')).verify,
      },
      show: {
        summary: 'print what a session did',
        load: async () => (await import('./commands/audit/show.js')).show,
      },
      prove: {
        summary: 'print a proof that one entry is in the ledger',
        load: async () => (await import('./commands/audit/prove.js')).prove,
      },
      'check-proof': {
        summary: 'check such a proof, offline',
        load: async () => (await import('./commands/audit/check-proof.js')).checkProof,
      },
      erase: {
        summary: 'erase arguments and results, and record it',
        load: async () => (await import('./commands/audit/erase.js')).erase,
      },
    },
  },
  replay: {
    summary: 'list the recorded decisions that other policies would change',
    load: async () => (await import('./commands/replay.js')).replay,
  },
  suggest: {
    summary: 'propose auto-approvals, names, ids, kinds and limits from what people approved',
    load: async () => (await import('./commands/suggest.js')).suggest,
  },
};
