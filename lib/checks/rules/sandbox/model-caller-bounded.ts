import { describe, Unresolved } from '../../../template';
import { identityPoliciesOf } from '../../../template/iam/collect';
import { statementsOf } from '../../../template/iam/policy';
import { agentsOf } from '../../facts/workloads';
import { assumed, unproven } from '../../judge/branches';
import { statementPath, widePartsOf } from '../../judge/statement-width';
import type { Rule } from '../../rule';

/** All that a workload which reads a model's answers may do by its own role. */
const ALLOWED = new Set(
  [
    'execute-api:Invoke',
    'bedrock:InvokeModel',
    'bedrock:InvokeModelWithResponseStream',
    'bedrock:ApplyGuardrail',
    // A function's own log stream and network interface.
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ].map((action) => action.toLowerCase()),
);

/** The role of what calls a model is treated as stolen: it can call the gate and the model, nothing else. */
export const modelCallerBounded: Rule = {
  id: 'SandboxModelCallerBounded',
  pillar: 'sandbox',
  severity: 'error',
  holds: 'A task or function that may call a model has no right but to call that model and the gate.',
  source: 'OWASP Top 10 for LLM Applications LLM06:2025 "Excessive Agency"; NIST SP 800-53 AC-6(1)',
  fix: 'Move the right to a connector behind the gate, and leave the role with execute-api:Invoke and bedrock:InvokeModel.',
  *check(assembly) {
    const seen = new Set<string>();
    const { astray } = identityPoliciesOf(assembly);
    for (const agent of agentsOf(assembly)) {
      if (seen.has(agent.resource.key)) continue;
      seen.add(agent.resource.key);
      const { policies, foreign } = agent.policies;
      // A policy of which nobody knows whom it is attached to may be the agent's.
      for (const { policy, holder, property } of [...policies, ...astray]) {
        for (const statement of statementsOf(policy)) {
          if (statement.effect === 'Deny') continue;
          const at = statementPath(property, statement);
          const foreignActions = statement.action.patterns.filter(
            (action) => typeof action !== 'string' || !ALLOWED.has(action.toLowerCase()),
          );
          for (const action of statement.action.negated ? [] : foreignActions) {
            const message =
              action instanceof Unresolved
                ? unproven(action)
                : `lets the model caller ${agent.resource.path} do ${describe(action)}`;
            yield { resource: holder, property: `${at}.Action`, message };
          }
          for (const { member, message } of widePartsOf(statement)) {
            // Actions are judged above; what is wide about the rest is judged as for any role.
            if (member !== 'Action') yield { resource: holder, property: `${at}.${member}`, message };
          }
        }
      }
      for (const { holder, property, arn, assuming } of foreign) {
        const message = `can't be proven: what ${describe(arn)} lets the model caller do isn't in the template`;
        yield { resource: holder, property, message: assumed(message, assuming) };
      }
    }
  },
};
