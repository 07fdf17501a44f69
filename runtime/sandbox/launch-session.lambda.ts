import { RunTaskCommand } from '@aws-sdk/client-ecs';
import { ecs } from '../aws/clients';
import { environment } from '../aws/environment';
import { EvidenceStore } from '../aws/evidence-store';
import { LaunchStore } from '../aws/launch-store';
import { LedgerWriter } from '../aws/ledger-writer';
import { logAs } from '../aws/log-line';
import { ObjectVersions } from '../aws/object-versions';
import { randomHex } from '../aws/random-hex';
import { SessionSlots } from '../aws/session-slots';
import { SessionStore } from '../aws/session-store';
import type { DeclaredDocuments, LaunchRefusal, LaunchReply, OidcUsersSettings } from '../core/contracts';
import { IssuerKeys } from '../oidc/issuer-keys';
import { verifyIdToken } from '../oidc/verify-id-token';
import type { DeclaredUsers } from './identify-user';
import type { LaunchDocuments } from './pin-documents';
import { launchSession } from './session-launcher';

const log = logAs('launch-session');
// Keys that were fetched are kept from call to call.
const users = declaredUsers();
const documents = declaredDocuments();

/** Opens a session and starts its task. The application that the agent works for invokes it. */
export function handler(event: unknown): Promise<LaunchReply | LaunchRefusal> {
  return launchSession(
    event,
    {
      sessions: new SessionStore(environment('STATE_TABLE'), environment('AGENT_ID')),
      launches: new LaunchStore(environment('STATE_TABLE'), environment('AGENT_ID')),
      ledger: new LedgerWriter(environment('LEDGER_BUCKET')),
      evidence: new EvidenceStore(environment('EVIDENCE_BUCKET')),
      ...(users ? { users } : {}),
      ...(documents ? { documents } : {}),
      runTask,
      limit: {
        slots: new SessionSlots(environment('STATE_TABLE'), environment('AGENT_ID')),
        most: Number(environment('MAX_SESSIONS')),
      },
      agentId: environment('AGENT_ID'),
      now: Date.now,
      randomHex,
      log,
    },
    Number(environment('SESSION_SECONDS')),
  );
}

/** Undefined: the runtime declares no issuer. */
function declaredUsers(): DeclaredUsers | undefined {
  const { USERS } = process.env;
  if (USERS === undefined) return undefined;
  const settings = JSON.parse(USERS) as OidcUsersSettings;
  const keys = new IssuerKeys(settings.issuer, settings.keys, { fetch, now: Date.now, log });
  return { settings, verify: (token) => verifyIdToken(token, settings, keys.keyOf, Date.now()) };
}

/** Undefined: the runtime declares no documents. */
function declaredDocuments(): LaunchDocuments | undefined {
  const { DOCUMENTS } = process.env;
  if (DOCUMENTS === undefined) return undefined;
  const objectVersions = new ObjectVersions();
  return {
    declared: JSON.parse(DOCUMENTS) as readonly DeclaredDocuments[],
    find: (bucketVariable, key, versionId) => objectVersions.find(environment(bucketVariable), key, versionId),
  };
}

async function runTask(sessionId: string, userTag: string): Promise<string> {
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
      tags: [
        { key: 'hardened-agent:session', value: sessionId },
        { key: 'hardened-agent:user', value: userTag },
      ],
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
