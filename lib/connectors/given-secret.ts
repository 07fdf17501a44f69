import { Annotations, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct, IConstruct } from 'constructs';
import type { Credential } from './credential';
import { warnOfKeyPolicy } from './key-policy';

/** The connectors, webhooks and web desks of an app that were given a secret, by the secret's ARN. */
const GIVEN = new WeakMap<IConstruct, Map<string, Construct>>();

/**
 * The ARN of an existing secret, for the one connector that may use it.
 * @throws Error when there is no credential for it, its ARN isn't known in full, or something else has it
 * @internal
 */
export function arnOfGivenSecret(
  connector: Construct,
  secret: secretsmanager.ISecret,
  credential: Credential | undefined,
): string {
  if (!credential) {
    throw new Error(
      `${connector.node.path}: secret is given without credential; write how the target expects it, such as Credential.bearer('tickets-api')`,
    );
  }
  return arnOfSecretFor(connector, secret, 'credential');
}

/**
 * The ARN of an existing secret, for the one construct whose function may read it.
 * @param what what the secret holds
 * @throws Error when its ARN isn't known in full, it is in another region, or something else has it
 * @internal
 */
export function arnOfSecretFor(owner: Construct, secret: secretsmanager.ISecret, what: string): string {
  const { path, root } = owner.node;
  const arn = secret.secretFullArn;
  if (arn === undefined) {
    throw new Error(
      `${path}: the full ARN of the secret isn't known, and a name with a wildcard would admit other secrets; write secretsmanager.Secret.fromSecretCompleteArn(…)`,
    );
  }
  const [own, there] = [Stack.of(owner).region, secret.env.region];
  if (Token.compareStrings(own, there) === TokenComparison.DIFFERENT) {
    throw new Error(
      `${path}: its secret is in ${there}, but its function reads secrets of ${own} only; replicate the secret to ${own}`,
    );
  }
  const given = GIVEN.get(root) ?? new Map<string, Construct>();
  GIVEN.set(root, given);
  const key = secret.node.defaultChild ? secret.node.path : JSON.stringify(Stack.of(secret).resolve(arn));
  const other = given.get(key);
  if (other) {
    throw new Error(
      `${path}: its secret is also the one of ${other.node.path}, and each secret has one reader; give each its own`,
    );
  }
  given.set(key, owner);
  if (!(secret.node.defaultChild instanceof secretsmanager.CfnSecret)) warnOfForeignSecret(owner, secret, what);
  warnOfName(owner, arn);
  if (secret.encryptionKey) warnOfKeyPolicy(owner, secret.encryptionKey);
  return arn;
}

/** Nothing here tells whom its policy and its key admit. Without the key, its use can't be granted either. */
function warnOfForeignSecret(owner: Construct, secret: secretsmanager.ISecret, what: string): void {
  const { path } = owner.node;
  const { account, region } = Stack.of(owner);
  const { env } = secret;
  const isOfOther = Token.compareStrings(account, env.account) === TokenComparison.DIFFERENT;
  Annotations.of(owner).addWarningV2(
    'cdk-hardened-agent:secret-of-others',
    [
      `The secret of ${path} isn't in this app, so its policy and key are not checked: whoever they admit may read the ${what}.`,
      ...(isOfOther
        ? [
            `It is of the account ${env.account}: its policy and the policy of its key must admit this account's role, and the key must be one of that account's own.`,
          ]
        : []),
      ...(secret.encryptionKey
        ? []
        : [
            `If it has a key of its own, the role lacks kms:Decrypt on that key, with kms:ViaService = secretsmanager.${Token.isUnresolved(region) ? 'REGION' : region}.amazonaws.com and the encryption context SecretARN: write secretsmanager.Secret.fromSecretAttributes(…, { secretCompleteArn, encryptionKey }).`,
          ]),
    ].join(' '),
  );
}

/**
 * Secrets Manager ends each ARN with a hyphen and six characters that it chooses, of letters in both cases and digits. A name may
 * end in the same form, and CDK then takes it for the complete ARN. Of the ends that Secrets Manager chooses, one in a hundred looks
 * like a word or a number.
 *
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
function warnOfName(owner: Construct, arn: string): void {
  const [end] = Token.isUnresolved(arn) ? [] : (/-(?:[a-z]{6}|[A-Z]{6}|\d{6})$/.exec(arn) ?? []);
  if (end === undefined) return;
  Annotations.of(owner).addWarningV2(
    'cdk-hardened-agent:secret-name',
    `The ARN of the secret of ${owner.node.path} ends with "${end}", which may be a part of its name. Then the role can't read it: write the complete ARN, which ends with a hyphen and six more characters that Secrets Manager chose, or acknowledge this warning.`,
  );
}
