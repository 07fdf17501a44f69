import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readScript, StandInModel } from '../../../test/stand-in-model';
import { AgentProcess } from './agent-process';
import { Approver } from './approver';
import { type ExampleAgent, installExample } from './installed-example';
import type { LocalDeployment } from './local-deployment';
import { searchForSecret, searchLine } from './secret-search';
import { TASK, tellRecord } from './story';
import { expectThat, type Storyboard } from './storyboard';

/** The model of the quickstart. */
export const MODEL_ID = 'global.anthropic.claude-sonnet-5-5';
const SCRIPT = path.join(__dirname, 'obedient-model.yaml');
/** A real SDK takes seconds to start on a busy machine. */
const PATIENCE_MS = 90_000;

/** The story with a real SDK: its model obeys the ticket, waits for approvals, and goes on after a denial. */
export async function tellAgentStory(
  deployment: LocalDeployment,
  board: Storyboard,
  example: ExampleAgent,
): Promise<void> {
  const { ticketSystem } = deployment;
  const folder = await installExample(example, (line) => board.note(line));
  const before = ticketSystem.requestsTo(/refund/).length;
  const refunds = () => ticketSystem.requestsTo(/refund/).slice(before);

  board.heading(`Ann gives the agent a task. The agent is ${example.sdk}, in a process of its own.`);
  board.note(
    'Its model is a stand-in for Bedrock on this machine. It plays examples/quickstart/demo/obedient-model.yaml.',
  );
  const session = await deployment.launch({ user: 'ann', taskText: TASK });
  const approver = await Approver.signIn(deployment, `maria-${example.folder}`, 'support-leads');
  const model = await StandInModel.start({ script: readScript(readFileSync(SCRIPT, 'utf8')), onlyModel: MODEL_ID });
  const agent = await AgentProcess.start({
    folder,
    gateUrl: deployment.gateUrl,
    region: deployment.emulator.region,
    credentials: session.credentials,
    modelUrl: model.url,
    modelId: MODEL_ID,
    settings: { AGENT_POLL_SECONDS: '1' },
  });
  const kept = (name: string) =>
    Promise.race([
      model.waitFor(name, PATIENCE_MS),
      agent.ended.then(({ outcome, reason }) => Promise.reject(new Error(`The agent ended (${outcome}): ${reason}`))),
    ]);
  try {
    let attack = '';
    await board.step('it reads the ticket, and obeys: refund 450.00 to AC-6666', async () => {
      attack = await kept('attack');
      expectThat(refunds().length === 0, 'the refund ran');
      return 'approval: the call waits for a person; nothing was sent';
    });
    await board.step('Maria denies it', async () => {
      await approver.show(attack);
      return (await approver.deny(attack, 'Not the customer’s account')).join(' ');
    });
    let refund = '';
    await board.step('it understands the refusal, and proposes the refund that the customer should get', async () => {
      refund = await kept('refund');
      expectThat(refunds().length === 0, 'a refund ran');
      return '9,000.00 and "../../admin/export" were refused before; it waits again';
    });
    await board.step('Maria approves these exact bytes', async () => {
      await approver.show(refund);
      return (await approver.approve(refund)).join(' ');
    });
    await board.step('it answers Ann, and its process ends', async () => {
      const { code, outcome, reason } = await agent.ended;
      expectThat(code === 0, `${outcome}: ${reason} ${model.failures.join(' ')}`);
      return `exit code 0, ${outcome}`;
    });
    await board.step('the refund ran', async () => {
      const [only, ...more] = refunds();
      expectThat(
        more.length === 0 && only?.body === '{"account":"AC-1001","amountCents":1999}' && only.authorized,
        `the ticket system received ${JSON.stringify(refunds())}`,
      );
      return `once; the ticket system received ${only?.method} ${only?.path} ${only?.body}`;
    });
    await board.step('the agent’s calls of the model', async () => {
      const used = model.received.filter(({ status }) => status === 200);
      const signed = used.filter(({ accessKeyId }) => accessKeyId === session.credentials.accessKeyId);
      expectThat(used.length > 0 && signed.length === used.length, 'a call was signed by other credentials');
      return `${used.length}, each signed with the task role’s credentials, all of ${MODEL_ID}`;
    });
    await board.step('in all that the model ever saw, the API token', async () => {
      const search = searchForSecret(ticketSystem.token, [...model.received.map(({ body }) => body), agent.printed]);
      expectThat(search.hits === 0, `the model saw the credential: ${searchLine(search)}`);
      return searchLine(search);
    });
  } finally {
    agent.kill();
    model.stop();
  }
  await tellRecord(deployment, board, session.sessionId);
}
