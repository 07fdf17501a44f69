import { type Assembly, type Resource, referencesIn } from '../../../template';
import { hasOwnRuntime } from '../../facts/own-runtime';
import { policiesOn } from '../../facts/policy-attachments';
import { denialsOf, sparedByAll } from '../../judge/denials';
import type { Offence, Rule } from '../../rule';

/** A credential has one reader: the connector that uses it. */
export const oneReader: Rule = {
  id: 'SecretsOneReader',
  pillar: 'secrets',
  severity: 'error',
  holds:
    'Every secret beside a gate, and every other that no resource of the app names, has a resource policy that denies reading its value to everybody except one role.',
  source:
    'Secrets Manager User Guide, "Resource-based policies" and "AWS Secrets Manager best practices: Limit access to secrets"; NIST SP 800-53 AC-3',
  fix: 'Add AWS::SecretsManager::ResourcePolicy with a Deny of GetSecretValue and BatchGetSecretValue for Principal "*", with ArnNotEquals aws:PrincipalArn = the one role.',
  lists: ['ASI03', 'MCP01:2025', 'NIST SP 800-53 AC-3'],
  insecure: `Resources:
  Secret: { Type: AWS::SecretsManager::Secret }
`,
  secure: `Resources:
  Secret: { Type: AWS::SecretsManager::Secret }
  OneReader:
    Type: AWS::SecretsManager::ResourcePolicy
    Properties:
      SecretId: !Ref Secret
      ResourcePolicy:
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: [secretsmanager:GetSecretValue, secretsmanager:BatchGetSecretValue]
            Resource: "*"
            Condition: { ArnNotEquals: { aws:PrincipalArn: "arn:aws:iam::111122223333:role/connector" } }
`,
  *check(assembly) {
    const isOwn = hasOwnRuntime(assembly);
    for (const secret of assembly.ofType('AWS::SecretsManager::Secret')) {
      if (isOwn || !isNamed(assembly, secret)) yield* secretOffences(assembly, secret);
    }
  },
};

/** What only belongs to the secret. */
const OF_SECRET = /^AWS::SecretsManager::/;

/** Without a gate, a policy that names the secret may say who reads it. LeastPrivilegeNoWildcard finds those that name all. */
function isNamed(assembly: Assembly, secret: Resource): boolean {
  return assembly.resources.some(
    (other) =>
      !OF_SECRET.test(other.type) &&
      Object.keys(other.properties).some((member) =>
        other
          .property(member)
          .some(({ value }) => referencesIn(value).some((reference) => assembly.find(reference) === secret)),
      ),
  );
}

function* secretOffences(assembly: Assembly, secret: Resource): Generator<Offence> {
  const attached = policiesOn(assembly, secret, {
    type: 'AWS::SecretsManager::ResourcePolicy',
    names: 'SecretId',
    document: 'ResourcePolicy',
  });
  const [first] = attached;
  if (first === undefined) {
    const message = 'has no resource policy: every role with a broad policy can read it';
    yield { resource: secret, property: 'Properties', message };
    return;
  }
  const at = { resource: first.holder, property: first.property };
  for (const action of ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue']) {
    const spared = sparedByAll(attached.flatMap(({ policy }) => denialsOf(policy, action)));
    if (spared === undefined) {
      yield { ...at, message: `${action} isn't denied to everybody except one role, or that can't be proven` };
    } else if (spared.length > 1) {
      yield { ...at, message: `${action} is left to ${spared.length} principals instead of one` };
    }
  }
}
