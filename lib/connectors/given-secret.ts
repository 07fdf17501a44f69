import { Annotations, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct, IConstruct } from 'constructs';
import type { Credential } from './credential';

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
  if (!(secret.node.defaultChild instanceof secretsmanager.CfnSecret)) {
    Annotations.of(owner).addWarningV2(
      'cdk-hardened-agent:secret-of-others',
      `The secret of ${path} isn't in this app, so its policy and key are not checked: whoever they admit may read the ${what}.`,
    );
  }
  return arn;
}
