import type { Construct } from 'constructs';
import type { ExecutorConfig } from '../../runtime/core/executor-config';
import type { PrivateFunction } from '../private/private-function';
import { checkConstruct } from '../private/props/check';
import { flag, memberOf, optional, struct, text } from '../private/props/shape';
import { Connector, type ConnectorOptions, type Tool } from './connector';
import { CREDENTIAL_OPTIONS, type CredentialOptions } from './credential-options';
import { Effect } from './effect';
import { HttpMethod } from './http-method';
import {
  HTTP_REQUEST_OPTIONS,
  type HttpRequestOptions,
  requestParts,
  requestProblem,
  withPageArgument,
} from './http-request-options';
import { checkedAddress, refuseOwnPort } from './https-address';
import { InputSchema } from './input-schema';
import type { ToolOptions } from './tool-options';
import { CONNECTOR_OPTIONS, TOOL_OPTIONS } from './tool-shapes';

/** Properties of `HttpConnector`. */
export interface HttpConnectorProps extends ConnectorOptions, CredentialOptions {
  /** Origin of the target, with a path prefix if needed: `https://tickets.example.com/api`. */
  readonly baseUrl: string;
  /**
   * Whether the target is in your own network: then its host may have a private address. An executor without it refuses one, so that no
   * name on the internet leads into your network.
   * @default false
   */
  readonly internal?: boolean;
}

/** A tool that sends one HTTP request. */
export interface HttpToolOptions extends ToolOptions, HttpRequestOptions {
  readonly method: HttpMethod;
  /**
   * Path below the base URL. `{name}` is replaced by the required argument of that name. The other arguments go into the
   * query (GET, DELETE) or into the JSON body, unless `query`, `headers` and `body` say otherwise.
   */
  readonly path: string;
}

const PROPS = struct<HttpConnectorProps>(
  {
    ...CONNECTOR_OPTIONS,
    baseUrl: text('https://tickets.example.com'),
    internal: optional(flag()),
    ...CREDENTIAL_OPTIONS,
  },
  "{ baseUrl: 'https://tickets.example.com' }",
);

const HTTP_TOOL_OPTIONS = struct<HttpToolOptions>(
  {
    ...TOOL_OPTIONS,
    ...HTTP_REQUEST_OPTIONS,
    method: memberOf<HttpMethod>('HttpMethod', HttpMethod, 'GET'),
    path: text('/tickets/{id}'),
  },
  '{ description, method, path, input }',
);

/**
 * A system with an HTTPS API, such as a ticket system.
 *
 * The executor follows no redirect and sends to the base URL's origin only.
 *
 * Limitations: without the runtime's `connectorEgress`, the executor runs outside any VPC, and only its own code keeps it
 * from other hosts.
 */
export class HttpConnector extends Connector {
  private readonly baseUrl: string;
  private readonly isInternal: boolean;

  /** @throws Error when a prop has a wrong type or is unknown, or the base URL isn't an https address of a named host */
  constructor(scope: Construct, id: string, props: HttpConnectorProps) {
    checkConstruct(HttpConnector, scope, id, props, PROPS);
    super(scope, id, props, 'executor-http');
    this.baseUrl = checkedAddress(this.node.path, 'baseUrl', props.baseUrl);
    this.isInternal = props.internal ?? false;
  }

  /**
   * Adds a tool.
   * @throws Error when an option has a wrong type or is unknown, or the name, the path or the schema is unsafe; the message
   * says what to write instead
   */
  public addTool(name: string, options: HttpToolOptions): Tool {
    this._checkTool(name, options, HTTP_TOOL_OPTIONS);
    const { method, path, lists, headers, query, body, pages, input, ...tool } = options;
    const request = { lists, headers, query, body, pages };
    const isRead = options.effect === Effect.READ;
    const problem = pathProblem(options) ?? requestProblem(request, { method, path, input: input._document, isRead });
    if (problem !== undefined) throw new Error(`${this.node.path}: tool "${name}": ${problem}`);
    const whole = pages ? InputSchema.fromString(JSON.stringify(withPageArgument(input._document))) : input;
    return this._addTool(name, { ...tool, input: whole }, { http: { method, path, ...requestParts(request, method) } });
  }

  /** @internal */
  public override get _internetHosts(): string[] {
    return [new URL(this.baseUrl).hostname];
  }

  /** @internal */
  public override _settings(): Pick<ExecutorConfig, 'baseUrl' | 'internal'> {
    return { baseUrl: this.baseUrl, ...(this.isInternal ? { internal: true } : {}) };
  }

  /** @internal */
  protected _authorize(executor: PrivateFunction): void {
    if (executor.isInVpc && this.isInternal) {
      throw new Error(
        `${this.node.path}: it is internal, but the connectors' VPC reaches the internet only; give the runtime no connectorEgress, or remove internal`,
      );
    }
    refuseOwnPort(this.node.path, 'baseUrl', this.baseUrl, executor);
  }
}

function pathProblem({ path, input }: HttpToolOptions): string | undefined {
  if (!/^(\/([A-Za-z0-9._~-]+|\{[A-Za-z_][A-Za-z0-9_]*\}))*\/?$/.test(path) || path === '') {
    return `the path "${path}" is refused; write segments and {arguments}, such as /tickets/{id}`;
  }
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) {
    return `the path "${path}" contains . or .. segments; write it without them`;
  }
  const required = (input._document.required as string[] | undefined) ?? [];
  for (const [, placeholder = ''] of path.matchAll(/\{([^{}]+)\}/g)) {
    if (!required.includes(placeholder)) {
      return `the path needs the argument "${placeholder}", which the input schema doesn't require; add it to "required"`;
    }
  }
  return undefined;
}
