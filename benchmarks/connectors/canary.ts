import { readFileSync } from 'node:fs';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { searchForSecret } from '../../examples/quickstart/demo/secret-search';
import { inParallel } from '../../runtime/ledger/in-parallel';
import type { ConnectorsDeployment } from './deployment';
import { echoId, MARKER } from './echoes';

const CONCURRENCY = 4;

export interface Canaries {
  readonly calls: number;
  /** Where a credential, or an answer that repeats one, was found. */
  readonly leaks: readonly string[];
  /** By status, what the calls ended as. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly searched: Readonly<Record<string, number>>;
}

/**
 * Calls of a target that repeats the credential in every place and spelling, and then a search of everything that the product keeps:
 * replies, buckets, state, logs. It shares no code with the executor's own check.
 */
export async function canaryLeaks(deployment: ConnectorsDeployment, calls: number): Promise<Canaries> {
  const session = await deployment.session();
  const statuses: Record<string, number> = {};
  const leaks: string[] = [];
  const replies: string[] = [];
  await inParallel(
    Array.from({ length: calls }, (_, index) => index),
    async (index) => {
      const tool = index % 2 === 0 ? 'notes_echo' : 'notes_echo_write';
      const id = echoId(index);
      const reply = await session.call(`canary-${index}`, tool, { id });
      statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
      const text = JSON.stringify(reply);
      replies.push(text);
      if (text.includes(MARKER)) leaks.push(`the reply to ${id}`);
    },
    CONCURRENCY,
  );
  const kept: Readonly<Record<string, readonly string[]>> = {
    replies,
    objects: await objects(deployment),
    state: await state(deployment),
    logs: await logs(deployment),
    'lines of the emulator': readFileSync(deployment.emulator.logFile, 'utf8').split('\n'),
  };
  const credentials = Object.values(deployment.target.accepted);
  for (const [where, texts] of Object.entries(kept)) {
    for (const credential of credentials) {
      const { hits } = searchForSecret(credential, texts);
      if (hits > 0) leaks.push(`${hits} ${where}`);
    }
    const repeated = texts.filter((text) => text.includes(MARKER)).length;
    if (repeated > 0 && where !== 'replies') leaks.push(`${repeated} ${where} with an answer that repeats one`);
  }
  const searched = Object.fromEntries(Object.entries(kept).map(([where, texts]) => [where, texts.length]));
  return { calls, leaks, statuses, searched };
}

/** Every object of every bucket: ledger, evidence, publication, and what the deployment uploaded. */
async function objects({ emulator }: ConnectorsDeployment): Promise<string[]> {
  const s3 = new S3Client(emulator.clientConfig());
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const found: string[] = [];
  for (const { Name: Bucket } of Buckets) {
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
      const keys = (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
      await inParallel(
        keys,
        async (Key) => {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
          found.push(`${Key}\n${(await Body?.transformToString('latin1')) ?? ''}`);
        },
        CONCURRENCY,
      );
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }
  return found;
}

async function state(deployment: ConnectorsDeployment): Promise<string[]> {
  const client = new DynamoDBClient(deployment.emulator.clientConfig());
  const TableName = deployment.physicalId('Agent/State/Table');
  const found: string[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
    found.push(...Items.map((item) => JSON.stringify(item)));
  }
  return found;
}

async function logs({ emulator }: ConnectorsDeployment): Promise<string[]> {
  const client = new CloudWatchLogsClient(emulator.clientConfig());
  const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({}));
  const found: string[] = [];
  for (const { logGroupName } of logGroups) {
    let nextToken: string | undefined;
    do {
      const page = await client.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
      found.push(...(page.events ?? []).map(({ message }) => message ?? ''));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  return found;
}
