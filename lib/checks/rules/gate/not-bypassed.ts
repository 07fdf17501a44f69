import type { ConditionEntry } from '../../../template/iam/condition';
import { guardingFunctionsOf } from '../../facts/behind-the-gate';
import { policiesOn } from '../../facts/policy-attachments';
import { denialsOf } from '../../judge/denials';
import type { Rule } from '../../rule';

const INVOKE = 'lambda:InvokeFunction';

/** What stands behind the gate believes what it is told: so only the gate may tell it. */
export const notBypassed: Rule = {
  id: 'GateNotBypassed',
  pillar: 'gate',
  severity: 'error',
  holds:
    'The functions that decide on a model caller’s calls, act on them, or take people’s decisions, deny calls by anybody but their named callers.',
  source:
    'Lambda Developer Guide, "Working with resource-based IAM policies in Lambda"; IAM User Guide, "AWS global condition context keys: aws:PrincipalIsAWSService"; OWASP API Security API2:2023; CWE-290 "Authentication Bypass by Spoofing"',
  fix: 'Add AWS::Lambda::ResourcePolicy with a Deny of lambda:InvokeFunction for Principal "*": with Bool aws:PrincipalIsAWSService false where a service such as API Gateway calls the function, with ArnNotEquals aws:PrincipalArn = the calling roles elsewhere.',
  *check(assembly) {
    for (const [called, why] of guardingFunctionsOf(assembly)) {
      const attached = policiesOn(assembly, called, {
        type: 'AWS::Lambda::ResourcePolicy',
        names: 'ResourceArn',
        document: 'PolicyDocument',
      });
      const closed = attached.some(
        ({ holder, policy }) =>
          holder.presence === 'always' &&
          denialsOf(policy, INVOKE, sparesServices).some(
            ({ statement: { resource } }) =>
              resource?.negated === false &&
              resource.patterns.some((pattern) => pattern === '*' || assembly.find(pattern) === called),
          ),
      );
      if (closed) continue;
      yield {
        resource: called,
        property: 'Properties',
        message: `${why}, and whoever in the account may invoke it hands it an event of their own making: no AWS::Lambda::ResourcePolicy denies that, or that can't be proven`,
      };
    }
  },
};

/** API Gateway calls as a service; people and roles don't. */
function sparesServices({ operator, key, values }: ConditionEntry): boolean {
  return (
    /^bool$/i.test(operator) &&
    key.toLowerCase() === 'aws:principalisawsservice' &&
    values.length > 0 &&
    values.every((value) => String(value) === 'false')
  );
}
