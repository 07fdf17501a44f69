import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { roleQuestions } from '../../lib/template/iam/role-questions';
import { type Command, defineCommand } from '../command-line/define-command';
import { flag, text } from '../command-line/option';
import { UsageError } from '../command-line/usage-error';
import { type DeploymentClients, readDeployment } from '../deployed-roles/read-deployment';
import { type RoleAnswer, simulateRoles } from '../deployed-roles/simulate-roles';
import { ASSEMBLY } from './assembly-argument';

/** Clients of AWS; tests give their own. */
export interface VerifyRolesClients extends DeploymentClients {
  readonly iam: Pick<IAMClient, 'send'>;
}

/** Defines the command for these clients, which are made when the command runs. */
export function verifyRolesWith(clients: () => VerifyRolesClients): Command {
  return defineCommand({
    description: `Asks AWS what the deployed roles may do to the deployed resources, and reports each difference from the
template: a policy that was attached later, or one that is missing. It only reads.`,
    argument: ASSEMBLY,
    options: {
      stack: text('NAME', 'the deployed stack, when its name differs from the one in the assembly'),
      json: flag('print every difference, and every question that depends on conditions, as JSON'),
    },
    examples: [
      'hardened-agent verify-roles cdk.out',
      'hardened-agent verify-roles cdk.out/Quickstart.template.json --stack quickstart-prod',
    ],
    exitCodes: { 0: 'AWS and the template agree', 1: 'they differ, or nothing could be compared' },
    permissions: ['cloudformation:ListStackResources', 'iam:SimulatePrincipalPolicy', 'sts:GetCallerIdentity'],
    run: async ({ argument: assembly, options, io }) => {
      const stacks = assembly.templates.filter(({ parent }) => parent === undefined);
      if (options.stack !== undefined && stacks.length > 1) {
        throw new UsageError(`--stack names one stack, but the assembly has ${stacks.length}. Give one template.`);
      }
      const { iam, ...others } = clients();
      const questions = roleQuestions(assembly, await readDeployment(assembly, others, options.stack));
      if (questions.length === 0) {
        io.err('No role of these templates is deployed there. Check the stack, the account and the region.');
        return 1;
      }
      const answers = await simulateRoles(iam, questions);
      const differences = answers.filter(differs);
      const open = answers.filter(({ question }) => question.expected === 'depends');
      if (options.json) io.json({ asked: answers.length, ...listed(differences, open) });
      else for (const line of linesOf(answers, differences, open)) io.out(line);
      return differences.length === 0 ? 0 : 1;
    },
  });
}

export const verifyRoles = verifyRolesWith(() => ({
  // `simulateRoles` has its own retries.
  iam: new IAMClient({ maxAttempts: 1 }),
  cloudFormation: new CloudFormationClient({}),
  sts: new STSClient({}),
}));

/** A missing answer is a difference too: it proves nothing. */
function differs({ question, decision }: RoleAnswer): boolean {
  if (decision === 'absent') return true;
  if (question.expected === 'depends') return false;
  return (decision === 'allowed') !== (question.expected === 'true');
}

function linesOf(
  answers: readonly RoleAnswer[],
  differences: readonly RoleAnswer[],
  open: readonly RoleAnswer[],
): string[] {
  const roles = new Set(answers.map(({ question }) => question.roleArn)).size;
  return [
    ...differences.map((answer) => `✗ ${sentence(answer)}`),
    `${differences.length === 0 ? '✓' : '✗'} ${answers.length} questions about ${roles} roles: ` +
      `${differences.length} differ from the template; ${open.length} depend on conditions and were not compared`,
  ];
}

function sentence({ question, decision }: RoleAnswer): string {
  const { role, action, resourceArn } = question;
  if (decision === 'absent') return `AWS gave no answer: ${role.path} ${action} on ${resourceArn}`;
  return decision === 'allowed'
    ? `${role.path} may ${action} on ${resourceArn}, which the template doesn't allow`
    : `${role.path} may not ${action} on ${resourceArn} (${decision}), which the template allows`;
}

function listed(differences: readonly RoleAnswer[], open: readonly RoleAnswer[]): object {
  const one = ({ question, decision, missing }: RoleAnswer) => ({
    role: question.role.path,
    roleArn: question.roleArn,
    action: question.action,
    resource: question.resourceArn,
    template: question.expected,
    aws: decision,
    missing,
  });
  return { differences: differences.map(one), open: open.map(one) };
}
