import * as path from 'node:path';
import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';
import {
  AgentImage,
  BedrockModel,
  Credential,
  HardenedAgentRuntime,
  OpenApiConnector,
  OpenApiDocument,
  Pages,
  ServerReview,
  Target,
} from '../../lib';

/** Properties of `NotionStack`. */
export interface NotionStackProps extends StackProps {
  /** Digest of the agent's image. */
  readonly imageDigest: string;
}

/** An agent that finds and reads pages of Notion, and comments on them. A person approves each comment. */
export class NotionStack extends Stack {
  public readonly notion: OpenApiConnector;

  constructor(scope: Construct, id: string, props: NotionStackProps) {
    super(scope, id, props);

    // The connector: a public document, the review that somebody read and committed, and what only we know.
    this.notion = new OpenApiConnector(this, 'Notion', {
      document: OpenApiDocument.fromFile(path.join(__dirname, 'notion-openapi.json')),
      review: ServerReview.fromFile(path.join(__dirname, 'notion.review.json')),
      credential: Credential.bearer('notion'),
      headers: { 'Notion-Version': '2025-09-03' },
      tools: [
        { operation: 'post-search', pages: Pages.cursorInBody('/next_cursor', 'start_cursor') },
        { operation: 'get-block-children', pages: Pages.cursor('/next_cursor', 'start_cursor') },
        { operation: 'create-a-comment', targets: [Target.id('/parent/page_id', { of: 'page' })] },
      ],
    });
    // Its end.

    const repository = new ecr.Repository(this, 'AgentImages', {
      imageScanOnPush: true,
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
    });
    const agent = new HardenedAgentRuntime(this, 'Agent', {
      image: AgentImage.fromEcrDigest(repository, props.imageDigest),
      models: [BedrockModel.global('global.anthropic.claude-sonnet-5-5')],
      connectors: [this.notion],
      approvals: { approverGroups: ['editors'], expiry: Duration.minutes(30) },
      retention: Duration.days(365),
      dashboard: false,
    });
    for (const tool of this.notion.tools) agent.allow(tool);
  }
}
