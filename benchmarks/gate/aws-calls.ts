import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { InvokeCommandOutput } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import { EvidenceStore } from '../../runtime/aws/evidence-store';
import { invokeExecutor } from '../../runtime/aws/invoke-executor';
import { LedgerWriter } from '../../runtime/aws/ledger-writer';
import { RequestStore } from '../../runtime/aws/request-store';
import { SessionStore } from '../../runtime/aws/session-store';
import type { ExecutorReply, ExecutorRequest } from '../../runtime/core/contracts';
import { Gate } from '../../runtime/gate/gate';
import { body, GateWorld, SESSION, TASK } from '../../test/runtime/gate/gate-world';
import { Rounds } from '../rounds';
import { argumentsOf, manifestWith, toolName } from './manifest-of';

/** What one call of a tool costs in calls of AWS. */
export interface AwsCalls {
  /** How many in all. */
  readonly calls: number;
  /** How many wait for one another: calls that run side by side count once. */
  readonly sequential: number;
}

/** Counts what the gate's own stores send, on the path of a call that runs at once. `warm`: the task's session is known. */
export async function awsCalls(warm: boolean): Promise<AwsCalls> {
  const rounds = new Rounds();
  const send = async (command: object): Promise<unknown> => {
    await rounds.wait();
    return answerTo(command);
  };
  const dynamodb = { send } as unknown as DynamoDBClient;
  const s3 = { send } as unknown as S3Client;
  const manifest = manifestWith(1);
  const gate = new Gate(manifest, {
    ...new GateWorld().ports,
    sessions: new SessionStore('state', 'Support-0a1b2c3d', dynamodb),
    requests: new RequestStore('state', dynamodb),
    ledger: new LedgerWriter('ledger', s3),
    evidence: new EvidenceStore('evidence', s3),
    executors: {
      invoke: (variable, request) =>
        invokeExecutor(variable, request, (input) => send(input) as Promise<InvokeCommandOutput>),
    },
  });
  const call = () => rounds.drive(gate.handle({ taskId: TASK, body: body(toolName(0), argumentsOf(1)) }));
  if (warm) await call();
  rounds.requests = 0;
  rounds.rounds = 0;
  const { status, reason } = await call();
  if (status !== 'succeeded') throw new Error(`The benchmark's own call ends as ${status}: ${reason}`);
  return { calls: rounds.requests, sequential: rounds.rounds };
}

function answerTo(command: object): unknown {
  if ('Payload' in command) {
    const request = JSON.parse(String(command.Payload)) as ExecutorRequest;
    const reply: ExecutorReply = {
      v: 1,
      requestId: request.requestId,
      status: 'succeeded',
      content: 'a ticket',
      bytes: 8,
      durationMs: 1,
    };
    return { Payload: Buffer.from(JSON.stringify(reply)) };
  }
  if (command.constructor.name === 'UpdateItemCommand') {
    const attributes = {
      sessionId: { S: SESSION },
      status: { S: 'ACTIVE' },
      taint: { BOOL: false },
      seq: { N: '7' },
      calls: { N: '1' },
      denials: { N: '0' },
      user: { S: 'ann' },
      taskText: { S: 'Answer ticket T-1.' },
      expiresAt: { N: '4000000000' },
    };
    return { Attributes: attributes };
  }
  if (command.constructor.name !== 'GetItemCommand') return {};
  const { Key } = (command as { input: { Key: { pk: { S: string } } } }).input;
  return Key.pk.S.startsWith('TASK#') ? { Item: { sessionId: { S: SESSION } } } : {};
}
