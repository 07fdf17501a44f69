import { InvokeCommand } from '@aws-sdk/client-lambda';
import { readManifest } from '../aws/bundled-manifest';
import { lambda } from '../aws/clients';
import { environment } from '../aws/environment';
import { EvidenceStore } from '../aws/evidence-store';
import { invokeExecutor } from '../aws/invoke-executor';
import { LedgerWriter } from '../aws/ledger-writer';
import { LimitStore } from '../aws/limit-store';
import { logAs } from '../aws/log-line';
import { randomHex } from '../aws/random-hex';
import { RequestStore } from '../aws/request-store';
import { SessionStore } from '../aws/session-store';
import { termsOf } from '../core/approvals/needed-approval';
import { Authorizer, type ScopeInput } from '../core/authorizer';
import type { JsonObject, SessionItem, ToolManifest } from '../core/contracts';
import { TrustedDirectory } from '../core/target-provenance';
import { ApprovedExecution, type ExecutionSummary } from './execute-approved';

const manifest = readManifest(__dirname);
const authorizer = new Authorizer(manifest);
const directory = new TrustedDirectory(manifest);

const execution = new ApprovedExecution(manifest, {
  requests: new RequestStore(environment('STATE_TABLE')),
  sessions: new SessionStore(environment('STATE_TABLE')),
  limits: new LimitStore(environment('STATE_TABLE'), environment('AGENT_ID')),
  evidence: new EvidenceStore(environment('EVIDENCE_BUCKET')),
  ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
  authorize: (tool, args, session) => authorizer.decide(inputOf(tool, args, session)),
  needed: (tool, args, session) => {
    const rules = authorizer.approvalRules(inputOf(tool, args, session));
    return rules && termsOf(rules, manifest).needed;
  },
  executors: {
    invoke: (variable, request) =>
      invokeExecutor(environment(variable), request, (input) => lambda().send(new InvokeCommand(input))),
  },
  now: Date.now,
  randomHex,
  log: logAs('execute-approved'),
});

function inputOf(tool: ToolManifest, args: JsonObject, session: SessionItem): ScopeInput {
  const { taint, calls, denials } = session;
  const provenance = directory.provenanceOf(tool, args, session);
  const user = session.runsFor ? { user: session.runsFor } : {};
  return { sessionId: session.sessionId, tool, args, session: { taint, calls, denials }, provenance, ...user };
}

/** Only the approval workflow invokes it, after a person approved, and the gate, for a slow call that it allowed. */
export function handler(event: { sessionId: string; requestId: string }): Promise<ExecutionSummary> {
  return execution.run(event.sessionId, event.requestId);
}
