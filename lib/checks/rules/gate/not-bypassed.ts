import { isFalse } from '../../../template';
import type { ConditionEntry } from '../../../template/iam/condition';
import { AGENT_BEFORE_GATE } from '../../examples/agent-before-gate';
import { guardingFunctionsOf } from '../../facts/behind-the-gate';
import { policiesOn } from '../../facts/policy-attachments';
import { denialsOf, isAbout } from '../../judge/denials';
import type { Rule } from '../../rule';

const INVOKE = 'lambda:InvokeFunction';

/** Functions behind the gate trust their events, so only the gate may invoke them. */
export const notBypassed: Rule = {
  id: 'GateNotBypassed',
  pillar: 'gate',
  severity: 'error',
  holds:
    'The functions that decide a model caller’s calls, run them, or take people’s decisions deny every caller except those they name.',
  source:
    'Lambda Developer Guide, "Working with resource-based IAM policies in Lambda"; IAM User Guide, "AWS global condition context keys: aws:PrincipalIsAWSService"; OWASP API Security API2:2023; CWE-290 "Authentication Bypass by Spoofing"',
  fix: 'Add AWS::Lambda::ResourcePolicy with a Deny of lambda:InvokeFunction for Principal "*". Its condition is Bool aws:PrincipalIsAWSService false where a service such as API Gateway calls the function, otherwise ArnNotEquals aws:PrincipalArn = the calling roles.',
  lists: ['ASI03', 'MCP07:2025', 'NIST SP 800-53 AC-3', 'NIST SP 800-53 IA-9'],
  insecure: template(''),
  secure: template(`  GatePolicy:
    Type: AWS::Lambda::ResourcePolicy
    Properties:
      ResourceArn: !GetAtt Gate.Arn
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: lambda:InvokeFunction
            Resource: !GetAtt Gate.Arn
            Condition: { Bool: { aws:PrincipalIsAWSService: false } }
`),
  *check(assembly) {
    for (const [called, why] of guardingFunctionsOf(assembly)) {
      const attached = policiesOn(assembly, called, {
        type: 'AWS::Lambda::ResourcePolicy',
        names: 'ResourceArn',
        document: 'PolicyDocument',
      });
      const closed = attached.some(
        ({ policy }) =>
          denialsOf(policy, INVOKE, sparesServices, (statement) => isAbout(assembly, statement, called)).length > 0,
      );
      if (closed) continue;
      yield {
        resource: called,
        property: 'Properties',
        message: `${why}, and any principal of the account with permission to invoke it can send it a forged event: no AWS::Lambda::ResourcePolicy denies that, or that can't be proven`,
      };
    }
  },
};

/** True only for a condition that exempts AWS services, such as API Gateway. */
function sparesServices({ operator, key, values }: ConditionEntry): boolean {
  return (
    /^bool$/i.test(operator) &&
    key.toLowerCase() === 'aws:principalisawsservice' &&
    values.length > 0 &&
    values.every(isFalse)
  );
}

/** The smallest app that the rule speaks of. */
function template(differing: string): string {
  return `${AGENT_BEFORE_GATE}  Gate: { Type: AWS::Lambda::Function }
${differing}`;
}
