import { Annotations, AspectPriority, Aspects, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct, IConstruct } from 'constructs';

interface Statement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly Principal?: unknown;
}

/**
 * A role's own right to use a key counts only where the key's policy admits the role, or lets the account's IAM policies decide. Looks
 * for that at the end, where the key is in this app.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 * @internal
 */
export function warnOfKeyPolicy(owner: Construct, key: kms.IKey): void {
  const resource = resourceOf(key);
  if (resource === undefined) return;
  Aspects.of(owner).add(
    {
      visit: (node) => {
        if (node !== owner || admitsReaders(owner, resource)) return;
        Annotations.of(owner).addWarningV2(
          'cdk-hardened-agent:key-policy',
          `The policy of the key ${resource.node.path} names neither the role that reads the secret of ${owner.node.path} nor the account, so the role's own right to use the key has no effect. Allow kms:Decrypt in the key's policy for that role, or for the account's root with kms:ViaService = secretsmanager.REGION.amazonaws.com.`,
        );
      },
    },
    { priority: AspectPriority.READONLY },
  );
}

function resourceOf(key: kms.IKey): kms.CfnKey | undefined {
  const { defaultChild } = key.node;
  if (defaultChild instanceof kms.CfnKey) return defaultChild;
  const named: (IConstruct | undefined)[] = Tokenization.reverseString(key.keyArn).tokens.map((token) =>
    Reference.isReference(token) ? token.target : undefined,
  );
  return named.find((target) => target instanceof kms.CfnKey);
}

/** Without a policy, KMS writes the default one, which lets IAM policies decide. A statement's conditions aren't judged. */
function admitsReaders(owner: Construct, key: kms.CfnKey): boolean {
  const stack = Stack.of(key);
  const { Statement: statements } = (stack.resolve(key.keyPolicy) ?? {}) as { Statement?: Statement | Statement[] };
  if (statements === undefined) return true;
  const readers = owner.node
    .findAll()
    .filter((each) => each instanceof iam.CfnRole)
    .map((role) => String(stack.resolve(role.logicalId)));
  return [statements]
    .flat()
    .some(
      ({ Effect, Action, Principal }) => Effect === 'Allow' && mayDecrypt(Action) && isAdmitted(Principal, readers),
    );
}

function mayDecrypt(actions: unknown): boolean {
  return [actions]
    .flat()
    .some(
      (action) =>
        typeof action !== 'string' ||
        new RegExp(`^${action.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test('kms:Decrypt'),
    );
}

/** Everybody, the whole account, or one of these roles. */
function isAdmitted(principal: unknown, readers: readonly string[]): boolean {
  const text = JSON.stringify(principal ?? '');
  return (
    /"\*"|:root"|"\d{12}"|"AWS::AccountId"\}(?!,":(role|user))/.test(text) ||
    readers.some((logicalId) => text.includes(`"${logicalId}"`))
  );
}
