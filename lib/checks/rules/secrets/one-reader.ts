import { type Assembly, type Resource, resourcesNamedBy } from '../../../template';
import type { Statement } from '../../../template/iam/policy';
import { nearAgents } from '../../facts/near-agents';
import { hasOwnRuntime } from '../../facts/own-runtime';
import { policiesOn } from '../../facts/policy-attachments';
import { isOfRuntime } from '../../facts/runtime-resources';
import { denialsOf, isAbout, sparedByAll } from '../../judge/denials';
import type { Offence, Rule } from '../../rule';

/** A credential has one reader: the connector that uses it. */
export const oneReader: Rule = {
  id: 'SecretsOneReader',
  pillar: 'secrets',
  severity: 'error',
  holds:
    'Every secret that a runtime with our gate or an agent beside it uses has a resource policy that denies reading its value to everybody except one role. In an app without our gate, so has every secret that no resource names.',
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
    const secrets = assembly.ofType('AWS::SecretsManager::Secret');
    // Who names a secret takes long to find out.
    if (secrets.length === 0) return;
    const isJudged = hasOwnRuntime(assembly) ? usedBesideGate(assembly) : namedByNothing(assembly);
    for (const secret of secrets) {
      if (isJudged(secret)) yield* secretOffences(assembly, secret);
    }
  },
};

/**
 * What the runtime's parts and the agents use. Another secret of the app is its owner's: the boundaries of the runtime's roles don't let
 * them read it, and LeastPrivilegeNoWildcard finds a role that reads all.
 */
function usedBesideGate(assembly: Assembly): (secret: Resource) => boolean {
  const near = nearAgents(assembly);
  return (secret) => near.has(secret) || isOfRuntime(assembly, secret);
}

/** What only belongs to the secret. */
const OF_SECRET = /^AWS::SecretsManager::/;

/** Without a gate, a policy that names the secret may say who reads it. LeastPrivilegeNoWildcard finds those that name all. */
function namedByNothing(assembly: Assembly): (secret: Resource) => boolean {
  const others = assembly.resources.filter(({ type }) => !OF_SECRET.test(type));
  const named = new Set(others.flatMap((other) => resourcesNamedBy(assembly, other)));
  return (secret) => !named.has(secret);
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
    const isMeant = (statement: Statement): boolean => isAbout(assembly, statement, secret);
    const spared = sparedByAll(attached.flatMap(({ policy }) => denialsOf(policy, action, undefined, isMeant)));
    if (spared === undefined) {
      yield { ...at, message: `${action} isn't denied to everybody except one role, or that can't be proven` };
    } else if (spared.length > 1) {
      yield { ...at, message: `${action} is left to ${spared.length} principals instead of one` };
    }
  }
}
