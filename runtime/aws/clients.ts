import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';

/**
 * Makes a client on first use, so that a cold start makes only the clients that the call needs. The `PURE` marks below let
 * the bundler leave out the clients that a bundle doesn't use.
 */
function once<Client>(make: () => Client): () => Client {
  let client: Client | undefined;
  return () => {
    client ??= make();
    return client;
  };
}

export const dynamodb = /* @__PURE__ */ once(() => new DynamoDBClient({}));
/**
 * More attempts than usual: ECS starts at most 20 tasks a second in an account, and many sessions may begin at once. A client token keeps
 * a second attempt from starting a second task.
 */
export const ecs = /* @__PURE__ */ once(() => new ECSClient({ maxAttempts: 8 }));
export const kms = /* @__PURE__ */ once(() => new KMSClient({}));
/** No retries: an Invoke whose reply was lost may have run. */
export const lambda = /* @__PURE__ */ once(() => new LambdaClient({ maxAttempts: 1 }));
export const s3 = /* @__PURE__ */ once(
  () => new S3Client({ forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined }),
);
export const secretsManager = /* @__PURE__ */ once(() => new SecretsManagerClient({}));
export const sfn = /* @__PURE__ */ once(() => new SFNClient({}));
