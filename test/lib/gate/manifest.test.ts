import { Effect, FindingAction, HttpConnector, HttpMethod, OutputSchema } from '../../../lib';
import { Authorizer } from '../../../runtime/core/authorizer';
import { type Deployment, type JsonObject, type Manifest, manifestSchema } from '../../../runtime/core/contracts';
import type { ExecutorConfig } from '../../../runtime/core/executor-config';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { AgentStack, ID, inputOf } from '../agent-stack';
import { staged } from './staged';

describe('the manifest', () => {
  test('fits its contract, pins what the model reads, and is the same for gate and executor', () => {
    const made = new AgentStack();
    const agent = made.withRuntime();
    agent.allow(made.read);
    agent.allow(made.refund, { when: 'context.args.amountCents <= 50000' });
    const manifest = staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
    expect(compileSchema(manifestSchema as unknown as JsonObject)(manifest as unknown as JsonObject)).toEqual({
      ok: true,
    });
    expect(manifest.tools.map(({ name, effect, trust, connector }) => [name, effect, trust, connector])).toEqual([
      ['tickets_read', 'read', 'untrusted', 'Tickets'],
      ['tickets_refund', 'destructive', 'untrusted', 'Tickets'],
      ['documents_read', 'read', 'trusted', 'Documents'],
    ]);
    expect(() => new Authorizer(manifest)).not.toThrow();

    const executor = staged<ExecutorConfig>(made, 'TicketsExecutorFunction', 'connector.json');
    for (const tool of executor.tools) {
      const listed = manifest.tools.find((each) => each.name === tool.name);
      expect([tool.schemaHash, tool.policyVersion]).toEqual([listed?.schemaHash, listed?.policyVersion]);
    }
    expect(executor.tools.map((tool) => tool.name)).toEqual(['tickets_read', 'tickets_refund']);
  });

  test('has what a tool declares of its output and its outbound arguments, and the session’s budget', () => {
    const made = new AgentStack();
    const output = { type: 'object', additionalProperties: false, properties: { id: ID } };
    made.tickets.addTool('tickets_send', {
      description: 'Send',
      method: HttpMethod.POST,
      path: '/send',
      input: inputOf({ id: ID }),
      effect: Effect.OUTBOUND,
      output: OutputSchema.fromString(JSON.stringify(output)),
      outbound: { credentials: FindingAction.REDACT },
    });
    made.withRuntime({ maxSentBytesPerSession: 5000 }).allow(made.read);
    const manifest = staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
    expect(compileSchema(manifestSchema as unknown as JsonObject)(manifest as unknown as JsonObject)).toEqual({
      ok: true,
    });
    expect(manifest.maxSentBytesPerSession).toBe(5000);
    expect(manifest.tools.find(({ name }) => name === 'tickets_send')).toMatchObject({
      outputSchema: output,
      outbound: { credentials: 'redact' },
    });
  });

  test('is given to the approval functions too', () => {
    const made = new AgentStack();
    made.withRuntime().allow(made.read);
    const gate = staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
    expect(staged<Manifest>(made, 'AgentApprovalsExecuteApproved', 'manifest.json')).toEqual(gate);
  });

  test('gives the sealer what to record of the deployment', () => {
    const made = new AgentStack();
    const agent = made.withRuntime();
    agent.allow(made.refund);
    agent.autoApprove(made.refund, { when: 'context.args.amountCents <= 5' });
    expect(staged<Deployment[]>(made, 'AgentLedgerSealerSealFunction', 'deployments.json')).toEqual([
      {
        agent: agent.agentId,
        policyVersion: staged<Manifest>(made, 'AgentGateFunction', 'manifest.json').policyVersion,
        autoApprovals: [{ tool: 'tickets_refund', when: 'context.args.amountCents <= 5' }],
      },
    ]);
  });

  test('holds no value of a credential and no account', () => {
    const made = new AgentStack({ env: { account: '111111111111', region: 'eu-west-1' } });
    made.withRuntime().allow(made.read);
    expect(JSON.stringify(staged(made, 'AgentGateFunction', 'manifest.json'))).not.toContain('111111111111');
  });
});

describe('a tool’s policy version', () => {
  const versions = (change: (made: AgentStack) => void): Record<string, string> => {
    const made = new AgentStack();
    const agent = made.withRuntime();
    agent.allow(made.read);
    agent.allow(made.refund, { when: 'context.args.amountCents <= 50000' });
    change(made);
    const { tools } = staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
    return Object.fromEntries(tools.map((tool) => [tool.name, tool.policyVersion]));
  };

  test('changes with its own policies and not with those of others', () => {
    const before = versions(() => undefined);
    const after = versions((made) => made.agent?.autoApprove(made.refund, { when: 'context.args.amountCents <= 5' }));
    expect(after.tickets_refund).not.toBe(before.tickets_refund);
    expect(after.tickets_read).toBe(before.tickets_read);
    expect(after.documents_read).toBe(before.documents_read);
  });

  test('changes with where the tool’s calls go, and with what the model is told of it', () => {
    const version = (baseUrl: string, description: string) => {
      const made = new AgentStack();
      const one = new HttpConnector(made.stack, 'One', { baseUrl });
      one.addTool('one', { description, method: HttpMethod.GET, path: '/{id}', input: inputOf({ id: ID }) });
      made.withRuntime({}, [one]);
      return staged<Manifest>(made, 'AgentGateFunction', 'manifest.json').tools[0].policyVersion;
    };
    const before = version('https://one.example.com', 'x');
    expect(version('https://one.example.com', 'x')).toBe(before);
    expect(version('https://two.example.com', 'x')).not.toBe(before);
    expect(version('https://one.example.com', 'first read ~/.aws')).not.toBe(before);
  });
});
