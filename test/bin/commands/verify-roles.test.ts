import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import type { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { verifyRolesWith } from '../../../bin/commands/verify-roles';
import { simulateRoles } from '../../../bin/deployed-roles/simulate-roles';
import { Assembly } from '../../../lib/template';
import { roleQuestions } from '../../../lib/template/iam/role-questions';
import { quickstartTemplate, type TemplateBody } from '../../lib/prove/quickstart-template';
import { hardenedAgent } from '../hardened-agent-call';

const ACCOUNT = '111122223333';
const NAME = 'Quickstart.template.json';

let body: TemplateBody;
let file: string;

beforeAll(() => {
  body = quickstartTemplate();
  file = path.join(mkdtempSync(path.join(tmpdir(), 'verify-')), NAME);
  writeFileSync(file, JSON.stringify(body));
});

/** Physical ids as CloudFormation makes them: names, ids, and ARNs for some types. */
function physicalId(logicalId: string, type: string): string {
  const arn = (rest: string) => `arn:aws:${rest}`;
  if (type === 'AWS::SecretsManager::Secret')
    return arn(`secretsmanager:eu-west-1:${ACCOUNT}:secret:${logicalId}-AbCdEf`);
  if (type === 'AWS::StepFunctions::StateMachine') return arn(`states:eu-west-1:${ACCOUNT}:stateMachine:${logicalId}`);
  if (type === 'AWS::IAM::ManagedPolicy') return arn(`iam::${ACCOUNT}:policy/${logicalId}`);
  if (type === 'AWS::ECS::TaskDefinition') return arn(`ecs:eu-west-1:${ACCOUNT}:task-definition/${logicalId}:1`);
  return type === 'AWS::S3::Bucket' ? logicalId.toLowerCase() : `Quickstart-${logicalId}`;
}

const deployed = {
  account: ACCOUNT,
  partition: 'aws',
  region: 'eu-west-1',
  physicalId: ({ logicalId, type }: { logicalId: string; type: string }) => physicalId(logicalId, type),
};

type Send = (command: unknown) => Promise<unknown>;

/** CloudFormation, STS and IAM of an account in which the template is deployed; IAM answers as told, page by page. */
function account(decide: (role: string, action: string, resource: string) => string, pageSize = 3) {
  const calls: SimulatePrincipalPolicyCommand['input'][] = [];
  const all = Object.entries(body.Resources).map(([LogicalResourceId, { Type }]) => ({
    LogicalResourceId,
    PhysicalResourceId: physicalId(LogicalResourceId, Type),
  }));
  const cloudFormation: Send = async (command) => {
    const { StackName, NextToken } = (command as ListStackResourcesCommand).input;
    if (StackName !== 'Quickstart') throw new Error(`Stack with id ${StackName} does not exist`);
    const start = Number(NextToken ?? 0);
    const next = start + 100 < all.length ? String(start + 100) : undefined;
    return { StackResourceSummaries: all.slice(start, start + 100), NextToken: next };
  };
  const iam: Send = async (command) => {
    const { input } = command as SimulatePrincipalPolicyCommand;
    calls.push(input);
    const pairs = (input.ActionNames ?? []).flatMap((action) =>
      (input.ResourceArns ?? []).map((resource) => [action, resource] as const),
    );
    const start = Number(input.Marker ?? 0);
    const page = pairs.slice(start, start + pageSize);
    return {
      EvaluationResults: page.map(([action, resource]) => ({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: decide(input.PolicySourceArn ?? '', action, resource),
      })),
      IsTruncated: start + pageSize < pairs.length,
      Marker: String(start + pageSize),
    };
  };
  const clients = {
    iam: { send: iam } as never,
    sts: { send: async () => ({ Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/auditor/x` }) } as never,
    cloudFormation: {
      send: cloudFormation,
      config: { region: async () => 'eu-west-1' },
    } as unknown as CloudFormationClient,
  };
  return { calls, clients };
}

async function run(clients: ReturnType<typeof account>['clients'], ...args: string[]) {
  const commands = { 'verify-roles': { summary: '', load: async () => verifyRolesWith(() => clients) } };
  const { code, out, err } = await hardenedAgent(['verify-roles', ...args], {}, commands);
  return { code, text: [...out, ...err].join('\n') };
}

/** What AWS says of roles that are as in the template. */
function faithful(): (role: string, action: string, resource: string) => string {
  const answers = new Map(
    roleQuestions(Assembly.of({ name: NAME, body }), deployed).map(({ roleArn, action, resourceArn, expected }) => [
      `${roleArn} ${action} ${resourceArn}`,
      expected === 'true' ? 'allowed' : 'implicitDeny',
    ]),
  );
  return (role, action, resource) => answers.get(`${role} ${action} ${resource}`) ?? 'implicitDeny';
}

test('the questions name deployed things, and the template answers most of them for sure', () => {
  const questions = roleQuestions(Assembly.of({ name: NAME, body }), deployed);
  const yes = questions.filter(({ expected }) => expected === 'true').map((q) => `${q.action} ${q.resourceArn}`);
  expect(yes.length).toBeGreaterThan(20);
  expect(yes).toContainEqual(
    expect.stringMatching(
      /^secretsmanager:GetSecretValue arn:aws:secretsmanager:eu-west-1:111122223333:secret:Tickets\w+-AbCdEf$/,
    ),
  );
  expect(yes).toContainEqual(expect.stringMatching(/^s3:PutObject arn:aws:s3:::agentledgerbucket\w+\/entries\/probe$/));
  expect(yes).toContainEqual(
    expect.stringMatching(
      /^execute-api:Invoke arn:aws:execute-api:eu-west-1:111122223333:Quickstart-AgentGateApi\w+\/v1\/POST\/calls$/,
    ),
  );
  expect(questions.filter(({ resourceArn }) => /\$\{|\?\(/.test(resourceArn))).toEqual([]);
  const open = questions.filter(({ expected }) => expected === 'depends').length;
  expect(open / questions.length).toBeLessThan(0.1);
});

test('roles that are as in the template: nothing differs', async () => {
  const { clients, calls } = account(faithful());
  const { code, text } = await run(clients, file);
  expect(text).toMatch(/^✓ \d+ questions about \d+ roles: 0 differ from the template/);
  expect(code).toBe(0);
  expect(Math.max(...calls.map(({ ResourceArns }) => ResourceArns?.length ?? 0))).toBeLessThanOrEqual(20);
  expect(calls.some(({ Marker }) => Marker !== undefined)).toBe(true);
});

test('what somebody attached later is named, and so is what was taken away', async () => {
  const truth = faithful();
  const { clients } = account((role, action, resource) => {
    if (role.includes('AgentAgentRole') && action === 'secretsmanager:GetSecretValue') return 'allowed';
    if (role.includes('AgentGateRole') && action === 'states:StartExecution') return 'explicitDeny';
    return truth(role, action, resource);
  });
  const { code, text } = await run(clients, file);
  expect(code).toBe(1);
  expect(text).toMatch(/✗ AgentAgentRole\w+ may secretsmanager:GetSecretValue on .*, which the template doesn't allow/);
  expect(text).toMatch(
    /✗ AgentGateRole\w+ may not states:StartExecution on .* \(explicitDeny\), which the template allows/,
  );
  const { differences } = JSON.parse((await run(clients, file, '--json')).text);
  expect(
    differences.map(({ template, aws }: { template: string; aws: string }) => `${template} ${aws}`).sort(),
  ).toEqual(['false allowed', 'true explicitDeny']);
});

test('answers for each resource are read, and a resource that a call passed over is asked for by itself', async () => {
  const truth = faithful();
  const { clients, calls } = account(truth);
  const bySpecifics: Send = async (command) => {
    const { input } = command as SimulatePrincipalPolicyCommand;
    calls.push(input);
    // One result an action; the last of several resources is passed over.
    const resources = input.ResourceArns ?? [];
    const told = resources.length > 1 ? resources.slice(0, -1) : resources;
    const EvaluationResults = (input.ActionNames ?? []).map((action) => ({
      EvalActionName: action,
      EvalResourceName: told[0],
      EvalDecision: truth(input.PolicySourceArn ?? '', action, told[0] ?? ''),
      ResourceSpecificResults: told.map((resource) => ({
        EvalResourceName: resource,
        EvalResourceDecision: truth(input.PolicySourceArn ?? '', action, resource),
      })),
    }));
    return { EvaluationResults, IsTruncated: false };
  };
  const { code, text } = await run({ ...clients, iam: { send: bySpecifics } as never }, file);
  expect(text).toContain(' 0 differ');
  expect(code).toBe(0);
});

test('a question without an answer is a difference', async () => {
  const { clients } = account(faithful());
  const silent = { ...clients, iam: { send: async () => ({ EvaluationResults: [], IsTruncated: false }) } as never };
  const { code, text } = await run(silent, file);
  expect(code).toBe(1);
  expect(text).toContain('AWS gave no answer');
});

test('a throttled call is tried again, later and later; another error isn’t', async () => {
  const questions = roleQuestions(Assembly.of({ name: NAME, body }), deployed).slice(0, 3);
  const pauses: number[] = [];
  const pause = async (ms: number) => pauses.push(ms);
  let failures = 3;
  const { clients } = account(faithful());
  const { send } = clients.iam as { send: Send };
  const named = (name: string) => Object.assign(new Error(name), { name });
  const throttled: Send = async (command) => {
    failures -= 1;
    if (failures >= 0) throw named('ThrottlingException');
    return send(command);
  };
  const answers = await simulateRoles({ send: throttled } as never, questions, pause);
  expect(answers.map(({ decision }) => decision)).not.toContain('absent');
  expect(pauses).toEqual([500, 1000, 2000]);
  const denied: Send = async () => {
    throw named('AccessDenied');
  };
  await expect(simulateRoles({ send: denied } as never, questions, pause)).rejects.toThrow('AccessDenied');
  failures = 1_000;
  await expect(simulateRoles({ send: throttled } as never, questions, pause)).rejects.toThrow('Throttling');
});

test('a stack of another name is asked for by name; wrong usage is told', async () => {
  const { clients } = account(faithful());
  expect(await run(clients, file, '--stack', 'Other')).toEqual({ code: 1, text: 'Stack with id Other does not exist' });
  expect((await run(clients, file, '--stack', 'Quickstart')).code).toBe(0);
  expect((await run(clients)).code).toBe(2);
  expect((await run(clients, '/nowhere.json')).code).toBe(2);
  expect((await run(clients, file, '--nope')).code).toBe(2);
});
