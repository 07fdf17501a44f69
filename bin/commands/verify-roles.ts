import { parseArgs } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { Assembly } from '../../lib/template';
import { roleQuestions } from '../../lib/template/iam/role-questions';
import { parseYaml } from '../../lib/template/model/yaml';
import { escapeToLine } from '../../runtime/core/display';
import { asciiJson } from '../ascii-json';
import type { CommandIo } from '../command-io';
import { readDeployment } from '../verify-roles/read-deployment';
import { type RoleAnswer, simulateRoles } from '../verify-roles/simulate-roles';

const USAGE = `Usage: hardened-agent verify-roles <cdk.out or template> [--stack NAME] [--json]

Asks AWS what the deployed roles may do to the deployed resources, and says what differs from the template: a policy
that somebody attached, or one that isn't there. It reads only: cloudformation:ListStackResources,
iam:SimulatePrincipalPolicy and sts:GetCallerIdentity. Exit code 1 where something differs.

  --stack NAME  the deployed stack, where it isn't called as in the assembly
  --json        every difference and every question that conditions leave open`;

/** Clients of AWS; tests give their own. */
export interface VerifyRolesClients {
  readonly iam: Pick<IAMClient, 'send'>;
  readonly cloudFormation: CloudFormationClient;
  readonly sts: Pick<STSClient, 'send'>;
}

/** `hardened-agent verify-roles`: 0 when AWS and the template agree, 1 when they differ, 2 on wrong usage. */
export async function verifyRoles(args: string[], io: CommandIo, clients = awsClients()): Promise<number> {
  let values: { json?: boolean; help?: boolean; stack?: string };
  let assembly: Assembly;
  try {
    const parsed = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean' }, stack: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    values = parsed.values;
    if (values.help) {
      io.out(USAGE);
      return 0;
    }
    const [target] = parsed.positionals;
    if (target === undefined || parsed.positionals.length > 1) throw new Error('Name one cdk.out folder or template.');
    assembly = Assembly.load(target, { parseYaml });
    const stacks = assembly.templates.filter(({ parent }) => parent === undefined);
    if (values.stack !== undefined && stacks.length > 1) {
      throw new Error(`--stack names one stack, and the assembly holds ${stacks.length}. Give one template.`);
    }
  } catch (error) {
    io.err(escapeToLine((error as Error).message));
    io.err(USAGE);
    return 2;
  }
  const deployed = await readDeployment(assembly, clients, values.stack);
  const questions = roleQuestions(assembly, deployed);
  if (questions.length === 0) {
    io.err('No role of the templates is deployed there. Check the stack, the account and the region.');
    return 1;
  }
  const answers = await simulateRoles(clients.iam, questions);
  const differences = answers.filter(differs);
  const open = answers.filter(({ question }) => question.expected === 'depends');
  if (values.json) io.out(asciiJson({ asked: answers.length, ...listed(differences, open) }));
  else {
    for (const answer of differences) io.out(`✗ ${sentence(answer)}`);
    const roles = new Set(questions.map(({ roleArn }) => roleArn)).size;
    io.out(
      `${differences.length === 0 ? '✓' : '✗'} ${answers.length} questions about ${roles} roles: ` +
        `${differences.length} differ from the template; ${open.length} hang on conditions, and weren't compared`,
    );
  }
  return differences.length === 0 ? 0 : 1;
}

function awsClients(): VerifyRolesClients {
  return {
    iam: new IAMClient({ maxAttempts: 1 }),
    cloudFormation: new CloudFormationClient({}),
    sts: new STSClient({}),
  };
}

/** An answer that AWS didn't give is a difference too: nothing is proven by silence. */
function differs({ question, decision }: RoleAnswer): boolean {
  if (decision === 'absent') return true;
  if (question.expected === 'depends') return false;
  return (decision === 'allowed') !== (question.expected === 'true');
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
