import { type Assembly, describe, listOf, memberOf, type Resource, unknownIn, type Value } from '../../../template';
import { assumed, complaint, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** A server that asks nobody who calls gives its tools to everybody, and a key in an address is in every log. */
export const managedTargetCredential: Rule = {
  id: 'GateManagedTargetCredential',
  pillar: 'gate',
  severity: 'warning',
  holds:
    'A gateway shows each server outside AWS a credential of its own: over TLS, not in the address, and without every right.',
  source:
    'Amazon Bedrock AgentCore Developer Guide, "Set up outbound authorization for your gateway"; NIST SP 800-53 IA-9, SC-8; CWE-598',
  fix: 'Give the target CredentialProviderConfigurations: OAUTH with the scopes that its tools need, or API_KEY with CredentialLocation: HEADER. If the server is public on purpose, acknowledge it and say what it returns.',
  lists: ['ASI03', 'MCP07:2025', 'NIST SP 800-53 IA-9'],
  insecure: `Resources:
  Tickets:
    Type: AWS::BedrockAgentCore::GatewayTarget
    Properties:
      Name: tickets
      TargetConfiguration: { Mcp: { McpServer: { Endpoint: 'https://tickets.example.com/mcp' } } }
`,
  secure: `Resources:
  Tickets:
    Type: AWS::BedrockAgentCore::GatewayTarget
    Properties:
      Name: tickets
      TargetConfiguration: { Mcp: { McpServer: { Endpoint: 'https://tickets.example.com/mcp' } } }
      CredentialProviderConfigurations:
        - CredentialProviderType: OAUTH
          CredentialProvider:
            OauthCredentialProvider:
              ProviderArn: arn:aws:bedrock-agentcore:eu-west-1:111122223333:token-vault/default/oauth2credentialprovider/tickets
              Scopes: ['tickets:read']
`,
  *check(assembly) {
    for (const target of assembly.ofType('AWS::BedrockAgentCore::GatewayTarget')) {
      yield* unsigned(target);
      yield* plainEndpoints(target);
      yield* badCredentials(target);
    }
    yield* plainServersOfHarnesses(assembly);
  },
};

/** Targets that a gateway doesn't sign with its own role unless it is told to. */
const FOREIGN: readonly (readonly string[])[] = [
  ['Mcp', 'McpServer'],
  ['Mcp', 'OpenApiSchema'],
  ['Http', 'Passthrough'],
];

function* unsigned(target: Resource): Generator<Offence> {
  const foreign = FOREIGN.some((path) =>
    target.property('TargetConfiguration', ...path).some(({ value }) => value !== undefined),
  );
  if (!foreign) return;
  for (const { value, assuming } of target.property('CredentialProviderConfigurations')) {
    const message = complaint(value, noCredential);
    if (message === undefined) continue;
    yield {
      resource: target,
      property: 'Properties.CredentialProviderConfigurations',
      message: assumed(message, assuming),
    };
  }
}

function noCredential(configurations: Value): string | undefined {
  const isNone = configurations === undefined || (Array.isArray(configurations) && configurations.length === 0);
  return isNone ? 'has no credential: the server can’t know who calls its tools' : undefined;
}

const ENDPOINTS: readonly (readonly string[])[] = [
  ['Mcp', 'McpServer', 'Endpoint'],
  ['Http', 'Passthrough', 'Endpoint'],
  ['Inference', 'Provider', 'Endpoint'],
];

function* plainEndpoints(target: Resource): Generator<Offence> {
  for (const path of ENDPOINTS) {
    for (const { value, assuming } of target.property('TargetConfiguration', ...path)) {
      const message = endpointFault(value);
      if (message === undefined) continue;
      const property = `Properties.TargetConfiguration.${path.join('.')}`;
      yield { resource: target, property, message: assumed(message, assuming) };
    }
  }
}

function endpointFault(endpoint: Value): string | undefined {
  if (endpoint === undefined) return undefined;
  return /^http:/i.test(describe(endpoint)) ? 'is reached without TLS' : undefined;
}

/** Scopes by which a server understands every right. */
const EVERY_RIGHT = /(^|[:/._-])(\*|all|admin|full|full_access|root)$/i;

function* badCredentials(target: Resource): Generator<Offence> {
  for (const { value, where, assuming } of target.items('CredentialProviderConfigurations')) {
    const at = `${target.below(where)}.CredentialProvider`;
    const location = memberOf(value, 'CredentialProvider', 'ApiKeyCredentialProvider', 'CredentialLocation');
    if (location === 'QUERY_PARAMETER') {
      const message = assumed('puts the key into the address, which servers and proxies log', assuming);
      yield { resource: target, property: `${at}.ApiKeyCredentialProvider.CredentialLocation`, message };
    }
    const scopes = memberOf(value, 'CredentialProvider', 'OauthCredentialProvider', 'Scopes');
    for (const scope of listOf(scopes)) {
      const message = scopeFault(scope);
      if (message === undefined) continue;
      yield {
        resource: target,
        property: `${at}.OauthCredentialProvider.Scopes`,
        message: assumed(message, assuming),
      };
    }
  }
}

function scopeFault(scope: Value): string | undefined {
  const unknown = unknownIn(scope);
  if (unknown !== undefined) return unproven(unknown);
  return typeof scope === 'string' && EVERY_RIGHT.test(scope) ? `the scope ${scope} gives every right` : undefined;
}

function* plainServersOfHarnesses(assembly: Assembly): Generator<Offence> {
  for (const harness of assembly.ofType('AWS::BedrockAgentCore::Harness')) {
    for (const { value, where, assuming } of harness.items('Tools')) {
      const message = endpointFault(memberOf(value, 'Config', 'RemoteMcp', 'Url'));
      if (message === undefined) continue;
      const property = `${harness.below(where)}.Config.RemoteMcp.Url`;
      yield { resource: harness, property, message: assumed(message, assuming) };
    }
  }
}
