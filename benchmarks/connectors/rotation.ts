import { setTimeout } from 'node:timers/promises';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { inParallel } from '../../runtime/ledger/in-parallel';
import { type ConnectorsDeployment, newSecret } from './deployment';
import type { Accepted } from './target';

const CONCURRENCY = 4;
/** How long the target and the secret differ, in milliseconds. Several calls run in that time. */
const APART_MS = 1500;

export interface Rotated {
  readonly calls: number;
  readonly failed: readonly string[];
  /** Notes that were read or written more than once by one call. */
  readonly twice: readonly string[];
  /** Requests that the target refused, and that were sent again with the other value. */
  readonly refused: number;
}

/** Calls of reads and writes while their credentials are rotated, evenly over the run. The target accepts one value at any time. */
export async function callsDuringRotations(
  deployment: ConnectorsDeployment,
  calls: number,
  rotations: number,
): Promise<Rotated> {
  const session = await deployment.session();
  const { target } = deployment;
  const refusedBefore = target.refused;
  const failed: string[] = [];
  let begun = 0;
  let rotating: Promise<void> = Promise.resolve();
  const every = Math.floor(calls / (rotations + 1));
  await inParallel(
    Array.from({ length: calls }, (_, index) => index),
    async (index) => {
      const turn = Math.floor(begun / every);
      begun += 1;
      if (begun % every === 0 && turn < rotations) rotating = rotating.then(() => rotate(deployment, turn));
      const tool = index % 2 === 0 ? 'notes_get' : 'notes_put';
      const reply = await session.call(`rotation-${index}`, tool, { id: `rotation-${index}` });
      if (reply.status !== 'succeeded')
        failed.push(`${tool}: ${reply.status} ${reply.code ?? ''} ${reply.reason ?? ''}`);
    },
    CONCURRENCY,
  );
  await rotating;
  const twice = [...target.done].flatMap(([request, times]) =>
    request.includes('/rotation-') && times > 1 ? [`${request}: ${times} times`] : [],
  );
  return { calls, failed, twice, refused: target.refused - refusedBefore };
}

/**
 * In turn: a person stores a new value before the target accepts it alone, and a rotation function whose target changes before the
 * secret does.
 */
async function rotate(deployment: ConnectorsDeployment, turn: number): Promise<void> {
  const { secrets, target } = deployment;
  const kind: keyof Accepted = turn % 2 === 0 ? 'write' : 'read';
  const SecretId = deployment.secretOf(kind);
  const SecretString = newSecret();
  if (turn % 4 < 2) {
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
    await setTimeout(APART_MS);
    target.accepted[kind] = SecretString;
    return;
  }
  const { VersionId: RemoveFromVersionId } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const VersionStages = ['AWSPENDING'];
  const { VersionId } = await secrets.send(new PutSecretValueCommand({ SecretId, SecretString, VersionStages }));
  target.accepted[kind] = SecretString;
  await setTimeout(APART_MS);
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: VersionId,
      RemoveFromVersionId,
    }),
  );
}
