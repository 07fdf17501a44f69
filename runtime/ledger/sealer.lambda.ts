import { readFileSync } from 'node:fs';
import path from 'node:path';
import { GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';
import { kms } from '../aws/clients';
import { environment } from '../aws/environment';
import { logAs, logErrorAs } from '../aws/log-line';
import { randomHex } from '../aws/random-hex';
import { S3ObjectStore } from '../aws/s3-object-store';
import { DEPLOYMENTS_FILE, type Deployment } from '../core/contracts';
import { lagMetric } from '../core/ledger/sealing-metrics';
import { verifierKeyFromSpki } from '../core/merkle/note';
import { Sealer, type SealingReport } from './sealer';
import { DEFAULT_LIMITS, type Signer } from './sealer-ports';

// Lambda sets the name. Without it, the metric has a generic dimension, but sealing works.
const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'sealer';
const deployments = JSON.parse(readFileSync(path.join(__dirname, DEPLOYMENTS_FILE), 'utf8')) as Deployment[];
const log = logAs('sealer');
const logError = logErrorAs('sealer');
let sealer: Promise<Sealer> | undefined;

/** Runs every minute, one at a time. */
export async function handler(): Promise<SealingReport> {
  sealer ??= makeSealer();
  try {
    const report = await (await sealer).run();
    const lag = lagMetric(report.lagMs, Date.now(), functionName);
    log({ event: 'run', ...report, ...lag });
    return report;
  } catch (error) {
    sealer = undefined;
    throw error;
  }
}

async function makeSealer(): Promise<Sealer> {
  const later = (process.env.LATER_SIGNING_KEY_ARNS ?? '').split(',').filter((arn) => arn !== '');
  const witness = process.env.WITNESS_BUCKET;
  return new Sealer(
    {
      ledger: new S3ObjectStore(environment('LEDGER_BUCKET')),
      publication: new S3ObjectStore(environment('PUBLICATION_BUCKET')),
      witness: witness ? new S3ObjectStore(witness) : undefined,
      signers: [await kmsSigner(environment('SIGNING_KEY_ARN')), ...(await Promise.all(later.map(kmsSigner)))],
      deployments,
      now: Date.now,
      randomHex,
      log: (message) => logError({ event: 'notice', message }),
    },
    {
      ...DEFAULT_LIMITS,
      mergeDelayMs: Number(environment('MERGE_DELAY_SECONDS')) * 1000,
      heartbeatMs: Number(environment('HEARTBEAT_SECONDS')) * 1000,
    },
  );
}

async function kmsSigner(keyId: string): Promise<Signer> {
  const { PublicKey } = await kms().send(new GetPublicKeyCommand({ KeyId: keyId }));
  return {
    key: verifierKeyFromSpki(environment('ORIGIN'), PublicKey ?? new Uint8Array()),
    sign: async (text) => {
      const { Signature } = await kms().send(
        new SignCommand({
          KeyId: keyId,
          Message: Buffer.from(text, 'utf8'),
          MessageType: 'RAW',
          SigningAlgorithm: 'ED25519_SHA_512',
        }),
      );
      return Signature ?? new Uint8Array();
    },
  };
}
