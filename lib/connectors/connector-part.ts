import { Construct } from 'constructs';
import type { BoundCredential } from './bound-credential';
import { ConnectorCredential } from './connector-credential';
import type { CredentialOptions } from './credential-options';
import type { Effect } from './effect';
import { arnOfGivenSecret } from './given-secret';

/** What decides on a tool's credential. */
interface NamedTool {
  readonly toolName: string;
  readonly effect: Effect;
}

/** The tools of a connector that share one credential, and so one executor. @internal */
export interface ConnectorPart {
  /** Where its secret and executor are: the connector itself, or `Credentials/<name>` in it. */
  readonly scope: Construct;
  /** Undefined: its executor uses its role alone. */
  readonly credential: ConnectorCredential | undefined;
  /** Undefined: all tools that no other part has. */
  readonly bound: BoundCredential | undefined;
}

/**
 * The parts of a connector. The first one has all tools that no other one has.
 * @throws Error when the bindings are ambiguous, or a secret can't be used
 * @internal
 */
export function partsOf(connector: Construct, options: CredentialOptions): readonly ConnectorPart[] {
  const { credential, secret, credentials = [] } = options;
  const { id, path } = connector.node;
  const problem = bindingProblem(id, options);
  if (problem !== undefined) throw new Error(`${path}: ${problem}`);
  // It says that the credential is missing.
  if (secret && !credential) arnOfGivenSecret(connector, secret, credential);
  const main: ConnectorPart = {
    scope: connector,
    credential: credential && new ConnectorCredential(connector, id, credential, secret),
    bound: undefined,
  };
  if (credentials.length === 0) return [main];
  const scope = new Construct(connector, 'Credentials');
  return [
    main,
    ...credentials.map((bound): ConnectorPart => {
      const own = new Construct(scope, bound.name);
      return {
        scope: own,
        credential: new ConnectorCredential(own, id, bound._credential, bound._options.secret),
        bound,
      };
    }),
  ];
}

/** The part that a tool belongs to: a binding to the tool comes before one to its effect. @internal */
export function partOf([main, ...others]: readonly ConnectorPart[], tool: NamedTool): ConnectorPart {
  const found =
    others.find(({ bound }) => bound !== undefined && toolsOf(bound).includes(tool.toolName)) ??
    others.find(({ bound }) => bound !== undefined && effectsOf(bound).includes(tool.effect.name)) ??
    main;
  if (found === undefined) throw new Error('a connector has at least one part; this is a bug of the library');
  return found;
}

/** What is wrong with the parts once all tools are known. @internal */
export function partProblems(parts: readonly ConnectorPart[], tools: readonly NamedTool[]): string[] {
  if (parts.length < 2 || tools.length === 0) return [];
  const names = tools.map(({ toolName }) => toolName);
  const unknown = parts.flatMap(({ bound }) =>
    (bound ? toolsOf(bound) : [])
      .filter((name) => !names.includes(name))
      .map((name) => `The credential ${bound?.name} is bound to "${name}", which is no tool of this connector`),
  );
  const used = new Set(tools.map((tool) => partOf(parts, tool)));
  const idle = parts
    .filter((part) => !used.has(part))
    .map(
      ({ credential }) =>
        `No tool has the credential ${credential?.credential.name}; remove it, or bind the others to fewer tools`,
    );
  return [...unknown, ...idle];
}

/** The variable that holds the ARN of a part's executor, in the functions that invoke it. @internal */
export function functionArnVariable(connectorId: string, bound?: BoundCredential): string {
  const name = bound ? `${connectorId}__${bound.name}` : connectorId;
  return `EXECUTOR_ARN_${name.replace(/-/g, '_').toUpperCase()}`;
}

/** As long as `EXECUTOR_ARN_` may be continued. */
const MAX_VARIABLE_NAME = 128;

function bindingProblem(id: string, { credential, credentials = [] }: CredentialOptions): string | undefined {
  if (credentials.length === 0) return undefined;
  if (!credential) {
    return "credentials are given without credential, which is for all other tools; write it too, such as Credential.bearer('tickets-write')";
  }
  const twice = firstTwice([credential.name, ...credentials.map(({ name }) => name)].map((name) => name.toLowerCase()));
  if (twice !== undefined) {
    return `two of its credentials are named "${twice}", but for their case; logs and approvals tell them apart by name, so give each its own`;
  }
  const variables = credentials.map((bound) => functionArnVariable(id, bound));
  const clash = firstTwice(variables);
  if (clash !== undefined) {
    return `the names of two credentials differ only by dashes (${clash}); give them other names`;
  }
  const long = credentials.find(({ name }) => id.length + 2 + name.length > MAX_VARIABLE_NAME);
  if (long) return `the connector's id and the name of the credential ${long.name} are too long together; shorten one`;
  const effect = firstTwice(credentials.flatMap(effectsOf));
  if (effect !== undefined) {
    return `two credentials are bound to the effect ${effect}; bind one, and name the tools of the other with BoundCredential.forTools`;
  }
  const tool = firstTwice(credentials.flatMap(toolsOf));
  return tool && `two credentials are bound to the tool "${tool}"; bind one`;
}

function effectsOf({ _binding }: BoundCredential): string[] {
  return 'effects' in _binding ? [...new Set(_binding.effects.map(({ name }) => name))] : [];
}

function toolsOf({ _binding }: BoundCredential): readonly string[] {
  return 'tools' in _binding ? [...new Set(_binding.tools)] : [];
}

function firstTwice(texts: readonly string[]): string | undefined {
  return texts.find((text, index) => texts.indexOf(text) !== index);
}
