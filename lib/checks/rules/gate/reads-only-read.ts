import { READ_THAT_CHANGES } from '../../../private/metadata-keys';
import { memberOf, type Resource } from '../../../template';
import { doubtsOf, saidOf } from '../../facts/declared-doubts';
import { operationsIn } from '../../facts/openapi-operations';
import { assumed } from '../../judge/offences';
import { changesByMethod, readsByName } from '../../judge/reading-action';
import type { Offence, Rule } from '../../rule';

/** A read asks nobody, so a change that is declared as one happens without anybody’s word. */
export const readsOnlyRead: Rule = {
  id: 'GateReadsOnlyRead',
  pillar: 'gate',
  severity: 'warning',
  holds: 'No tool that is declared as a read, or named like one, sends DELETE, PUT or PATCH.',
  source: 'RFC 9110, 9.2.1 "Safe Methods"; OWASP Top 10 for LLM Applications LLM06:2025; NIST SP 800-53 AC-3',
  fix: 'Declare the effect that the tool has, such as effect: Effect.DESTRUCTIVE. If the API reads by such a method, acknowledge this on the connector and say so.',
  lists: ['ASI02', 'LLM06:2025'],
  insecure: `Resources:
  Executor:
    Type: AWS::Lambda::Function
    Metadata:
      hardened-agent:doubtful-declarations: [{ doubt: read-that-changes, tools: [tickets_purge] }]
`,
  secure: `Resources:
  Executor:
    Type: AWS::Lambda::Function
`,
  *check(assembly) {
    for (const doubt of doubtsOf(assembly, READ_THAT_CHANGES)) {
      const { resource, property, tools } = doubt;
      const message = saidOf(doubt, (names) => `${names} is declared as a read, but its method changes or deletes`);
      yield { resource, property, message, detail: tools?.join(',') };
    }
    for (const target of assembly.ofType('AWS::BedrockAgentCore::GatewayTarget')) yield* misnamedIn(target);
  },
};

/** Whoever allows a tool by its name, and the model that chooses it, take it for a read. */
function* misnamedIn(target: Resource): Generator<Offence> {
  const path = ['TargetConfiguration', 'Mcp', 'OpenApiSchema', 'InlinePayload'];
  for (const { value, assuming } of target.property(...path)) {
    for (const { name, method } of operationsIn(value)) {
      yield* misnamed(target, `Properties.${path.join('.')}`, name, method, assuming);
    }
  }
  const api = ['TargetConfiguration', 'Mcp', 'ApiGateway', 'ApiGatewayToolConfiguration', 'ToolOverrides'];
  for (const { value, where, assuming } of target.items(...api)) {
    const [name, method] = [memberOf(value, 'Name'), memberOf(value, 'Method')];
    if (typeof name !== 'string' || typeof method !== 'string') continue;
    yield* misnamed(target, target.below(where), name, method, assuming);
  }
}

function* misnamed(
  resource: Resource,
  property: string,
  name: string,
  method: string,
  assuming: readonly string[],
): Generator<Offence> {
  if (!changesByMethod(method) || !readsByName(name)) return;
  const message = assumed(`${name} is named like a read, but sends ${method}`, assuming);
  yield { resource, property, message, detail: name };
}
