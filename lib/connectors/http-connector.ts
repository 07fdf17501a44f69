import { isIP } from 'node:net';
import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { ExecutorConfig } from '../../runtime/core/executor-config';
import type { EndpointAllowlist } from '../network/endpoint-allowlist';
import { EndpointService } from '../network/endpoint-service';
import type { PrivateFunction } from '../private/private-function';
import { Connector, type ConnectorOptions } from './connector';
import type { Credential } from './credential';
import type { HttpMethod } from './http-method';
import type { Tool, ToolOptions } from './tool';

/** Properties of `HttpConnector`. */
export interface HttpConnectorProps extends ConnectorOptions {
  /** Origin, and if needed a path prefix, of the target: `https://tickets.example.com/api`. */
  readonly baseUrl: string;
  /**
   * How the target knows the connector.
   * @default - no credential
   */
  readonly credential?: Credential;
}

/** A tool that stands for one HTTP request. */
export interface HttpToolOptions extends ToolOptions {
  readonly method: HttpMethod;
  /**
   * Path below the base URL. `{name}` is filled from the required argument of that name; the other arguments go to the
   * query (GET, DELETE) or to the JSON body.
   */
  readonly path: string;
}

/**
 * A system that speaks HTTPS, such as a ticket system.
 *
 * It follows no redirect and sends to the base URL's origin only.
 *
 * Limitations: without the runtime's `connectorEgress`, its executor runs outside any VPC, where nothing but its own code
 * keeps it from other hosts.
 */
export class HttpConnector extends Connector {
  /** The secret that holds the credential's value. Set it with `aws secretsmanager put-secret-value`. */
  public readonly secretArn?: string;

  private readonly baseUrl: string;
  private readonly credential?: Credential;
  private readonly key?: kms.Key;

  /** @throws Error when the base URL isn't an https address of a named host */
  constructor(scope: Construct, id: string, props: HttpConnectorProps) {
    super(scope, id, props, 'executor-http');
    this.baseUrl = validBaseUrl(this.node.path, props.baseUrl);
    this.credential = props.credential;
    if (props.credential) {
      this.key = new kms.Key(this, 'CredentialKey', {
        description: `Encrypts the credential ${props.credential.name}`,
        enableKeyRotation: true,
        removalPolicy: RemovalPolicy.DESTROY,
      });
      // No value is generated: a made-up credential would be sent to the target.
      const secret = new secretsmanager.CfnSecret(this, 'Credential', {
        description: `Credential ${props.credential.name} of the connector ${id}`,
        kmsKeyId: this.key.keyArn,
      });
      secret.applyRemovalPolicy(RemovalPolicy.DESTROY);
      this.secretArn = secret.attrId;
    }
  }

  /**
   * Adds a tool.
   * @throws Error when the name, the path or the schema is unsafe; the message says what to write instead
   */
  public addTool(name: string, options: HttpToolOptions): Tool {
    const fail = (message: string): never => {
      throw new Error(`${this.node.path}: tool "${name}": ${message}`);
    };
    if (!/^(\/([A-Za-z0-9._~-]+|\{[A-Za-z_][A-Za-z0-9_]*\}))*\/?$/.test(options.path) || options.path === '') {
      fail(`the path "${options.path}" is refused; write segments and {arguments}, such as /tickets/{id}`);
    }
    if (options.path.split('/').some((segment) => segment === '.' || segment === '..')) {
      fail('the path climbs; write it without . and .. segments');
    }
    const required = (options.input._document.required as string[] | undefined) ?? [];
    for (const [, placeholder] of options.path.matchAll(/\{([^{}]+)\}/g)) {
      if (!required.includes(placeholder)) {
        fail(`the path needs the argument "${placeholder}", which its schema doesn't require; add it to "required"`);
      }
    }
    return this._addTool(name, options, { http: { method: options.method, path: options.path } });
  }

  /** @internal */
  public get _credentialName(): string | undefined {
    return this.credential?.name;
  }

  /** @internal */
  public get _internetHosts(): string[] {
    return [new URL(this.baseUrl).hostname];
  }

  /** @internal */
  public _settings(): Pick<ExecutorConfig, 'baseUrl' | 'credential'> {
    return { baseUrl: this.baseUrl, ...(this.credential ? { credential: this.credential._http } : {}) };
  }

  /** @internal */
  public _openEndpoints(endpoints: EndpointAllowlist, caller: ec2.ISecurityGroup): void {
    if (new URL(this.baseUrl).port) {
      throw new Error(
        `${this.node.path}: ${this.baseUrl} has a port of its own, but the egress firewall passes 443 only; write an address without a port`,
      );
    }
    if (!this.secretArn) return;
    endpoints.allow(EndpointService.SECRETS_MANAGER, {
      caller,
      principal: this.role,
      actions: ['secretsmanager:GetSecretValue'],
      resources: [this.secretArn],
    });
  }

  /** @internal */
  protected _authorize(executor: PrivateFunction): void {
    if (!this.secretArn || !this.key) return;
    executor.function.addEnvironment('CREDENTIAL_SECRET_ARN', this.secretArn);
    executor.role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'ReadOwnCredential',
        actions: ['secretsmanager:GetSecretValue'],
        resources: [this.secretArn],
      }),
    );
    executor.role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'DecryptOwnCredential',
        actions: ['kms:Decrypt'],
        resources: [this.key.keyArn],
        conditions: {
          StringEquals: {
            'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com`,
            'kms:EncryptionContext:SecretARN': this.secretArn,
          },
        },
      }),
    );
    new secretsmanager.CfnResourcePolicy(this, 'CredentialPolicy', {
      secretId: this.secretArn,
      blockPublicPolicy: true,
      resourcePolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'NobodyElseReadsTheValue',
            Effect: 'Deny',
            Principal: '*',
            Action: ['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue'],
            Resource: '*',
            Condition: { ArnNotEquals: { 'aws:PrincipalArn': executor.role.roleArn } },
          },
        ],
      },
    });
  }
}

/** @throws Error unless it is an https address of a named host, without query, fragment or user */
function validBaseUrl(path: string, baseUrl: string): string {
  const fail = (why: string): never => {
    throw new Error(
      `${path}: baseUrl "${baseUrl}" is refused: ${why}; write an address such as https://api.example.com`,
    );
  };
  if (Token.isUnresolved(baseUrl)) fail('it is known only at deployment, so nothing can be checked');
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    return fail('it is no address');
  }
  if (url.protocol !== 'https:') fail('only https is spoken');
  if (url.username || url.password) fail('it holds a user or a password, which belong in a Credential');
  if (url.search || url.hash) fail('it holds a query or a fragment');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host)) fail('an IP address can’t be verified by name');
  if (!host.includes('.') || /(^|\.)(localhost|internal|local)$/.test(host)) fail('the host is local to the function');
  return baseUrl;
}
