import * as path from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import {
  AgentImage,
  AwsConnector,
  AwsOperation,
  BedrockModel,
  CodeSandbox,
  CodeSandboxImage,
  Credential,
  Effect,
  HardenedAgentRuntime,
  HttpConnector,
  HttpMethod,
  InputSchema,
  Target,
} from '../../lib';
import { acknowledgeFindings } from './acknowledgements';

/** Properties of `QuickstartStack`. */
export interface QuickstartStackProps extends StackProps {
  /** Address of the ticket system. */
  readonly ticketsUrl: string;
  /** Digest of the agent's image. */
  readonly imageDigest: string;
  /** Digest of the code sandbox's image. @default - the agent runs no code */
  readonly codeImageDigest?: string;
}

/** What a refund must fulfil. A person still approves each one. */
export const REFUND_LIMIT = 'context.args.amountCents <= 50000';

const schema = (name: string) => InputSchema.fromFile(path.join(__dirname, 'schemas', `${name}.json`));

/** A support agent that reads and comments on tickets, proposes refunds, and reads the handbook. */
export class QuickstartStack extends Stack {
  constructor(scope: Construct, id: string, props: QuickstartStackProps) {
    super(scope, id, props);

    const tickets = new HttpConnector(this, 'Tickets', {
      baseUrl: props.ticketsUrl,
      credential: Credential.bearer('tickets-api'),
    });
    const read = tickets.addTool('tickets_read', {
      description: 'Read a ticket',
      method: HttpMethod.GET,
      path: '/tickets/{id}',
      input: schema('tickets-read'),
      effect: Effect.READ,
    });
    const comment = tickets.addTool('tickets_comment', {
      description: 'Add an internal note to a ticket',
      method: HttpMethod.POST,
      path: '/tickets/{id}/comments',
      input: schema('tickets-comment'),
      effect: Effect.WRITE,
    });
    const refund = tickets.addTool('tickets_refund', {
      description: 'Refund an order to a customer account',
      method: HttpMethod.POST,
      path: '/tickets/{id}/refund',
      input: schema('tickets-refund'),
      effect: Effect.DESTRUCTIVE,
      targets: [Target.account('/account')],
    });

    const handbook = new s3.Bucket(this, 'Handbook', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const documents = new AwsConnector(this, 'Documents', { trusted: true });
    const readDocument = documents.addTool('documents_read', {
      description: 'Read a document of the support handbook',
      operation: AwsOperation.s3GetObject(handbook, { prefix: 'support/' }),
      input: schema('documents-read'),
      effect: Effect.READ,
    });

    const code = props.codeImageDigest === undefined ? undefined : this.codeSandbox(props.codeImageDigest);
    const repository = this.imageRepository('AgentImages');
    const agent = new HardenedAgentRuntime(this, 'Agent', {
      image: AgentImage.fromEcrDigest(repository, props.imageDigest),
      // Any commercial region may answer. BedrockModel.inferenceProfile(id, regions) keeps to the regions that you name.
      models: [BedrockModel.global('global.anthropic.claude-sonnet-5-5')],
      connectors: [tickets, documents, ...(code ? [code] : [])],
      approvals: { approverGroups: ['support-leads'], expiry: Duration.minutes(30) },
      operators: { operatorGroups: ['support-oncall'] },
      retention: Duration.days(365),
      // It costs $3 a month. The alarms don't need it.
      dashboard: false,
    });
    agent.allow(read);
    agent.allow(comment);
    agent.allow(readDocument);
    if (code) agent.allow(code.run);
    agent.allow(refund, { when: REFUND_LIMIT });

    const outputs = {
      TicketsSecretArn: tickets.secretArn ?? '',
      TicketsRoleArn: tickets.role.roleArn,
      TicketsFunctionArn: tickets.function.functionArn,
      DocumentsRoleArn: documents.role.roleArn,
      HandbookBucket: handbook.bucketName,
      AgentRoleArn: agent.agentRole.roleArn,
      GateUrl: agent.gateUrl,
      LaunchFunctionArn: agent.launchFunction.functionArn,
      LedgerBucket: agent.ledger.ledgerBucket.bucketName,
      EvidenceBucket: agent.ledger.evidenceBucket.bucketName,
      PublicationBucket: agent.ledger.publicationBucket.bucketName,
      WitnessBucket: agent.ledger.witnessBucket.bucketName,
      SealFunctionArn: agent.ledger.sealFunction.functionArn,
      SigningKeyArn: agent.ledger.signingKey.keyArn,
      LedgerOrigin: agent.ledger.origin,
      ApproverRoleArn: agent.approvals.approverRole.roleArn,
      DeskUrl: agent.approvals.deskUrl,
      OperatorRoleArn: agent.operatorRole?.roleArn ?? '',
      OperatorUrl: agent.operatorUrl ?? '',
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });

    acknowledgeFindings(this, { agent, tickets, documents, handbook });
  }

  /** For code that the agent writes: it computes from what the agent has read, and reaches nothing. */
  private codeSandbox(digest: string): CodeSandbox {
    const image = CodeSandboxImage.fromEcrDigest(this.imageRepository('CodeImages'), digest);
    return new CodeSandbox(this, 'Code', { image });
  }

  private imageRepository(id: string): ecr.Repository {
    return new ecr.Repository(this, id, {
      imageScanOnPush: true,
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
