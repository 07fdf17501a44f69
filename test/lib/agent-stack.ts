import { App, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  AgentImage,
  AwsConnector,
  AwsOperation,
  BedrockModel,
  type Connector,
  Credential,
  Effect,
  HardenedAgentRuntime,
  type HardenedAgentRuntimeProps,
  HttpConnector,
  HttpMethod,
  InputSchema,
  type Tool,
} from '../../lib';

// CDK's own review of templates takes ten times as long as their synthesis, and isn't what is tested here.
process.env.CDK_VALIDATION = 'false';

export const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** A closed object of the given properties, all of them required. */
export function inputOf(properties: Record<string, unknown>, more: Record<string, unknown> = {}): InputSchema {
  const required = Object.keys(properties);
  return InputSchema.fromString(
    JSON.stringify({ type: 'object', additionalProperties: false, required, properties, ...more }),
  );
}

export const ID = { type: 'string', pattern: '^T-[0-9]{1,8}$', maxLength: 10 };

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | string[];
  readonly NotAction?: string | string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** A ticket system and a document store, in one runtime. */
export class AgentStack {
  readonly app = new App();
  readonly stack: Stack;
  readonly tickets: HttpConnector;
  readonly documents: AwsConnector;
  readonly read: Tool;
  readonly refund: Tool;
  readonly open: Tool;
  agent?: HardenedAgentRuntime;

  constructor(props: StackProps = {}) {
    this.stack = new Stack(this.app, 'Stack', props);
    this.tickets = new HttpConnector(this.stack, 'Tickets', {
      baseUrl: 'https://tickets.example.com',
      credential: Credential.bearer('tickets-api'),
    });
    this.read = this.tickets.addTool('tickets_read', {
      description: 'Read a ticket',
      method: HttpMethod.GET,
      path: '/tickets/{id}',
      input: inputOf({ id: ID }),
      effect: Effect.READ,
    });
    this.refund = this.tickets.addTool('tickets_refund', {
      description: 'Refund an order',
      method: HttpMethod.POST,
      path: '/tickets/{id}/refund',
      input: inputOf({ id: ID, amountCents: { type: 'integer', minimum: 1, maximum: 100_000 } }),
    });
    this.documents = new AwsConnector(this.stack, 'Documents', { trusted: true });
    this.open = this.documents.addTool('documents_read', {
      description: 'Read a document',
      operation: AwsOperation.s3GetObject(new s3.Bucket(this.stack, 'Handbook'), { prefix: 'support/' }),
      input: inputOf({ key: { type: 'string', format: 'relative-path', maxLength: 100 } }),
      effect: Effect.READ,
    });
  }

  /** Makes the runtime, with what a test says otherwise. */
  withRuntime(more: Partial<HardenedAgentRuntimeProps> = {}, connectors?: Connector[]): HardenedAgentRuntime {
    this.agent = new HardenedAgentRuntime(this.stack, 'Agent', {
      image: AgentImage.fromEcrDigest(new ecr.Repository(this.stack, 'Images'), DIGEST),
      models: [BedrockModel.global('global.anthropic.claude-sonnet-5-5')],
      connectors: connectors ?? [this.tickets, this.documents],
      approvals: { approverGroups: ['support-leads'] },
      retention: Duration.days(365),
      ...more,
    });
    return this.agent;
  }

  /** Fails on a dependency cycle. */
  template(): Template {
    return Template.fromStack(this.stack);
  }
}

/** All statements of the policies in and beside the role whose logical id contains this. */
export function statementsOfRole(template: Template, roleId: string): Statement[] {
  const beside = Object.values(template.findResources('AWS::IAM::Policy'))
    .filter((policy) => JSON.stringify(policy.Properties.Roles).includes(roleId))
    .map((policy) => policy.Properties.PolicyDocument);
  const inside = Object.entries(template.findResources('AWS::IAM::Role'))
    .filter(([id]) => id.includes(roleId))
    .flatMap(([, role]) => (role.Properties.Policies ?? []) as { PolicyDocument: unknown }[])
    .map(({ PolicyDocument }) => PolicyDocument);
  return [...inside, ...beside].flatMap((document) => (document as { Statement: Statement[] }).Statement);
}

/** Logical id and properties of the one resource of a type whose logical id starts so. */
export function only<Properties = unknown>(template: Template, type: string, start = ''): [string, Properties] {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(start));
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} start with "${start}".`);
  return [found[0][0], found[0][1].Properties];
}

export const listOf = (value: string | string[] | undefined): string[] => [value ?? []].flat();
