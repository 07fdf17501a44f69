import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CedarPolicies, Effect, HttpMethod } from '../../../lib';
import { Grants } from '../../../lib/gate/grants';
import { buildManifest } from '../../../lib/gate/manifest';
import { AUTO_APPROVALS_KEY } from '../../../lib/private/metadata-keys';
import { Authorizer, type ScopeDecision } from '../../../runtime/core/authorizer';
import type { JsonObject } from '../../../runtime/core/contracts';
import { AgentStack, ID, inputOf } from '../agent-stack';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'policies-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string, name = 'some.cedar'): string {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  return at;
}

const SETTINGS = { approvalExpirySeconds: 60, maxDenialsPerSession: 5, maxCallsPerSession: 50 };

/** The manifest of the ticket system with these files and grants, and how its gate decides. */
function gated(policies: CedarPolicies[], grant: (grants: Grants, made: AgentStack) => void = () => undefined) {
  const made = new AgentStack();
  const grants = new Grants(policies);
  grant(grants, made);
  const manifest = buildManifest([made.tickets, made.documents], grants, SETTINGS);
  const authorizer = new Authorizer(manifest);
  const decide = (name: string, args: JsonObject): ScopeDecision => {
    const tool = manifest.tools.find((each) => each.name === name);
    if (!tool) throw new Error(`no tool ${name}`);
    const session = { taint: false, calls: 1, denials: 0 };
    return authorizer.decide({ sessionId: 's', tool, args, session, provenance: 'constant' });
  };
  return { manifest, decide };
}

describe('hand-written policies', () => {
  test('deny by name what everything else allows', () => {
    const deny = file(
      '@id("never-T-13") forbid (principal, action, resource) when { context.args has id && context.args.id == "T-13" };',
    );
    // `has` of an attribute that a tool's arguments lack is what one policy for several tools needs.
    const { decide } = gated([CedarPolicies.deny(deny)], (grants, made) => grants.addAllow(made.read, {}));
    expect(decide('tickets_read', { id: 'T-1' }).decision).toBe('ALLOW');
    expect(decide('tickets_read', { id: 'T-13' })).toMatchObject({
      decision: 'DENY',
      code: 'OUT_OF_SCOPE',
      reason: 'The policy never-T-13 forbids this call.',
      policyIds: ['never-T-13'],
    });
  });

  test('allow, and what is destructive still asks', () => {
    const allow = file('@id("tickets") permit (principal, action, resource == Connector::"Tickets");');
    const { decide } = gated([CedarPolicies.allow(allow)]);
    expect(decide('tickets_read', { id: 'T-1' })).toEqual({ decision: 'ALLOW', policyIds: ['tickets'] });
    expect(decide('tickets_refund', { id: 'T-1', amountCents: 5 }).decision).toBe('ASK');
    expect(decide('documents_read', { key: 'a' }).code).toBe('OUT_OF_SCOPE');
  });

  test('ask a person where a forbid of the ask set holds, whatever the effect and other auto-approvals say', () => {
    const ask = file(`
      @id("ask-about-T-7") forbid (principal, action == Action::"tickets_read", resource) when { context.args.id == "T-7" };
      @id("small") permit (principal, action == Action::"tickets_refund", resource) when { context.args.amountCents < 100 };
      @id("never-alone-for-T-7") forbid (principal, action == Action::"tickets_refund", resource) when { context.args.id == "T-7" };
    `);
    const { decide } = gated([CedarPolicies.ask(ask)], (grants, made) => {
      grants.addAllow(made.read, {});
      grants.addAllow(made.refund, {});
    });
    expect(decide('tickets_read', { id: 'T-7' })).toEqual({
      decision: 'ASK',
      policyIds: ['allow-tickets_read-1', 'ask-about-T-7'],
    });
    expect(decide('tickets_read', { id: 'T-1' }).decision).toBe('ALLOW');
    expect(decide('tickets_refund', { id: 'T-1', amountCents: 99 }).decision).toBe('ALLOW');
    expect(decide('tickets_refund', { id: 'T-1', amountCents: 100 }).decision).toBe('ASK');
    expect(decide('tickets_refund', { id: 'T-7', amountCents: 99 })).toMatchObject({
      decision: 'ASK',
      policyIds: ['allow-tickets_refund-1', 'never-alone-for-T-7'],
    });
  });

  test('change the policy version of the tools that they can decide on, and of no other', () => {
    const versions = (policies: CedarPolicies[]) =>
      Object.fromEntries(gated(policies).manifest.tools.map((tool) => [tool.name, tool.policyVersion]));
    const before = versions([]);
    const deny = CedarPolicies.deny(file('@id("p") forbid (principal, action == Action::"tickets_refund", resource);'));
    const after = versions([deny]);
    expect(after.tickets_refund).not.toBe(before.tickets_refund);
    expect(after.tickets_read).toBe(before.tickets_read);
  });
});

describe('a tool with askWhen', () => {
  test('asks a person for its high values, whatever is auto-approved', () => {
    const made = new AgentStack();
    const pay = made.tickets.addTool('tickets_pay', {
      description: 'Pay',
      method: HttpMethod.POST,
      path: '/pay',
      input: inputOf({ amountCents: { type: 'integer', minimum: 1, maximum: 100_000 } }),
      effect: Effect.WRITE,
      askWhen: 'context.args.amountCents > 500',
    });
    const grants = new Grants();
    grants.addAllow(pay, {});
    grants.addAutoApproval(pay, {});
    const manifest = buildManifest([made.tickets], grants, SETTINGS);
    const tool = manifest.tools.find((each) => each.name === 'tickets_pay');
    if (!tool) throw new Error('no tool');
    const decide = (amountCents: number) =>
      new Authorizer(manifest).decide({
        sessionId: 's',
        tool,
        args: { amountCents },
        session: { taint: false, calls: 1, denials: 0 },
        provenance: 'constant',
      });
    expect(decide(500).decision).toBe('ALLOW');
    expect(decide(501)).toMatchObject({ decision: 'ASK', policyIds: ['allow-tickets_pay-1', 'ask-tickets_pay-1'] });
  });

  test.each([
    ['with a typo', 'context.args.amount > 1', /Cedar \(ask\): .*amount/],
    [
      'that closes its clause',
      'true }; permit (principal, action, resource) when { true',
      /"tickets_pay": askWhen: .*one Cedar/,
    ],
  ])('%s fails the synth', (_, askWhen, why) => {
    const made = new AgentStack();
    made.tickets.addTool('tickets_pay', {
      description: 'Pay',
      method: HttpMethod.POST,
      path: '/pay',
      input: inputOf({ id: ID }),
      askWhen,
    });
    made.withRuntime();
    expect(() => made.app.synth()).toThrow(why);
  });
});

describe('at synth, hand-written policies', () => {
  const synth = (policies: CedarPolicies[]) => {
    const made = new AgentStack();
    const agent = made.withRuntime({ policies });
    agent.allow(made.refund);
    return made;
  };

  test('with a typo fail with the construct’s path, the file and the policy', () => {
    const at = file(
      '@id("no-large") forbid (principal, action == Action::"tickets_refund", resource) when { context.args.amountCent > 5 };',
      'deny.cedar',
    );
    expect(() => synth([CedarPolicies.deny(at)]).app.synth()).toThrow(
      /\[Stack\/Agent\/Gate\] .*deny\.cedar: for policy `no-large`.*amountCent[\s\S]*amountCents/,
    );
  });

  test('that take the name of another policy fail: a decision must name one', () => {
    const at = file('@id("allow-tickets_refund-1") forbid (principal, action, resource);');
    expect(() => synth([CedarPolicies.deny(at)]).app.synth()).toThrow(
      /some\.cedar: policy "allow-tickets_refund-1": this app has a policy with the same @id/,
    );
  });

  test('that let a call run without a person are listed in the template like any auto-approval', () => {
    const at = file(
      '@id("small") permit (principal, action == Action::"tickets_refund", resource) when { context.args.amountCents < 5 };',
      'ask.cedar',
    );
    const resources: Record<string, { Metadata?: Record<string, unknown> }> = synth([CedarPolicies.ask(at)])
      .app.synth()
      .getStackByName('Stack').template.Resources;
    const listed = Object.values(resources).flatMap(({ Metadata }) => Metadata?.[AUTO_APPROVALS_KEY] ?? []);
    expect(listed).toEqual([{ tool: 'tickets_refund', when: `the policy small of ${at} permits it` }]);
  });

  test('that can’t be read say which file', () => {
    const policies = [CedarPolicies.deny('/nowhere/deny.cedar')];
    expect(() => new AgentStack().withRuntime({ policies })).toThrow(
      /^Stack\/Agent: props\.policies\[0\]: CedarPolicies\.deny: \/nowhere\/deny\.cedar can't/,
    );
  });
});
