import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { verifyRolesWith } from '../../../bin/commands/verify-roles';
import { quickstartTemplate, type TemplateBody } from '../../lib/prove/quickstart-template';
import {
  deployedAccount,
  faithful,
  questionsAbout,
  type Send,
  TEMPLATE_NAME,
} from '../deployed-roles/deployed-account';
import { hardenedAgent } from '../hardened-agent-call';

let body: TemplateBody;
let file: string;

beforeAll(() => {
  body = quickstartTemplate();
  file = path.join(mkdtempSync(path.join(tmpdir(), 'verify-')), TEMPLATE_NAME);
  writeFileSync(file, JSON.stringify(body));
});

async function run(clients: ReturnType<typeof deployedAccount>['clients'], ...args: string[]) {
  const commands = { 'verify-roles': { summary: '', load: async () => verifyRolesWith(() => clients) } };
  const { code, out, err } = await hardenedAgent(['verify-roles', ...args], {}, commands);
  return { code, text: [...out, ...err].join('\n') };
}

test('the questions name deployed things, and the template answers most of them for sure', () => {
  const questions = questionsAbout(body);
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
  const { clients, calls } = deployedAccount(body, faithful(body));
  const { code, text } = await run(clients, file);
  expect(text).toMatch(/^✓ \d+ questions about \d+ roles: 0 differ from the template/);
  expect(code).toBe(0);
  expect(Math.max(...calls.map(({ ResourceArns }) => ResourceArns?.length ?? 0))).toBeLessThanOrEqual(20);
  expect(calls.some(({ Marker }) => Marker !== undefined)).toBe(true);
});

test('a policy that was attached or removed later is named', async () => {
  const truth = faithful(body);
  const { clients } = deployedAccount(body, (role, action, resource) => {
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

test('reads the answer for each resource, and asks again for a resource without an answer', async () => {
  const truth = faithful(body);
  const { clients, calls } = deployedAccount(body, truth);
  const bySpecifics: Send = async (command) => {
    const { input } = command as SimulatePrincipalPolicyCommand;
    calls.push(input);
    // One result per action. The last of several resources gets no answer.
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
  const { clients } = deployedAccount(body, faithful(body));
  const silent = { ...clients, iam: { send: async () => ({ EvaluationResults: [], IsTruncated: false }) } as never };
  const { code, text } = await run(silent, file);
  expect(code).toBe(1);
  expect(text).toContain('AWS gave no answer');
});

test('asks for a stack with another name by --stack; reports wrong usage', async () => {
  const { clients } = deployedAccount(body, faithful(body));
  expect(await run(clients, file, '--stack', 'Other')).toEqual({ code: 1, text: 'Stack with id Other does not exist' });
  expect((await run(clients, file, '--stack', 'Quickstart')).code).toBe(0);
  expect((await run(clients)).code).toBe(2);
  expect((await run(clients, '/nowhere.json')).code).toBe(2);
  expect((await run(clients, file, '--nope')).code).toBe(2);
});
