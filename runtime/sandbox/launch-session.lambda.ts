import { RunTaskCommand } from '@aws-sdk/client-ecs';
import { ecs } from '../aws/clients';
import { environment } from '../aws/environment';
import { EvidenceStore } from '../aws/evidence-store';
import { LedgerWriter } from '../aws/ledger-writer';
import { randomHex } from '../aws/random-hex';
import { SessionStore } from '../aws/session-store';
import { type LaunchReply, launchSession } from './session-launcher';

/** Opens a session and starts its task. The application that the agent works for invokes it. */
export function handler(event: unknown): Promise<LaunchReply> {
  return launchSession(
    event,
    {
      sessions: new SessionStore(environment('STATE_TABLE'), environment('AGENT_ID')),
      ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
      evidence: new EvidenceStore(environment('EVIDENCE_BUCKET')),
      runTask,
      agentId: environment('AGENT_ID'),
      now: Date.now,
      randomHex,
    },
    Number(environment('SESSION_SECONDS')),
  );
}

async function runTask(sessionId: string): Promise<string> {
  const started = await ecs().send(
    new RunTaskCommand({
      cluster: environment('CLUSTER_ARN'),
      taskDefinition: environment('TASK_DEFINITION_ARN'),
      launchType: 'FARGATE',
      count: 1,
      // With the token, a retry starts no second task.
      clientToken: sessionId,
      startedBy: sessionId,
      enableExecuteCommand: false,
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: environment('SUBNET_IDS').split(','),
          securityGroups: [environment('SECURITY_GROUP_ID')],
          assignPublicIp: 'DISABLED',
        },
      },
    }),
  );
  const taskArn = started.tasks?.[0]?.taskArn;
  if (!taskArn) throw new Error(`ECS started no task: ${started.failures?.[0]?.reason ?? 'no reason given'}.`);
  return taskArn.slice(taskArn.lastIndexOf('/') + 1);
}
