import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { BoundCredential, Credential, Effect, HttpConnector, HttpMethod } from '../../../lib';
import { type DeclaredDoubt, doubtsOf } from '../../../lib/connectors/declared-doubts';
import { AgentStack, ID, inputOf } from '../agent-stack';

/** The doubts in the template, by the function that has them, and where the synthesis warned of some. */
function synthesized(make: (made: AgentStack) => void) {
  const made = new AgentStack();
  make(made);
  const told = Object.entries(made.template().findResources('AWS::Lambda::Function')).flatMap(([id, { Metadata }]) => {
    const doubts = Metadata?.['hardened-agent:doubtful-declarations'];
    return doubts === undefined ? [] : [[id.replace(/[0-9A-F]{8}$/, ''), doubts]];
  });
  const warnings = Annotations.fromStack(made.stack)
    .findWarning('*', Match.stringLikeRegexp('declared as a read|same credential|always runs without'))
    .map(({ id }) => id);
  return { told: Object.fromEntries(told), warnings: warnings.sort() };
}

function crm({ stack }: AgentStack, ...split: BoundCredential[]) {
  const credential = split.length === 0 ? {} : { credential: Credential.bearer('crm-write'), credentials: split };
  const connector = new HttpConnector(stack, 'Crm', { baseUrl: 'https://crm.example.com', ...credential });
  const tool = { description: 'x', path: '/{id}', input: inputOf({ id: ID }), method: HttpMethod.DELETE };
  return {
    connector,
    tool,
    drop: connector.addTool('crm_drop', tool),
    asked: connector.addTool('crm_purge', { ...tool, askWhen: 'context.args.id != "T-1"' }),
  };
}

test('doubts are warned of at their construct, and told in the template', () => {
  const found = synthesized((made) => {
    const { connector, tool, drop } = crm(made);
    connector.addTool('crm_contact', { ...tool, effect: Effect.READ });
    const agent = made.withRuntime({}, [made.tickets, connector]);
    agent.allow(drop);
    agent.autoApprove(drop);
  });
  expect(found).toEqual({
    told: {
      TicketsExecutorFunction: [{ doubt: 'credential-not-split', tools: ['tickets_refund'] }],
      CrmExecutorFunction: [{ doubt: 'read-that-changes', tools: ['crm_contact'] }],
      AgentGateFunction: [{ doubt: 'destruction-unasked', tools: ['crm_drop'] }],
    },
    warnings: ['/Stack/Agent/Gate', '/Stack/Crm', '/Stack/Tickets'],
  });
});

test('a credential for reads, a condition, and a tool that asks itself leave no doubt', () => {
  const found = synthesized((made) => {
    const { connector, tool, drop, asked } = crm(made, BoundCredential.forReads(Credential.bearer('crm-read')));
    connector.addTool('crm_read', { ...tool, method: HttpMethod.GET, effect: Effect.READ });
    const agent = made.withRuntime({}, [connector]);
    for (const each of [drop, asked]) agent.allow(each);
    agent.autoApprove(drop, { when: 'context.args.id == "T-1"' });
    agent.autoApprove(asked);
  });
  expect(found).toEqual({ told: {}, warnings: [] });
});

describe('of a single executor', () => {
  const tool = (toolName: string, method: HttpMethod, effect: Effect) => {
    return { toolName, effect, _operation: { http: { method, path: '/' } } };
  };
  const kinds = (doubts: readonly DeclaredDoubt[]) => doubts.map(({ doubt, tools }) => [doubt, ...tools]);

  test.each([HttpMethod.DELETE, HttpMethod.PUT, HttpMethod.PATCH])('a read that sends %s is doubtful', (method) => {
    expect(kinds(doubtsOf([tool('a', method, Effect.READ)], undefined))).toEqual([['read-that-changes', 'a']]);
    expect(doubtsOf([tool('a', method, Effect.WRITE)], undefined)).toEqual([]);
  });

  test.each([HttpMethod.GET, HttpMethod.POST])('a read that sends %s isn’t', (method) => {
    expect(doubtsOf([tool('a', method, Effect.READ)], 'token')).toEqual([]);
  });

  test('reads may share a credential with writes, not with what destroys', () => {
    const read = tool('a', HttpMethod.GET, Effect.READ);
    expect(doubtsOf([read, tool('b', HttpMethod.POST, Effect.WRITE)], 'token')).toEqual([]);
    const both = [read, tool('b', HttpMethod.POST, Effect.DESTRUCTIVE)];
    expect(kinds(doubtsOf(both, 'token'))).toEqual([['credential-not-split', 'b']]);
    expect(doubtsOf(both, undefined)).toEqual([]);
  });

  test('a warning says what to write', () => {
    const [doubt] = doubtsOf([tool('a', HttpMethod.DELETE, Effect.READ)], undefined);
    expect(doubt?.warning).toContain('declare the effect that it has');
  });
});
